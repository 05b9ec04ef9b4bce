from collections.abc import Callable, Iterable

import pytest

from archive.errors import DamagedError
from archive.image import Image
from archive.keys import entry_key
from archive.line import encode_line
from ops.local.expiries import Expiry
from ops.local.readback import Readback, read_back

Archive = dict[str, bytes]
Extend = Callable[[Archive, int, Iterable[bytes]], None]

NOON = 1_614_600_000


def _image(n: int) -> Image:
    return {
        "deviceID": {"S": f"BH-{n % 2}"},
        "createdAt": {"N": str((NOON + n) * 1000)},
        "expiredAt": {"N": str(NOON + n + 86_400)},
        "t": {"N": "5.50" if n % 3 else "-0"},
        "more": {"M": {"tags": {"SS": ["b", "a"]}, "raw": {"B": "AAE="}}},
    }


def _expiries(count: int) -> list[Expiry]:
    return [Expiry.of(str(n), NOON, _image(n)) for n in range(count)]


def _lines(count: int) -> list[bytes]:
    return [encode_line(f"e{n}", str(n), NOON, _image(n)) for n in range(count)]


def _read(archive: Archive, expiries: list[Expiry]) -> Readback:
    def read(key: str) -> bytes:
        if key not in archive:
            raise DamagedError(key)
        return archive[key]

    return read_back(archive, read, expiries)


def test_a_whole_archive_gives_every_expiry_back(extend: Extend) -> None:
    """
    From its bytes alone, whatever types the images have.
    """
    archive: Archive = {}
    extend(archive, 1, _lines(20))
    back = _read(archive, _expiries(20))

    assert (back.lost, back.damage) == ([], [])
    assert (back.lines, back.frames, back.landed_objects) == (20, 20, 1)
    assert (back.rows, back.files, back.quarantined) == (20, 2, 0)
    assert back.archive_bytes == sum(
        len(content) for key, content in archive.items() if key.startswith("items/")
    )


def test_doubles_are_dropped_within_an_entry_and_kept_between_two(
    extend: Extend,
) -> None:
    """
    What is kept is told by the rule of items_distinct.
    """
    archive: Archive = {}
    extend(archive, 1, [*_lines(10), *_lines(10)])
    extend(archive, 2, _lines(4))
    back = _read(archive, _expiries(10))

    assert back.lost == []
    assert (back.lines, back.rows) == (24, 14)
    assert (back.doubles_dropped, back.doubles_kept) == (10, 4)


def test_what_never_became_a_row_is_lost(extend: Extend) -> None:
    """
    The counts of the ledger agree with each other and prove nothing.
    """
    archive: Archive = {}
    extend(archive, 1, _lines(9))

    assert _read(archive, _expiries(10)).lost == _expiries(10)[9:]


def test_quarantine_is_a_place_where_an_expiry_can_be_found(extend: Extend) -> None:
    """
    An image without a device, say: kept, counted and not lost.
    """
    archive: Archive = {}
    nameless: Image = {"createdAt": {"N": "1"}, "expiredAt": {"N": "2"}}
    extend(archive, 1, [encode_line("e", "7", NOON, nameless), b"no JSON\n"])
    back = _read(archive, [Expiry.of("7", NOON, nameless)])

    assert (back.lost, back.rows, back.quarantined) == ([], 0, 2)


def test_a_missing_archive_object_is_told_and_its_rows_are_lost(
    extend: Extend,
) -> None:
    """
    The other files are read all the same.
    """
    archive: Archive = {}
    extend(archive, 1, _lines(20))
    gone = next(key for key in archive if "device=BH-0" in key)
    del archive[gone]
    back = _read(archive, _expiries(20))

    assert len(back.lost) == 10
    assert back.damage[0].startswith(f"{gone}: cannot be read")


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" * 1_000])
def test_a_damaged_archive_object_is_told(extend: Extend, content: bytes) -> None:
    """
    Whatever is in its place.
    """
    archive: Archive = {}
    extend(archive, 1, _lines(20))
    archive[next(key for key in archive if "device=BH-0" in key)] = content
    back = _read(archive, _expiries(20))

    assert len(back.lost) == 10
    assert back.damage


def test_an_object_that_no_entry_names_is_told(extend: Extend) -> None:
    """
    A reader by prefix would count its rows.
    """
    archive: Archive = {}
    extend(archive, 1, _lines(2))
    stray = "items/device=BH-0/date=2021-03-01/00000009.parquet"
    archive[stray] = b"PAR1"
    back = _read(archive, _expiries(2))

    assert back.damage == [f"{stray}: no entry of the ledger names it"]


def test_a_broken_chain_stops_the_reading(extend: Extend) -> None:
    """
    Which files belong to the archive is then not known.
    """
    archive: Archive = {}
    extend(archive, 1, _lines(2))
    extend(archive, 2, _lines(3))
    del archive[entry_key(1)]

    with pytest.raises(DamagedError):
        _read(archive, _expiries(3))


def test_an_empty_archive_is_one() -> None:
    """
    Nothing was archived, so everything that expired is lost.
    """
    assert _read({}, []) == Readback()
    assert len(_read({}, _expiries(3)).lost) == 3
