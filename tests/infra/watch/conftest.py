"""
The alarms and the dashboard of a plan.
"""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.infra.planned import Planned, plan_of
from tests.infra.terraform import Terraform

EXISTING_TABLE = """
    existing_table = {
      name       = "readings"
      stream_arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/readings/stream/2026-01-01T00:00:00.000"
    }
    batch_hours   = 6
    storage_class = "DEEP_ARCHIVE"
    alarm_emails  = ["oncall@example.com", "boss@example.com"]
"""


@pytest.fixture(scope="session")
def attached(module: Terraform) -> Planned:
    """
    What the module would make for a table that stands, with other numbers.
    """
    return plan_of(module, EXISTING_TABLE)


@pytest.fixture(scope="session")
def alarms(planned: Planned) -> Mapping[str, Mapping[str, Any]]:
    """
    The alarms of a deployment with ingest, by their keys.
    """
    return alarms_of(planned)


@pytest.fixture(scope="session")
def widgets(planned: Planned) -> list[dict[str, Any]]:
    """
    The dashboard's widgets of a deployment with ingest.
    """
    return widgets_of(planned)


def alarms_of(planned: Planned) -> dict[str, Mapping[str, Any]]:
    """
    The alarms of a plan, by their keys.
    """
    return {
        address.split('"')[1]: values
        for address, values in planned.of("aws_cloudwatch_metric_alarm").items()
    }


def widgets_of(planned: Planned) -> list[dict[str, Any]]:
    """
    The widgets of a plan's dashboard.
    """
    body = planned["aws_cloudwatch_dashboard.this"]["dashboard_body"]
    widgets: list[dict[str, Any]] = json.loads(body)["widgets"]
    return widgets
