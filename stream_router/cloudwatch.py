"""
What the router tells CloudWatch: a log line and its metrics, per invocation.

Rule 1: this is the only file that knows Powertools.
Rule 2: counts, names and sequence numbers only; never an item's body.
"""

from dataclasses import asdict

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import (
    AmazonCloudWatchEMFProvider,
)

from archive.errors import UndeliveredError
from stream_router.counts import Counts
from stream_router.delivery import StoppedError

NAMESPACE = "Firn"
SERVICE = "stream_router"


class Report:
    """
    Writes counts where Lambda picks them up: on standard output.
    """

    def __init__(self) -> None:
        """
        A report of this function.
        """
        self._logger = Logger(service=SERVICE)
        # Not `Metrics`, which shares what it holds with every other instance
        # in the process: on one machine all hops run in one.
        self._metrics = AmazonCloudWatchEMFProvider(
            namespace=NAMESPACE, service=SERVICE
        )

    def delivered(self, counts: Counts) -> None:
        """
        Everything was taken.
        """
        self._logger.info("delivered", extra=asdict(counts))
        self._publish(counts)

    def stopped(self, counts: Counts, stopped: StoppedError) -> None:
        """
        Something was not, and the stream will be read again from there.
        """
        self._logger.warning(
            "stopped",
            extra={
                **asdict(counts),
                "sequence_number": stopped.sequence_number,
                "reason": stopped.reason,
                "hint": UndeliveredError.hint,
            },
        )
        self._publish(counts)

    def _publish(self, counts: Counts) -> None:
        for name, value in asdict(counts).items():
            unit = MetricUnit.Bytes if name.endswith("bytes") else MetricUnit.Count
            self._metrics.add_metric(name=name, unit=unit, value=value)
        self._metrics.flush_metrics()
