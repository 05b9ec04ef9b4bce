"""
A table with a stream and the mapping on it, as Terraform makes them, on moto.
"""

import io
import zipfile
from dataclasses import dataclass

import boto3
from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

REGION = "eu-central-1"
TABLE = "items"
TTL_ATTRIBUTE = "expiredAt"


@dataclass(frozen=True, slots=True)
class Source:
    """
    The table and the mapping, and what somebody may do to them.
    """

    mapping_id: str

    def set_time_to_live(self, attribute: str = TTL_ATTRIBUTE, *, on: bool) -> None:
        """
        Switch the time to live on or off.
        """
        boto3.client("dynamodb").update_time_to_live(
            TableName=TABLE,
            TimeToLiveSpecification={"Enabled": on, "AttributeName": attribute},
        )

    def set_mapping(self, *, on: bool) -> None:
        """
        Switch the mapping on or off.
        """
        boto3.client("lambda").update_event_source_mapping(
            UUID=self.mapping_id, Enabled=on
        )

    def set_stream(self, view: str | None) -> None:
        """
        Switch the stream on with a view, or off.
        """
        if view:
            # moto takes a stream that was switched off for one that is on.
            account = dynamodb_backends[ACCOUNT_ID]
            account[REGION].tables[TABLE].latest_stream_label = None
        boto3.client("dynamodb").update_table(
            TableName=TABLE,
            StreamSpecification={"StreamEnabled": True, "StreamViewType": view}  # type: ignore[typeddict-item]  # one that DynamoDB knows
            if view
            else {"StreamEnabled": False},
        )


def make_source() -> Source:
    """
    A table that deletes, and a router that hears of it.
    """
    client = boto3.client("dynamodb")
    created = client.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "deviceID", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "deviceID", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "OLD_IMAGE"},
    )
    mapping = boto3.client("lambda").create_event_source_mapping(
        FunctionName=_function(),
        EventSourceArn=created["TableDescription"]["LatestStreamArn"],
        StartingPosition="TRIM_HORIZON",
    )
    source = Source(mapping["UUID"])
    source.set_time_to_live(on=True)
    return source


def _function() -> str:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("handler.py", "")
    role = boto3.client("iam").create_role(
        RoleName="router", AssumeRolePolicyDocument='{"Version": "2012-10-17"}'
    )
    created = boto3.client("lambda").create_function(
        FunctionName="router",
        Runtime="python3.13",
        Role=role["Role"]["Arn"],
        Handler="handler.handler",
        Code={"ZipFile": package.getvalue()},
    )
    return created["FunctionName"]
