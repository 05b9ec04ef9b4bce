"""
What the router tells CloudWatch: a log line and its metrics, per invocation.

Rule 1: this is the only file that knows Powertools.
Rule 2: counts, names and sequence numbers only; never an item's body.
"""

from dataclasses import asdict
from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import (
    AmazonCloudWatchEMFProvider,
)

from stream_router.counts import METRICS, Counts
from stream_router.delivery import StoppedError

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

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

    def delivered(self, counts: Counts, context: "LambdaContext") -> None:
        """
        Everything was taken.
        """
        self._logger.info("delivered", extra=self._publish(counts, context))

    def stopped(
        self, counts: Counts, context: "LambdaContext", stopped: StoppedError
    ) -> None:
        """
        Something was not, and the stream will be read again from there.
        """
        self._logger.warning(
            "stopped",
            extra={
                **self._publish(counts, context),
                "sequence_number": stopped.sequence_number,
                "reason": stopped.reason,
                "hint": stopped.hint,
            },
        )

    def _publish(self, counts: Counts, context: "LambdaContext") -> dict[str, object]:
        """
        Put the metrics out, and return what the log line says beside its message.
        """
        values = asdict(counts)
        # Two deployments in one account would otherwise share an alarm.
        self._metrics.add_dimension("function_name", context.function_name)
        for field, name in METRICS.items():
            unit = MetricUnit.Bytes if field.endswith("bytes") else MetricUnit.Count
            self._metrics.add_metric(name=name, unit=unit, value=values[field])
        self._metrics.flush_metrics()
        return {"function_request_id": context.aws_request_id, **values}
