import json

import pytest

from local_aws.account import Account
from local_aws.deployment import Deployed
from ops.connection import connect
from ops.output import Output
from ops.place import Place
from ops.status.document import document
from ops.status.judge import exit_code, judge
from ops.status.look import look
from tests.ops.conftest import START, Commands
from tests.ops.status.troubles import WRONG, Scene, change_facts, ring

DAY = 86_400
HOUR = 3600
DEVICES = ("a", "b")

# Messages were sent on six days, and those of the first three have expired.
STANDS_AT = START + 6 * DAY + 10 * HOUR


@pytest.fixture
def archive(account: Account, deployed: Deployed) -> Deployed:
    """
    A deployment at work for six days and a half.
    """
    for day in range(6):
        send(account, deployed, day)
        account.run_until(START + (day + 1) * DAY)
    account.run_until(STANDS_AT)
    return deployed


def send(account: Account, deployed: Deployed, day: int) -> None:
    """
    One message of each device, at the beginning of a day.
    """
    for device in DEVICES:
        message = {
            "topic": f"{device}/SENSOR/DAT",
            "client_id": device,
            "timestamp": START + day * DAY,
            "data": {"temp": 21.5},
        }
        account.send(deployed.queue_url, json.dumps(message))


@pytest.mark.usefixtures("firn")
def test_a_pipeline_at_work_needs_nobody_at_any_hour_of_a_week(
    account: Account, deployed: Deployed
) -> None:
    """
    Through arrivals, expiries, landed objects and entries.

    The command's own parts, but one connection: its clients take most of the time.
    """
    connection = connect(Place(deployment="firn"))
    terminal = Output(json=True).terminal
    entries, landed = set(), set()
    for hour in range(8 * 24):
        if hour % 24 == 0:
            send(account, deployed, hour // 24)
        account.run_until(START + hour * HOUR + 1)
        seen = look(connection, terminal, lists_items=True)
        concerns = judge(seen)
        assert (exit_code(seen, concerns), concerns) == (0, []), hour
        document_ = document(seen, concerns)
        entries.add(document_["archive"]["entries"])
        landed.add(document_["landing"]["objects"])

    # It was no idle week.
    assert {0, 1, 2} <= entries
    assert {0, 1} <= landed


def test_help_shows_every_option_an_example_and_the_exit_codes(firn: Commands) -> None:
    """
    In 80 columns.
    """
    told = firn("status", "--help").stdout

    for words in (
        "--quick",
        "--json",
        "--deployment",
        "--profile",
        "--region",
        "firn status --quick --json",
        "Exit codes: 0 nothing; 1 act",
    ):
        assert words in told
    assert max(map(len, told.splitlines())) <= 80


@pytest.mark.usefixtures("archive")
def test_the_page_fits_one_screen(firn: Commands) -> None:
    """
    80 columns, and 24 lines while all is well.
    """
    lines = firn("status").stdout.splitlines()

    assert max(map(len, lines)) <= 80
    assert len(lines) <= 24
    assert lines[0].startswith("firn in us-east-1, 2025-01-07 10:00 UTC")
    assert lines[-1] == "  nothing to act on"


@pytest.mark.usefixtures("archive")
def test_the_numbers_are_those_of_the_deployment(firn: Commands) -> None:
    """
    Three days of two devices have expired; two entries hold them, one day waits.
    """
    document = firn("status", "--json").document
    archive, items = document["archive"], document["items"]

    assert archive["rows"] == archive["objects"] == archive["partitions"]
    assert archive["objects"] == sum(it["objects"] for it in items["classes"].values())
    assert archive["rows"] == sum(it["rows"] for it in items["classes"].values())
    assert archive["bytes"] == sum(it["bytes"] for it in items["classes"].values())
    assert items["warmth"] == {"warm": archive["objects"]}
    assert (items["missing"], items["unnamed"], items["being_made"]) == (0, 0, 0)
    assert document["last_entry"]["n"] == archive["entries"]
    assert document["schedule"]["due_at"] == STANDS_AT + HOUR
    assert document["unseen"] == {}
    assert document["at"] == STANDS_AT


@pytest.mark.usefixtures("archive")
def test_an_archive_in_glacier_is_told_with_what_it_is_billed(
    account: Account, firn: Commands
) -> None:
    """
    40 KB on top of each object, and all of it cold.
    """
    account.run_until(STANDS_AT + 60 * DAY)
    glacier = firn("status", "--json").document["items"]

    assert set(glacier["classes"]) == {"GLACIER"}
    objects = glacier["classes"]["GLACIER"]["objects"]
    assert glacier["classes"]["GLACIER"]["overhead_bytes"] == 40 * 1024 * objects
    assert glacier["warmth"] == {"cold": objects}
    assert "overhead" in firn("status").stdout


@pytest.mark.usefixtures("archive")
def test_quick_lists_no_items(firn: Commands) -> None:
    """
    The ledger's own numbers stay.
    """
    ran = firn("status", "--quick", "--json")

    assert ran.exit_code == 0
    assert ran.document["items"] is None
    assert ran.document["archive"]["objects"] > 0
    assert "--quick" in ran.stderr


@pytest.mark.usefixtures("deployed")
def test_a_new_deployment_has_nothing_to_act_on(firn: Commands) -> None:
    """
    No entry, nothing landed, never verified.
    """
    ran = firn("status")

    assert ran.exit_code == 0
    assert "the archive has none yet" in ran.stdout
    assert "nothing waits" in ran.stdout


def test_a_table_of_ones_own_has_no_queue(deployed: Deployed, firn: Commands) -> None:
    """
    No line, no key, no crash.
    """
    change_facts(
        deployed, queue_url=None, dead_letter_url=None, ingest=None, ingest_mapping=None
    )
    ran = firn("status", "--json")

    assert ran.exit_code == 0
    assert ran.document["queues"] is None
    assert ran.document["unseen"] == {}
    assert "queue " not in ran.stderr


@pytest.mark.parametrize("name", WRONG)
def test_what_goes_wrong_is_told_with_its_section(
    account: Account, archive: Deployed, firn: Commands, name: str
) -> None:
    """
    Exit 1, one reason, on the page and in the JSON.
    """
    happen, section = WRONG[name]
    happen(Scene(account, archive))
    ran = firn("status", "--json")

    anchors = [it["anchor"] for it in ran.document["concerns"]]
    assert (ran.exit_code, anchors) == (1, [f"docs/RUNBOOK.md#{section}"])
    assert "1 thing to act on" in ran.stderr
    assert f"docs/RUNBOOK.md#{section}" in ran.stderr
    assert max(map(len, ran.stderr.splitlines())) <= 80


@pytest.mark.usefixtures("archive")
def test_an_alarm_of_a_longer_name_is_not_ours(firn: Commands) -> None:
    """
    firn-plant-landed-age is the deployment firn-plant's.
    """
    ring("firn-plant-landed-age")

    assert firn("status").exit_code == 0
