"""
What the views show, asked of the engine that Athena is made of.
"""

import json
import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from archive.contract import Contract
from archive.image import image_bytes
from tests.infra.engine.scene import VIEWS, scene
from tests.infra.engine.story import CREATED_AT, Story, image_of, tell
from tests.infra.engine.trino import UnavailableError
from tests.infra.engine.values import columns, images, unreadable
from tests.infra.terraform import UnavailableError as NoTerraformError
from tests.transforms.conversion.images import images as any_images
from tests.transforms.conversion.made import line

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("engine")]

TOKYO = Contract(time_zone="Asia/Tokyo")
DAY = "2023-11-15"


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """
    No columns, then files, then columns, then files.
    """
    try:
        with scene(tmp_path_factory.mktemp("engine")) as made:
            yield tell(made)
    except (UnavailableError, NoTerraformError) as error:
        pytest.skip(str(error))


def test_every_view_answers_as_soon_as_it_is_made(story: Story) -> None:
    """
    Nothing has to be run, repaired or registered before the first query.
    """
    assert story.empty == {view: [] for view in VIEWS}


def test_without_declared_columns_doubles_are_still_told_apart(story: Story) -> None:
    """
    An archive may do without columns of its own: `rest` holds all then.
    """
    assert story.undeclared == {
        "items": len(images()),
        "items_distinct": len(images()),
        "items_latest": 1,
    }


def test_a_new_column_leaves_the_partitions_alone(story: Story) -> None:
    """
    Terraform changes the table in place: replaced, it would lose them all.
    """
    assert len(story.partitions_before) > 1
    assert story.partitions_after == story.partitions_before


def test_an_older_file_shows_what_a_newer_one_holds(story: Story) -> None:
    """
    A column declared late shows what older files have in `rest`.

    The nearest value where the column holds no better, none where the type differs.
    """
    newer = {str(row["sequence_number"]): row for row in story.newer}
    assert len(story.older) == len(newer) == len(images())
    differences = [
        (column.type, row["rest"][:200], row[column.name], expected)
        for row in story.older
        for column in columns()
        # From a row that the engine's JSON parser would refuse nothing is shown.
        if all(len(name) <= 12_500 for name in json.loads(row["rest"] or "{}"))
        for expected in [newer[row["sequence_number"]][column.name]]
        if not _same(row[column.name], expected)
    ]
    assert differences == []


def test_doubles_in_an_older_and_a_newer_file_are_one(story: Story) -> None:
    """
    Images are compared, not rows.

    What one file has in a column, the other has in `rest`.
    """
    counted = story.scene.query(
        "SELECT sequence_number, count(*) AS n FROM {items_distinct} "
        "WHERE device = 'grid' GROUP BY 1"
    )
    assert len(counted) == len(images())
    assert {row["n"] for row in counted} == {1}


def test_one_identity_with_different_images_is_kept_whole(story: Story) -> None:
    """
    1, 1.0 and "1" are different images, and so is an attribute that is missing.
    """
    (both,) = story.scene.query(
        "SELECT count(*) AS n FROM {items} WHERE device = 'twins'"
    )
    (kept,) = story.scene.query(
        "SELECT count(*) AS n FROM {items_distinct} WHERE device = 'twins'"
    )
    assert (both["n"], kept["n"]) == (2 * len(images()), len(images()))


def test_the_latest_of_a_key_has_the_greatest_sequence_number(story: Story) -> None:
    """
    By length, then by text; an imported item has none and comes before all.
    """
    lines = [
        _latest("1", "9", "99", "100", "import:ff"),
        _latest("2", "import:aa", "import:ff"),
        _latest("3", "21", "22"),
        # Two keys of one millisecond: the table holds them apart.
        _latest("4", "1", created_at="1700000000004.25"),
        _latest("5", "2", created_at="1700000000004.75"),
    ]
    story.scene.store(10, [each for group in lines for each in group])
    latest = story.scene.query(
        "SELECT created_at, sequence_number FROM {items_latest} "
        "WHERE device = 'latest' ORDER BY created_at, sequence_number"
    )
    numbers = [row["sequence_number"] for row in latest]
    assert numbers == ["100", "import:ff", "22", "1", "2"]


@pytest.mark.parametrize("view", VIEWS)
def test_device_and_date_decide_what_is_read(story: Story, view: str) -> None:
    """
    Conditions on them reach the partitions, through every view.

    What is not asked for is neither listed nor billed.
    """
    explained = story.scene.query(
        f"EXPLAIN SELECT * FROM {{{view}}} "  # noqa: S608 - our own names
        f"WHERE device = 'twins' AND \"date\" BETWEEN '{DAY}' AND '2023-11-30'"
    )
    plan = explained[0]["Query Plan"]
    scanned = dict(re.findall(r"(\w+):string:PARTITION_KEY\s+:: (\S.*)", plan))
    assert scanned == {"device": "[[twins]]", "date": f"[[{DAY}]]"}


def test_a_day_is_that_of_the_archive_s_zone(story: Story) -> None:
    """
    15:00 in UTC is midnight in Tokyo. What has no creation time has no day.
    """
    image = {"deviceID": {"S": "days"}}
    times = ("1699973999999", "1699974000000", "1.5", "soon")
    story.scene.store(
        11, [line({**image, "createdAt": {"N": time}}, time) for time in times]
    )
    days = story.scene.query(
        'SELECT "day", "date" FROM {items} WHERE device = \'days\' ORDER BY 1'
    )
    assert [tuple(row.values()) for row in days] == [
        ("1970-01-01", "1970-01-01"),
        ("2023-11-14", "2023-11-14"),
        ("2023-11-15", "2023-11-15"),
        (None, None),
    ]


@pytest.mark.parametrize("device", ["a/b", "it's", "日本 %41", "d" * 300, "\n"])
def test_a_device_is_found_by_its_id(story: Story, device: str) -> None:
    """
    Whatever its partition is called, device_id holds the id itself.
    """
    n = 1000 + len(device) + ord(device[0])
    story.scene.store(n, [line(image_of(device), "1")])
    escaped = device.replace("'", "''")
    found = story.scene.query(
        f"SELECT device_id FROM {{items_latest}} WHERE device_id = '{escaped}'"  # noqa: S608 - our own ids
    )
    assert [row["device_id"] for row in found] == [device]


def test_the_file_lists_say_what_was_archived(story: Story) -> None:
    """
    `archive_files` reads what the ledger stored, times included.
    """
    listed = story.scene.query(
        'SELECT action, device, "rows", first_created_at FROM {archive_files} '
        "WHERE device = 'before'"
    )
    (row,) = listed
    assert list(row.values()) == ["add", "before", 1, "2023-11-14 22:13:20.000"]


def test_every_named_query_runs(story: Story) -> None:
    """
    What the console offers is understood, as it stands.
    """
    terraform = story.scene.terraform
    target = "-target=aws_athena_named_query.this"
    terraform.run("plan", "-input=false", "-out=queries.plan", target)
    planned = json.loads(terraform.run("show", "-json", "queries.plan"))
    changes = [
        each["change"]["after"]
        for each in planned["resource_changes"]
        if each["type"] == "aws_athena_named_query"
    ]
    assert len(changes) > 5
    for change in changes:
        sql = change["query"].rstrip().removesuffix(";")
        story.scene.query(sql.replace('"firn"."', 'awsdatacatalog."firn"."'))


def test_an_item_that_cannot_be_read_through_is_never_lost(story: Story) -> None:
    """
    One with an attribute name that no JSON parser takes may be there twice.
    """
    lines = [line({**image_of("unreadable"), **unreadable()}, "1")]
    story.scene.store(story.scene.next_number(), lines, TOKYO)
    story.scene.store(story.scene.next_number(), lines)
    shown = story.scene.query(
        "SELECT temperature FROM {items_distinct} WHERE device = 'unreadable' "
        "ORDER BY 1"
    )
    assert [row["temperature"] for row in shown] == ["1.00", None]


def test_any_images_are_once_in_items_distinct(story: Story) -> None:
    """
    Written before columns were declared and after, in two entries, with doubles.
    """
    made = story.scene

    @settings(max_examples=3, deadline=None, phases=[Phase.generate])
    @given(st.lists(any_images(), min_size=30, max_size=60))
    def holds(drawn: list[dict[str, object]]) -> None:
        number = f"{made.next_number():021}"
        lines = [line(image, number) for image in drawn]
        made.store(made.next_number(), [*lines, *lines[:5]], TOKYO)
        made.store(made.next_number(), lines)
        (counted,) = made.query(
            "SELECT count(*) AS n FROM {items_distinct} "  # noqa: S608 - our own number
            f"WHERE sequence_number = '{number}'"
        )
        assert counted["n"] == len({image_bytes(image) for image in drawn})  # type: ignore[arg-type]

    holds()


def _latest(key: str, *numbers: str, created_at: str | None = None) -> list[bytes]:
    at = created_at or str(CREATED_AT + int(key))
    image = {"deviceID": {"S": "latest"}, "createdAt": {"N": at}}
    return [line({**image, "of": {"S": number}}, number) for number in numbers]


def _same(shown: object, held: object) -> bool:
    """
    Whether JSON shows the value that pyarrow read.
    """
    match held:
        case None:
            return shown is None
        case Decimal():
            return isinstance(shown, str) and Decimal(shown) == held
        case float():
            return isinstance(shown, int | float) and float(shown) == held
        case _:
            return type(shown) is type(held) and shown == held
