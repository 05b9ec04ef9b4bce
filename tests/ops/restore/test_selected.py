from typing import TYPE_CHECKING

import boto3
import pytest

from tests.ops.restore.shelf import COLD, EACH, HOT, WARM, Thing

if TYPE_CHECKING:
    from tests.ops.restore.shelf import Shelf


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--device", "nort-7"], "device 'nort-7': not in the archive; close to it: "),
        (["--device", "a", "--device", "xyz"], "device 'xyz': not in the archive"),
        (
            ["--device", "a", "--from", "2024-01-01"],
            "device 'a': nothing in these dates; it has 2023-01-01 to 2023-01-05",
        ),
        (
            ["--from", "2024-01-01"],
            "the archive has 2 devices, 2023-01-01 to 2023-06-01",
        ),
        (["--from", "2023-02-01", "--to", "2023-01-01"], "before --from 2023-02-01"),
        (["--from", "yesterday"], "--from yesterday: not a date"),
        (["--max-cost", "cheap"], "--max-cost cheap: not an amount of US dollars"),
        (["--max-cost", "-1"], "--max-cost -1: not an amount of US dollars"),
        (["--max-cost", "nan"], "--max-cost nan: not an amount of US dollars"),
        (["--days", "0"], "--days"),
        (["--tier", "Fast"], "--tier"),
        (["--deployment", "other"], "deployment 'other': there is no parameter"),
    ],
)
def test_what_cannot_be_done_is_one_line_with_the_way_out(
    shelf: "Shelf", arguments: list[str], told: str
) -> None:
    """
    Exit 2, nothing on standard output, nothing spent.
    """
    shelf.put([*EACH, Thing(device="north-7", date="2023-06-01")])

    ran = shelf.firn(*arguments, "--yes")

    assert (ran.exit_code, ran.stdout) == (2, "")
    assert told in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
    assert shelf.restores == 0


def test_an_archive_without_an_entry_says_that_it_is_empty(shelf: "Shelf") -> None:
    """
    Rather than that a device is unknown.
    """
    ran = shelf.firn("--device", "a", "--yes")

    assert ran.exit_code == 2
    assert "the archive is empty" in ran.stderr


def test_a_device_without_objects_in_the_dates_is_named(shelf: "Shelf") -> None:
    """
    The others are restored.
    """
    shelf.put([COLD, Thing(device="b", date="2024-01-01")])

    ran = shelf.firn("--device", "a", "--device", "b", "--to", "2023-12-31", "--yes")

    assert ran.exit_code == 0
    assert "Nothing in these dates of b." in ran.stdout
    assert shelf.restores == 1


def test_only_what_is_selected_is_asked_for(shelf: "Shelf") -> None:
    """
    The device and the days, both ends included.
    """
    days = [Thing(date=f"2023-03-{day:02}") for day in range(1, 10)]
    shelf.put([*days, *(Thing(device="b", date=it.date) for it in days)])

    shelf.firn(
        "--device", "a", "--from", "2023-03-03", "--to", "2023-03-05", "--yes", "--wait"
    )

    assert shelf.restores == 3
    assert [shelf.readable(it.key) for it in days] == [False] * 2 + [True] * 3 + [
        False
    ] * 4


def test_an_object_that_no_entry_names_is_not_restored(shelf: "Shelf") -> None:
    """
    It is not part of the archive, whatever it is.
    """
    shelf.put([COLD])
    stray = Thing(date="2023-01-09").key
    boto3.client("s3").put_object(
        Bucket=shelf.deployed.archive_bucket, Key=stray, StorageClass="GLACIER"
    )

    ran = shelf.firn("--yes", "--json")

    assert ran.document["objects"]["cold"]["objects"] == 1
    assert shelf.restores == 1


def test_an_object_that_the_bucket_lacks_is_damage(shelf: "Shelf") -> None:
    """
    It is named, a person must look, and nothing is spent on the rest.
    """
    shelf.put(EACH, missing=[WARM.key, HOT.key])

    ran = shelf.firn("--yes")

    assert ran.exit_code == 1
    assert f"{WARM.key} and 1 more: named by the ledger" in ran.stderr
    assert "firn verify" in ran.stderr
    assert shelf.restores == 0
