"""
What the transform tells CloudWatch: a log line and its metrics, per run.

Rule 1: this is the only file that knows Powertools.
Rule 2: counts, names and keys only; never an item's body.
"""

import logging
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, TextIO

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import (
    AmazonCloudWatchEMFProvider,
)

from transforms.report import METRICS, Report

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

NAMESPACE = "Firn"
SERVICE = "transforms"


class CloudWatch:
    """
    Writes reports where Lambda picks them up: on standard output.
    """

    def __init__(self) -> None:
        """
        The log and the metrics of this function.
        """
        self._logger = Logger(service=SERVICE, logger_handler=_StandardOutput())
        # Not `Metrics`, which shares what it holds with every other instance in
        # the process: on one machine all hops run in one.
        self._metrics = AmazonCloudWatchEMFProvider(
            namespace=NAMESPACE, service=SERVICE
        )

    def publish(self, report: Report, context: "LambdaContext") -> dict[str, object]:
        """
        Put the report out, and return it.
        """
        values = asdict(report)
        self._metrics.add_dimension("function_name", context.function_name)
        for field, (name, unit) in METRICS.items():
            self._metrics.add_metric(
                name=name, unit=MetricUnit(unit), value=values[field]
            )
        self._metrics.flush_metrics()
        self._logger.info(
            "run done" if report.heartbeat else "run failed",
            extra={"function_request_id": context.aws_request_id, **values},
        )
        return values


class _StandardOutput(logging.StreamHandler[TextIO]):
    """
    Writes to what sys.stdout is at the time of writing, as print does.
    """

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]  # nobody may set it
        return sys.stdout
