"""
The table whose expiries are archived, as DynamoDB describes it.

Rule 1: this is the only file of the transform that knows DynamoDB.
Rule 2: it asks how the table is set up and never reads an item.
"""

from typing import TYPE_CHECKING

from transforms.watch import Table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDBSourceTable:
    """
    The table as it is.
    """

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        """
        The table of this name.
        """
        self._client = client
        self._name = name

    def look(self) -> Table | None:
        """
        The table as it is now; None where there is none.
        """
        try:
            table = self._client.describe_table(TableName=self._name)["Table"]
            ttl = self._client.describe_time_to_live(TableName=self._name)
        except self._client.exceptions.ResourceNotFoundException:
            return None
        described = ttl["TimeToLiveDescription"]
        # A table that never had a stream says nothing; one whose stream was
        # switched off still shows the old one's ARN for a day.
        stream = table.get("StreamSpecification")
        is_on = stream is not None and stream["StreamEnabled"]
        return Table(
            ttl_status=described.get("TimeToLiveStatus", ""),
            ttl_attribute=described.get("AttributeName", ""),
            stream=table.get("LatestStreamArn", "") if is_on else "",
            view=stream.get("StreamViewType", "") if stream else "",
        )
