from datetime import UTC, datetime

import pytest
from botocore.utils import parse_timestamp

from local_aws.account import Account
from local_aws.deploy import deploy
from local_aws.deployment import Deployment
from ops.connection import connect
from ops.place import Place

START = 1_614_556_800
AT = datetime.fromtimestamp(START, UTC)


def test_times_are_read_as_botocore_reads_them() -> None:
    """
    In each protocol's spelling: a listing, a header, JSON.
    """
    with Account(START):
        deployed = deploy(Deployment())
        connection = connect(Place(deployment="firn"))
        client = connection.client("s3")
        client.put_object(Bucket=deployed.archive_bucket, Key="a", Body=b"x")
        (listed,) = client.list_objects_v2(Bucket=deployed.archive_bucket)["Contents"]
        head = client.head_object(Bucket=deployed.archive_bucket, Key="a")
        parameter = connection.client("ssm").get_parameter(Name=deployed.parameter)
    assert listed["LastModified"] == head["LastModified"] == AT
    assert parameter["Parameter"]["LastModifiedDate"].timestamp() == START


@pytest.mark.parametrize(
    "spelled",
    [
        "2021-03-01T00:00:00.000Z",
        "2021-03-01T00:00:00Z",
        "2021-03-01T01:00:00+01:00",
        "Mon, 01 Mar 2021 00:00:00 GMT",
        START,
        float(START),
        str(START),
    ],
)
def test_no_spelling_of_a_time_means_another_one(spelled: object) -> None:
    """
    What botocore would have made of it stays what it is.
    """
    with Account(START):
        deploy(Deployment())
        session = connect(Place(deployment="firn")).session
    # As boto3 hands it to every client.
    factory = session._session.get_component("response_parser_factory")  # noqa: SLF001
    parser = factory.create_parser("rest-xml")
    assert parser._timestamp_parser(spelled) == parse_timestamp(spelled) == AT  # noqa: SLF001
