"""
Firehose, as the place where frames go.

Rule 1: this is the only file that knows PutRecordBatch's request and answer.
Rule 2: it tries once. Whatever did not answer "taken" is handed back, also what
may have been taken although the answer was lost.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from stream_router.delivery import Refusal
from stream_router.pack import RoutedFrame

if TYPE_CHECKING:
    from mypy_boto3_firehose import FirehoseClient
    from mypy_boto3_firehose.type_defs import PutRecordBatchResponseEntryTypeDef

# botocore would send the whole call again and know nothing of the deadline:
# only deliver() tries again. Connecting and reading stay within MARGIN_SECONDS.
CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 1},
    connect_timeout=1,
    read_timeout=5,
    tcp_keepalive=True,
)


class FirehoseStream:
    """
    A delivery stream (delivery.py: DeliveryStream) of Firehose.
    """

    def __init__(self, client: "FirehoseClient", name: str) -> None:
        """
        The delivery stream of this name.
        """
        self._client = client
        self._name = name

    def put(self, frames: Sequence[RoutedFrame]) -> Refusal:
        """
        Offer frames in one call and return those that were refused.
        """
        try:
            answer = self._client.put_record_batch(
                DeliveryStreamName=self._name,
                Records=[{"Data": routed.frame.data} for routed in frames],
            )
        except ClientError as error:
            return Refusal(frames, error.response["Error"]["Code"])
        except BotoCoreError as error:
            # Sent or not, taken or not: all of it must go again.
            return Refusal(frames, type(error).__name__)

        # One response for each record, in order ("PutRecordBatch"): FailedPutCount
        # alone does not say which. Strict, since a missing response is no yes.
        refused = [
            (routed, response)
            for routed, response in zip(frames, answer["RequestResponses"], strict=True)
            if not _taken(response)
        ]
        if not refused:
            return Refusal()
        reason = refused[0][1].get("ErrorCode", "no record id")
        return Refusal([routed for routed, _ in refused], reason)


def _taken(response: "PutRecordBatchResponseEntryTypeDef") -> bool:
    return bool(response.get("RecordId")) and not response.get("ErrorCode")
