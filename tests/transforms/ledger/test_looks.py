"""
What a run tells of its source, after its work and whatever became of that.
"""

import os

import boto3
import pytest
import time_machine
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from tests.transforms.ledger.function import DAY_SECONDS, land, run, told
from tests.transforms.ledger.source import Source
from transforms import handler
from transforms.report import FINDINGS

HOUR_SECONDS = 3600


def test_what_a_run_finds_of_the_source_is_a_metric_until_it_is_mended(
    clock: time_machine.Traveller, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    1 at the next run, and 0 at the one after the repair.
    """
    source = Source(os.environ["ROUTER_MAPPING"])
    seen = []
    for on in (True, False, True):
        source.set_time_to_live(on=on)
        source.set_mapping(on=on)
        values = run()
        clock.shift(HOUR_SECONDS)
        _, (metrics, log) = told(capsys)
        assert all(metrics[name] == [values[it.value]] for it, name in FINDINGS.items())
        seen.append((metrics["TtlDisabled"], metrics["MappingDisabled"], log["level"]))
    assert seen == [
        ([0.0], [0.0], "INFO"),
        ([1.0], [1.0], "WARNING"),
        ([0.0], [0.0], "INFO"),
    ]


@pytest.mark.parametrize("is_archived", [True, False], ids=["archived", "damaged"])
@pytest.mark.parametrize("service", ["dynamodb", "lambda"])
def test_a_look_that_fails_costs_no_row_and_no_number_and_fails_the_run(
    clock: time_machine.Traveller,
    capsys: pytest.CaptureFixture[str],
    service: str,
    *,
    is_archived: bool,
) -> None:
    """
    Where nobody may look, the alarm of function errors is what rings.
    """
    land("a", "1")
    clock.shift(DAY_SECONDS)
    if not is_archived:
        boto3.client("glue").delete_table(DatabaseName="firn", Name="archive")
    watch = handler.cold_start().watch
    client = (watch.table if service == "dynamodb" else watch.mapping)._client  # type: ignore[attr-defined]  # noqa: SLF001 - the stub needs it
    with Stubber(client) as stubber:
        stubber.add_client_error(
            "describe_table" if service == "dynamodb" else "get_event_source_mapping",
            "AccessDeniedException",
        )
        with pytest.raises(ClientError, match="AccessDenied"):
            run()
    ((metrics, _),) = told(capsys)
    assert metrics["RowsArchived"] == [float(is_archived)]
    assert metrics["TransformHeartbeat"] == [float(is_archived)]


def test_a_run_that_fails_looks_at_the_source_all_the_same(
    clock: time_machine.Traveller, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Landed objects can wait for days; what expires meanwhile cannot.
    """
    land("a", "1")
    clock.shift(DAY_SECONDS)
    boto3.client("glue").delete_table(DatabaseName="firn", Name="archive")
    Source(os.environ["ROUTER_MAPPING"]).set_mapping(on=False)
    with pytest.raises(handler.MisconfiguredError):
        run()
    _, (metrics, _) = told(capsys)
    assert metrics["MappingDisabled"] == [1.0]
