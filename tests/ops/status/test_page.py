import re
from calendar import timegm
from dataclasses import replace
from pathlib import Path
from time import strptime

import pytest

from archive.document import EntryKind
from ops.ledger import Head
from ops.output import Output
from ops.status.document import document
from ops.status.judge import judge
from ops.status.page import print_page
from ops.status.seen import (
    Alarms,
    Items,
    Landing,
    Metrics,
    Pile,
    Ringing,
    Schedule,
    Seen,
    StorageClass,
    Unseen,
    Why,
)
from ops.warmth import Warmth
from tests.ops.status.healthy import (
    HEALTHY,
    HOUR,
    NOW,
    OPENED,
    VERIFIED,
    damage,
    entry,
    ledger,
    with_archive,
)

ROOT = Path(__file__).parents[3]
LONG = "arn:aws:iam::123456789012:role/" + "x" * 90


def page(seen: Seen, capsys: pytest.CaptureFixture[str]) -> str:
    """
    The page of what was seen.
    """
    print_page(Output(json=False), seen, judge(seen))
    return capsys.readouterr().out


def test_a_healthy_page_says_each_part(capsys: pytest.CaptureFixture[str]) -> None:
    """
    In the order of an item's way.
    """
    told = page(HEALTHY, capsys)

    labels = [line[2:15].strip() for line in told.splitlines()[2:-2]]
    assert [it for it in labels if it] == [
        "alarms",
        "queue",
        "table",
        "failures",
        "landed",
        "open",
        "last entry",
        "quarantine",
        "archive",
        "partitions",
        "verified",
        "schedule",
    ]
    for words in (
        "none of 24 rings",
        "3 waiting for 12 s, 20 in flight, 0 dead letters; mapping Enabled",
        "48 objects, 11.4 MiB, oldest 12 h; a batch closes at 24 h",
        "2, batch, 8 days ago",
        "1,440 lines = 1,440 rows + 0 doubles + 0 quarantined",
        "2 by day, of Glue's 10,000,000",
        "up to entry 1 of 2",
        "nothing to act on",
    ):
        assert words in " ".join(told.split())


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (
            replace(HEALTHY, alarms=Alarms(24, (Ringing("landed-age", NOW - HOUR),))),
            ["1 of 24 rings", "landed-age since 2025-01-04 13:13 UTC"],
        ),
        (
            with_archive(opened=OPENED, was_open=True),
            ["entry 3, batch, try 1, since", "no plan yet; its holder has until"],
        ),
        (
            with_archive(
                opened=replace(OPENED, until=NOW - HOUR, is_planned=True, others=1),
                was_open=True,
            ),
            ["planned; its holder is dead for 60 min", "1 other intent beside it"],
        ),
        (
            with_archive(
                ledger=ledger(entry(1), replace(entry(2), damage=(damage(2),))),
                quarantine=Pile(1, 9),
            ),
            ["0 conflicts, 1 damaged range", "1 object, 9 bytes; entries name 0 lines"],
        ),
        (
            with_archive(ledger=ledger(entry(1), entry(2, kind=EntryKind.COMPACTION))),
            ["2, compaction, 8 days ago"],
        ),
        (
            replace(HEALTHY, verified=replace(VERIFIED, findings=2)),
            ["3 days ago, listing: 2 findings, 1 object"],
        ),
        (
            replace(HEALTHY, verified=replace(VERIFIED, head=Head(9, "x"))),
            ["entry 9 is not there, or another one"],
        ),
        (
            replace(HEALTHY, schedule=Schedule("ENABLED", "cron(0 * * * ? *)", NOW)),
            ["ENABLED, cron(0 * * * ? *)\n"],
        ),
        (replace(HEALTHY, schedule=None), ["schedule     gone"]),
        (
            replace(HEALTHY, metrics=Metrics(None, None)),
            ["3 waiting, 20 in flight"],
        ),
        (
            replace(
                HEALTHY,
                landing=Unseen(
                    why=Why.NOT_ALLOWED, reason="no", action="s3:ListBucket"
                ),
            ),
            ["landed       not allowed: s3:ListBucket", "not looked at: landing"],
        ),
        (
            with_archive(
                items=Items(
                    classes=(
                        StorageClass(
                            name="GLACIER",
                            objects=9,
                            rows=9,
                            bytes=900,
                            overhead_bytes=9 * 40 * 1024,
                        ),
                    ),
                    warmth={Warmth.COLD: 4, Warmth.WARMING: 3, Warmth.WARM: 2},
                    missing=0,
                    unnamed=2,
                    being_made=1,
                ),
                was_open=True,
            ),
            [
                "GLACIER: 9 objects, 9 rows, 900 bytes + 360.0 KiB overhead",
                "4 cold, 3 warming, 2 warm",
                "1 object of an entry that is not made yet",
                "2 objects that no entry names",
            ],
        ),
    ],
)
def test_what_was_seen_is_told(
    seen: Seen, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Each in its row.
    """
    told = page(seen, capsys)

    for each in words:
        assert each in told


def test_the_page_in_the_runbook_is_such_a_page(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """
    To the letter, as far as it goes.
    """
    runbook = (ROOT / "docs/RUNBOOK.md").read_text()
    shown = re.search(r"\$ firn status\n(.*?)\n\.\.\.\n", runbook, re.DOTALL)
    assert shown is not None
    late = replace(
        HEALTHY,
        at=at("10:20"),
        alarms=Alarms(24, (Ringing("landed-age", at("09:25")),)),
        landing=Landing(Pile(130, 412_000_000), at("10:20") - 31 * HOUR),
        archive=replace(
            HEALTHY.archive,
            opened=replace(OPENED, n=5, opened_at=at("10:14"), until=at("10:29")),
        ),
    )

    assert page(late, capsys).startswith(shown[1])


def at(time: str) -> int:
    """
    A time of the day that the runbook shows.
    """
    return timegm(strptime(f"2025-01-05 {time}", "%Y-%m-%d %H:%M"))


@pytest.mark.parametrize("why", Why)
@pytest.mark.parametrize(
    "part", ["alarms", "source", "landing", "verified", "schedule"]
)
def test_a_long_reason_keeps_to_the_columns(
    part: str, why: Why, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    But a name is never broken: whoever copies it wants it whole.
    """
    unseen = Unseen(why=why, reason=f"{'a word or two ' * 20}about {LONG} here")
    told = page(replace(HEALTHY, **{part: unseen}), capsys)

    assert all(len(line) <= 80 or LONG in line for line in told.splitlines())
    assert LONG in told


def test_the_document_has_every_key_whatever_was_seen() -> None:
    """
    Null for what was not looked at, and why under `unseen`.
    """
    unseen = Unseen(why=Why.BUSY, reason="too busy")
    blind = replace(
        HEALTHY,
        alarms=unseen,
        queues=None,
        metrics=unseen,
        source=unseen,
        failures=unseen,
        landing=unseen,
        archive=replace(
            HEALTHY.archive, ledger=unseen, items=None, opened=unseen, quarantine=unseen
        ),
        verified=unseen,
        schedule=unseen,
    )
    whole, none = document(HEALTHY, judge(HEALTHY)), document(blind, judge(blind))

    assert set(whole) == set(none)
    assert none["exit_code"] == 4
    for key in ("alarms", "queues", "landing", "archive", "items", "open", "schedule"):
        assert none[key] is None
    assert "landing" in none["unseen"]
    assert whole["unseen"] == {}
