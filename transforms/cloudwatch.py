"""
What the transform tells CloudWatch, per run: what it did and what it found.

Each is a log line and its metrics.

Rule 1: this is the only file that knows Powertools.
Rule 2: counts, names and keys only; never an item's body.
"""

import logging
import sys
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, TextIO

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import (
    AmazonCloudWatchEMFProvider,
)

from transforms.report import FINDINGS, METRICS, Report
from transforms.watch import Finding

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
        self._put(
            context, [(*metric, values[field]) for field, metric in METRICS.items()]
        )
        self._logger.info(
            "run done" if report.heartbeat else "run failed",
            extra={"function_request_id": context.aws_request_id, **values},
        )
        return values

    def watched(
        self, found: frozenset[Finding], context: "LambdaContext"
    ) -> dict[str, object]:
        """
        Put out what was found of the source, and return it.
        """
        values = {finding.value: int(finding in found) for finding in Finding}
        self._put(
            context,
            [(name, "Count", values[it.value]) for it, name in FINDINGS.items()],
        )
        log = self._logger.warning if found else self._logger.info
        log(
            "source looked at",
            extra={"function_request_id": context.aws_request_id, **values},
        )
        return {**values}

    def _put(
        self, context: "LambdaContext", metrics: Iterable[tuple[str, str, int]]
    ) -> None:
        self._metrics.add_dimension("function_name", context.function_name)
        for name, unit, value in metrics:
            self._metrics.add_metric(name=name, unit=MetricUnit(unit), value=value)
        self._metrics.flush_metrics()


class _StandardOutput(logging.StreamHandler[TextIO]):
    """
    Writes to what sys.stdout is at the time of writing, as print does.
    """

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]  # nobody may set it
        return sys.stdout
