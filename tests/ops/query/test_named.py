"""
The queries that are saved in the workgroup, asked for devices and dates.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from archive.contract import Granularity
from tests.ops.conftest import START
from tests.ops.query.conftest import DAYS, READINGS, Desk, moment, seated

DAY, HOUR = 86_400, 3_600
WHOLE = ("files_by_age", "growth_by_month")
ASKED = ("--device", "a", "--from", "2025-01-01", "--to", "2025-01-02")
OF_A_DAY = len(READINGS)


@pytest.fixture(scope="module", params=list(Granularity))
def read(request: pytest.FixtureRequest) -> Iterator[Desk]:
    """
    A desk at which nothing is changed, with an archive of days and one of months.
    """
    with seated(request.param) as made:
        yield made


# What each answers for the first two days of `a`, as far as the readings say it.
ROWS: dict[str, Any] = {
    "attributes_without_name": [
        {"attribute": "sensorID", "type": "S", "items": 2 * OF_A_DAY},
        {"attribute": "hum", "type": "N", "items": 2},
    ],
    "conflicts": [],
    "doubles": [],
    "gaps": [
        {
            "device_id": "a",
            "silent_from": moment(START + 2 * HOUR),
            "silent_until": moment(START + DAY),
            "silent_seconds": 22.0 * HOUR,
            "usual_seconds": float(HOUR),
        }
    ],
    "readings_per_day": [
        {
            "device_id": "a",
            "day": f"2025-01-0{day + 1}",
            "items": OF_A_DAY,
            "first_created_at": moment(START + day * DAY),
            "last_created_at": moment(START + day * DAY + 2 * HOUR),
        }
        for day in range(2)
    ],
}
CREATED = [
    moment(START + day * DAY + hour * HOUR) for day in range(2) for hour in range(3)
]


def test_each_saved_query_answers_for_a_device_and_days(
    read: Desk, engine: tuple[str, str]
) -> None:
    """
    All that the module ships: the rows of these days and of no others.
    """
    names = [it["name"] for it in read.query("--named", "--json").document["named"]]
    assert len(names) == 12
    for name in names:
        if name in WHOLE:
            continue
        ran = read.query("--named", name, *ASKED, "--json", *engine)
        assert ran.exit_code == 0, (name, ran.stderr)
        rows = ran.document["rows"]
        assert not any(touch["everything"] for touch in ran.document["touches"])
        assert " asks for " not in ran.stderr
        if name in ROWS:
            assert rows == ROWS[name], name
        elif name in ("device_history", "late_deletions_worst"):
            assert sorted(row["created_at"] for row in rows) == CREATED, name
            assert {row["device_id"] for row in rows} == {"a"}
        elif name == "latest_of_each_device":
            assert [row["created_at"] for row in rows] == CREATED[-1:]
        elif name == "late_deletions":
            assert sum(row["items"] for row in rows) == len(CREATED)
        else:
            keys = {row["key"] for row in rows}
            wanted = ("date=2025-01-01/", "date=2025-01-02/")
            assert keys == {
                key for key in read.keys("a") if any(it in key for it in wanted)
            }


def test_a_query_of_the_whole_archive_is_asked_for_nothing(read: Desk) -> None:
    """
    One error, which says how it is run.
    """
    for name in WHOLE:
        ran = read.query("--named", name, *ASKED)
        assert (ran.exit_code, ran.stdout) == (2, "")
        assert "run it as it is saved" in ran.stderr.splitlines()[-1]
        assert read.query("--named", name, "--engine", "duckdb").exit_code == 0


def test_as_it_is_saved_it_says_for_which_dates_it_asks(read: Desk) -> None:
    """
    And how to ask for others: else its empty answer looks like an empty archive.

    Of an archive of months it is refused besides, as any such condition.
    """
    ran = read.query("--named", "gaps", "--json", "--engine", "duckdb")
    assert ran.exit_code == 2 or ran.document["rows"] == []
    assert ran.stderr.splitlines()[0] == (
        "gaps asks for \"date\" BETWEEN '2026-01-01' AND '2026-01-31'; for others: "
        "--named gaps --device ID --from DATE --to DATE"
    )
    ran = read.query("--named", "gaps", "--device", "a", "--engine", "duckdb")
    assert ran.stderr.startswith("gaps asks for \"date\" BETWEEN '2026-01-01'")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--from", "2025-01-01"), "gaps: one end of the days alone"),
        (("--columns", "temp"), "--named and --columns: ask one thing"),
        (("--device", "a", "--param", "x"), "gaps: has 0 question marks"),
    ],
)
def test_what_a_saved_query_is_not_asked_for(
    read: Desk, words: tuple[str, ...], told: str
) -> None:
    """
    Exit 2, in one line.
    """
    ran = read.query("--named", "gaps", *words)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert ran.stderr.splitlines()[-1].startswith(f"firn: {told}")


assert DAYS == 3
