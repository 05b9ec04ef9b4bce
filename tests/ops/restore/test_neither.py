from datetime import UTC, datetime

import boto3
from botocore.stub import Stubber

from ops.objects import BucketObjects
from ops.restore.plan import Wish, plan
from ops.restore.tiers import Tier

NOW = 1_700_000_000


def test_a_restore_that_is_neither_under_way_nor_there_is_asked_for() -> None:
    """
    Taken for one that is on its way, an object would be waited for for ever.
    """
    client = boto3.client(
        "s3",
        region_name="us-east-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",  # noqa: S106 - nobody's
    )
    shown = {
        "Key": "items/a",
        "Size": 1,
        "ETag": '"e"',
        "LastModified": datetime.fromtimestamp(NOW, UTC),
        "StorageClass": "GLACIER",
    }
    with Stubber(client) as stub:
        stub.add_response(
            "list_objects_v2",
            {
                "IsTruncated": False,
                "Contents": [
                    {**shown, "RestoreStatus": {"IsRestoreInProgress": False}},
                    {
                        **shown,
                        "Key": "items/b",
                        "RestoreStatus": {"IsRestoreInProgress": True},
                    },
                ],
            },
        )
        listed = list(BucketObjects(client, "archive").listed("items/"))

    made = plan(listed, Wish(now=NOW, days=1, tier=Tier.BULK))

    assert [it.key for it in made.cold] == ["items/a"]
    assert [it.key for it in made.warming] == ["items/b"]
