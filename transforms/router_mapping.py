"""
The event source mapping that feeds the router, as Lambda describes it.

Rule 1: this is the only file of the transform that knows Lambda's own API.
"""

from typing import TYPE_CHECKING

from transforms.watch import Mapping

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class LambdaRouterMapping:
    """
    The mapping as it is.
    """

    def __init__(self, client: "LambdaClient", mapping_id: str) -> None:
        """
        The mapping with this UUID.
        """
        self._client = client
        self._mapping_id = mapping_id

    def look(self) -> Mapping | None:
        """
        The mapping as it is now; None where there is none.
        """
        try:
            found = self._client.get_event_source_mapping(UUID=self._mapping_id)
        except self._client.exceptions.ResourceNotFoundException:
            return None
        return Mapping(
            state=found["State"],
            stream=found.get("EventSourceArn", ""),
            # Null until the first batch.
            last_result=found.get("LastProcessingResult") or "",
        )
