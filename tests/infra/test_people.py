"""
The commands on the deployed module, by those who hold its policies.

Each ran with a key that can do what its policy says and no more (access/guarded.py),
while the archive was cold at first; what is asked here is what came of it.
"""

import shlex
from collections import Counter

import pyarrow.parquet as pq
import pytest
import typer

from archive.image import image_bytes
from archive.row import rebuild
from ops.cli import app
from ops.exit_code import ExitCode
from tests.infra.access.days import ANSWERS, DEVICE, NAMED
from tests.infra.end_to_end import CONTRACT, EndToEnd
from tests.infra.sendings import expected, later, readings
from tests.infra.troublesome import REFUSED
from tests.readings import archived_images

GROUP = typer.main.get_command(app)
COMMANDS = ("status", "restore", "query", "verify")

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("end_to_end")]

# Who did what is not theirs to do, and the permission that was missing.
ASTRAY = {
    "analyst verifies": "s3:ListBucket",
    "auditor restores": "s3:RestoreObject",
    "operator restores": "s3:RestoreObject",
    "operator queries": "glue:GetPartitions",
    "operator verifies": "s3:GetObject",
}


@pytest.mark.parametrize("what", ASTRAY)
def test_a_missing_permission_is_named_with_the_way_out(
    end_to_end: EndToEnd, what: str
) -> None:
    """
    In one line: the action that IAM refused, and where the policies are.
    """
    ran = end_to_end.ran[what]
    assert ran.exit_code == ExitCode.USAGE, ran
    (told,) = (line for line in ran.stderr.splitlines() if line.startswith("firn: "))
    assert told.startswith(f"firn: {ASTRAY[what]}: these credentials may not")
    assert "policy_arns" in told


def test_whoever_may_not_restore_has_not_spent(end_to_end: EndToEnd) -> None:
    """
    All of it was still cold when the analyst came.
    """
    ran = end_to_end.ran["restore"]
    items = [key for key in end_to_end.classes if key.startswith("items/")]
    states = {name: each["objects"] for name, each in ran.result["objects"].items()}
    assert states == {"cold": len(items), "warming": 0, "lukewarm": 0, "warm": 0}


@pytest.mark.parametrize("engine", ["", ", by DuckDB"])
def test_a_query_of_what_is_cold_is_refused_with_the_way_out(
    end_to_end: EndToEnd, engine: str
) -> None:
    """
    Whatever the engine: it names the objects, and the command that restores them.
    """
    ran = end_to_end.ran[f"query of what is cold{engine}"]
    assert ran.exit_code == ExitCode.COLD, ran
    assert f"firn restore --device={DEVICE} --from" in ran.stderr
    assert ran.result["complete"] is False
    assert ran.result["rows"] is None
    assert len(ran.result["unreadable"]) == ran.result["objects"] > 0


@pytest.mark.parametrize("engine", ANSWERS)
def test_rows_are_equal_to_what_was_put_in(end_to_end: EndToEnd, engine: str) -> None:
    """
    Image by image, out of `firn query` on the deployed views.
    """
    rows = pq.read_table(end_to_end.kept.parent / ANSWERS[engine]).to_pylist()
    found = Counter(image_bytes(rebuild(row, CONTRACT)) for row in rows)
    kept = archived_images(end_to_end.kept, CONTRACT)
    assert found == Counter(image_bytes(image) for _, image in kept)
    sent = [*readings(), *later(end_to_end.travelled["awslambdaric"].began_at)]
    assert {image for (image,) in expected(sent).values()} <= set(found)


def test_both_engines_give_the_same_table(end_to_end: EndToEnd) -> None:
    """
    The same columns, types and rows, in one order.
    """
    folder = end_to_end.kept.parent
    by_athena, by_duckdb = (
        pq.read_table(folder / name).sort_by(
            [("device_id", "ascending"), ("sequence_number", "ascending")]
        )
        for name in ANSWERS.values()
    )
    assert by_athena.equals(by_duckdb)


@pytest.mark.parametrize("engine", ["", ", by DuckDB"])
def test_a_device_s_rows_are_its_own_and_all_of_them(
    end_to_end: EndToEnd, engine: str
) -> None:
    """
    Without SQL, and in the order of time.
    """
    result = end_to_end.ran[f"query of one device{engine}"].result
    assert result["complete"] is True
    assert {row["device_id"] for row in result["rows"]} == {DEVICE}
    times = [row["created_at"] for row in result["rows"]]
    assert times == sorted(times)
    sent = [*readings(), *later(end_to_end.travelled["awslambdaric"].began_at)]
    assert len(times) == sum(reading["station"] == DEVICE for reading in sent)


@pytest.mark.parametrize("name", NAMED)
def test_a_saved_query_runs_and_knows_what_it_touches(
    end_to_end: EndToEnd, name: str
) -> None:
    """
    None of them counts as touching everything.
    """
    ran = end_to_end.ran[f"query named {name}"]
    assert ran.exit_code == ExitCode.DONE, ran
    assert not any(touch["everything"] for touch in ran.result["touches"])


def test_an_auditor_counts_with_another_engine(end_to_end: EndToEnd) -> None:
    """
    As many rows as the table saw deleted, doubles included.
    """
    (row,) = end_to_end.ran["count"].result["rows"]
    assert row["n"] == end_to_end.stations.inserted


def test_status_shows_who_may_not_look_what_they_may_not(end_to_end: EndToEnd) -> None:
    """
    Part by part, so that the rest is still seen.
    """
    shown = end_to_end.ran["analyst looks at the status"].stdout
    assert "not allowed: cloudwatch:DescribeAlarms" in shown
    assert "rows" in shown


def test_an_analyst_restores_all_of_it_and_pays_once(end_to_end: EndToEnd) -> None:
    """
    What was asked for is readable at the end, and the same command asks for nothing.
    """
    first, again = end_to_end.ran["restore"], end_to_end.ran["restore again"]
    assert (first.exit_code, again.exit_code) == (ExitCode.DONE, ExitCode.DONE), first
    assert first.result["outcome"] == again.result["outcome"] == "readable"
    assert first.result["rows"] == end_to_end.stations.inserted
    begun = first.result["objects"]["cold"]["objects"]
    assert first.result["asked"] == {
        "begun": begun,
        "renewed": 0,
        "already": 0,
        "unknown": 0,
        "unsent": 0,
    }
    assert set(again.result["asked"].values()) == {0}
    assert again.result["objects"]["warm"]["objects"] == begun


@pytest.mark.parametrize("how", ["verify", "verify checksums", "verify deep"])
def test_an_auditor_finds_nothing_wrong_and_it_is_recorded(
    end_to_end: EndToEnd, how: str
) -> None:
    """
    Each object once, and the record is written with the auditor's own permission.
    """
    ran = end_to_end.ran[how]
    assert ran.exit_code == ExitCode.DONE, ran
    assert ran.result["findings"] == ran.result["notes"] == []
    assert ran.result["chain_is_whole"]
    assert ran.result["objects"] == end_to_end.back.files


def test_a_deep_verify_counts_every_row(end_to_end: EndToEnd) -> None:
    """
    What was restored is read, and holds what the table had.
    """
    result = end_to_end.ran["verify deep"].result
    assert result["rows"] == end_to_end.stations.inserted
    assert result["cold"] == 0


def test_an_operator_sees_all_parts_and_what_waits(end_to_end: EndToEnd) -> None:
    """
    Nothing is hidden from who is on call; the dead letters are what there is to do.
    """
    ran = end_to_end.ran["status"]
    assert ran.exit_code == ExitCode.ACT, ran
    seen = ran.result
    assert seen["unseen"] == {}
    (concern,) = seen["concerns"]
    assert concern["anchor"] == "docs/RUNBOOK.md#dead-letters"
    assert seen["queues"]["dead_letters"] == len(REFUSED)
    assert seen["archive"]["rows"] == end_to_end.stations.inserted
    assert seen["archive"]["objects"] == end_to_end.back.files
    assert seen["items"]["missing"] == seen["items"]["unnamed"] == 0
    assert seen["verified"]["mode"] == "deep"
    assert seen["landing"]["objects"] == 0


def test_a_quick_status_lists_no_items(end_to_end: EndToEnd) -> None:
    """
    The rest is the same.
    """
    ran = end_to_end.ran["status quick"]
    assert ran.result["items"] is None
    assert ran.result["archive"] == end_to_end.ran["status"].result["archive"]


@pytest.mark.parametrize("name", COMMANDS)
def test_what_the_module_says_to_type_is_understood(
    end_to_end: EndToEnd, name: str
) -> None:
    """
    Each command of the output exists, with each of its options.
    """
    outputs = end_to_end.outputs["commands"]
    assert set(outputs) == set(COMMANDS)
    firn, command, *options = shlex.split(outputs[name])
    assert (firn, command) == ("firn", name)
    context = GROUP.commands[command].make_context(command, options)  # type: ignore[attr-defined]
    assert context.params["deployment"] == "firn"
    assert context.params["region"] == "us-east-1"
