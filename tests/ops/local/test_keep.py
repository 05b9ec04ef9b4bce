from pathlib import Path

import orjson
import pytest

from archive.errors import MisconfiguredError
from ops.local.expiries import Expiry
from ops.local.keep import Kept

KEY = "items/device=a%2Fb/date=2021-03-01/00000001.parquet"


def test_an_object_is_a_plain_file_under_its_key(tmp_path: Path) -> None:
    """
    Escapes are part of the key and stay.
    """
    Kept(tmp_path / "new" / "folder").write_object(KEY, b"PAR1")

    assert (tmp_path / "new" / "folder" / "archive" / KEY).read_bytes() == b"PAR1"


def test_dead_letters_and_items_are_json_lines(tmp_path: Path) -> None:
    """
    One string per body as it was sent; one object per true expiry.
    """
    kept = Kept(tmp_path)
    kept.write_dead_letters(["no Base64", "two\nlines"])
    kept.write_items([Expiry.of("7", 60, {"deviceID": {"S": "é"}})])

    dead = (tmp_path / "dead-letters.jsonl").read_text().splitlines()
    assert [orjson.loads(line) for line in dead] == ["no Base64", "two\nlines"]
    items = (tmp_path / "items.jsonl").read_text()
    assert items == (
        '{"sequence_number":"7","deleted_at":60,"image":{"deviceID":{"S":"é"}}}\n'
    )


def test_a_second_run_replaces_the_first(tmp_path: Path) -> None:
    """
    Nothing of an earlier archive may stand among the files of this one.
    """
    first = Kept(tmp_path)
    first.write_object(KEY, b"old")
    first.write_items([])
    Kept(tmp_path).write_object("items/x", b"new")

    files = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {"x", ".firn-local"}


@pytest.mark.parametrize("name", ["notes.txt", "archive", "items.jsonl"])
def test_a_folder_that_is_not_ours_is_left_alone(tmp_path: Path, name: str) -> None:
    """
    Even where what it holds is named as ours would be.
    """
    (tmp_path / name).write_text("mine")

    with pytest.raises(MisconfiguredError, match=f"holds '{name}'"):
        Kept(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "mine"


def test_a_folder_of_ours_with_something_else_in_it_is_left_alone(
    tmp_path: Path,
) -> None:
    """
    The second guard: people put notes beside results.
    """
    Kept(tmp_path).write_object(KEY, b"old")
    (tmp_path / "notes.txt").write_text("mine")

    with pytest.raises(MisconfiguredError, match=r"notes\.txt"):
        Kept(tmp_path)
    assert (tmp_path / "archive" / KEY).exists()


def test_a_link_in_a_folder_of_ours_is_not_followed(tmp_path: Path) -> None:
    """
    What it points at belongs to someone else.
    """
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").write_text("mine")
    Kept(tmp_path / "kept")
    (tmp_path / "kept" / "archive").symlink_to(elsewhere)

    Kept(tmp_path / "kept").write_object("items/x", b"new")

    assert [path.name for path in elsewhere.iterdir()] == ["precious"]


def test_a_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    """
    A file in the way is no folder.
    """
    (tmp_path / "file").write_text("")

    with pytest.raises(MisconfiguredError, match="cannot be written"):
        Kept(tmp_path / "file")
