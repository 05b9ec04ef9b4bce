"""
The views as deployed, run by DuckDB.
"""

from datetime import date, datetime
from decimal import Decimal

import pytest

from archive.columns import parse_column
from archive.contract import Contract
from archive.errors import MisconfiguredError
from archive.image import image_bytes
from archive.row import rebuild
from local_aws.deploy_views import VIEWS
from ops.sql.engine import run
from ops.sql.tables import Catalog, Tables
from tests.infra.engine.values import columns, images
from tests.ops.sql.conftest import Archived
from tests.transforms.conversion.made import line, reading

TEMPERATURE = parse_column("Temperature", "decimal(9,2)")
LATE = Contract(columns=(TEMPERATURE,))


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_answers_without_a_file(archived: Archived, view: str) -> None:
    """
    An archive that holds nothing yet has views, and no rows in them.
    """
    tables = archived([], LATE)
    assert run(f"SELECT * FROM {view}", (), tables).num_rows == 0  # noqa: S608 - our own names


def test_a_column_declared_late_shows_what_older_files_hold(archived: Archived) -> None:
    """
    In the table it is NULL there; in the view it comes from `rest`.
    """
    image = {**reading(), "Temperature": {"N": "21.50"}}
    older = archived([line(image, "1")], Contract())
    both = archived([line(image, "2")], LATE, beside=older)
    asked = "SELECT temperature FROM {} ORDER BY sequence_number"
    held = run(asked.format("archive"), (), both).column(0).to_pylist()
    shown = run(asked.format("items"), (), both).column(0).to_pylist()
    assert held == [None, Decimal("21.50")]
    assert shown == [Decimal("21.50")] * 2


def test_what_came_twice_is_once_in_items_distinct(archived: Archived) -> None:
    """
    Whatever contract each copy was written under.
    """
    same = {**reading(), "Temperature": {"N": "21.5"}}
    other = {**reading(), "Temperature": {"S": "21.5"}}
    older = archived([line(same, "1"), line(other, "1")], Contract())
    both = archived([line(same, "1")], LATE, beside=older)
    counted = "SELECT count(*) AS n FROM {}"
    assert run(counted.format("items"), (), both).column(0).to_pylist() == [3]
    assert run(counted.format("items_distinct"), (), both).column(0).to_pylist() == [2]


def test_the_latest_of_a_key_is_that_of_the_greatest_number(archived: Archived) -> None:
    """
    By length, then by text; an imported one comes before all.
    """
    lines = [line(reading(), number) for number in ("9", "10", "import:ff")]
    asked = "SELECT sequence_number FROM items_latest"
    assert run(asked, (), archived(lines, LATE)).column(0).to_pylist() == ["10"]


def test_a_day_is_that_of_the_archive_s_zone(archived: Archived) -> None:
    """
    15:00 in UTC is midnight in Tokyo; what has no creation time has no day.
    """
    midnight = reading(created_at=1_699_974_000_000)
    lines = [line(midnight, "1"), line({"deviceID": {"S": "d1"}}, "2")]
    tables = archived(lines, Contract(time_zone="Asia/Tokyo"))
    asked = 'SELECT created_at, "day", "date" FROM items ORDER BY sequence_number'
    assert [tuple(row.values()) for row in run(asked, (), tables).to_pylist()] == [
        (datetime(2023, 11, 14, 15), date(2023, 11, 15), "2023-11-15"),  # noqa: DTZ001 - a column without a zone
        (None, None, None),
    ]


def test_a_view_of_somebody_else_s_stands_in_nobody_s_way() -> None:
    """
    One that cannot be run is told when it is asked for; one that reads itself too.
    """
    mine = {"odd": "SELECT soundex('x') AS x", "a": "SELECT * FROM b"}
    tables = Tables(catalog=Catalog(views={**mine, "b": "SELECT * FROM firn.a"}))
    assert run("SELECT count(*) AS n FROM archive", (), tables).num_rows == 1
    for name, told in (("odd", "soundex"), ("a", "reads itself")):
        with pytest.raises(MisconfiguredError, match=told):
            run(f"SELECT * FROM {name}", (), tables)  # noqa: S608 - our own names


def test_every_odd_value_comes_back_as_it_was(archived: Archived) -> None:
    """
    Under every odd name, from files that know the columns and files that do not.
    """
    contract = Contract(columns=tuple(columns()))
    some = images()[::5]
    lines = [line({**reading(), **image}, str(n)) for n, image in enumerate(some)]
    both = archived(lines, contract, beside=archived(lines, Contract()))
    rows = run("SELECT * FROM archive", (), both).to_pylist()
    expected = [image_bytes({**reading(), **image}) for image in some]  # type: ignore[dict-item]
    assert sorted(image_bytes(rebuild(row, contract)) for row in rows) == sorted(
        [*expected, *expected]
    )
    (counted,) = run("SELECT count(*) AS n FROM items_distinct", (), both).to_pylist()
    assert counted["n"] == len(some)
