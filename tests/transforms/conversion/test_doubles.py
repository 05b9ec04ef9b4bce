import hashlib
import random
from datetime import UTC

import pyarrow.parquet as pq
import pytest

from archive.columns import parse_column
from archive.contract import Contract
from tests.transforms.conversion.made import (
    DELETED_AT,
    Converter,
    bytes_of,
    frame,
    images_of,
    line,
    reading,
    rows_of,
)
from transforms import convert as convert_module

CONTRACT = Contract(columns=(parse_column("hum", "decimal(5,1)"),))


def lines(count: int, seed: int = 1) -> list[bytes]:
    """
    Distinct lines of a few devices over some days, some without a time.
    """
    chance = random.Random(seed)
    made = []
    for number in range(count):
        image = reading(f"d{number % 5}", 1_731_400_000_000 + number * 977_000)
        if number % 17 == 0:
            del image["createdAt"]
        image["hum"] = {"N": str(chance.randrange(1000) / 10)}
        image["tag"] = {"SS": ["b", "a"]}
        made.append(line(image, str(chance.randrange(10**21)), DELETED_AT + number))
    return made


def test_equal_identity_and_image_is_a_double(converted: Converter) -> None:
    """
    Whatever the spelling of its set, its keys' order and its event id.
    """
    one = {**reading(), "tag": {"SS": ["a", "b"]}, "x": {"M": {"p": {"N": "1"}}}}
    other = {"x": {"M": {"p": {"N": "1"}}}, "tag": {"SS": ["b", "a"]}, **reading()}
    body = frame([line(one), line(other), line(one).replace(b'"event"', b'"ev"')])
    counts = converted([body]).counts
    assert (counts.rows, counts.doubles_dropped, counts.conflicts) == (1, 2, 0)


def test_of_doubles_the_first_deleted_stays(converted: Converter) -> None:
    """
    Which of them stays does not depend on which came first.
    """
    for times in ([5, 3, 9], [9, 3, 5], [3, 5, 9]):
        conversion = converted([frame(line(reading(), deleted_at=at) for at in times)])
        (file,) = conversion.files
        assert file.record.first_deleted_at == file.record.last_deleted_at == 3000


def test_another_sequence_number_is_another_expiry(converted: Converter) -> None:
    """
    The item was written again and expired again: both are archived.
    """
    counts = converted([frame([line(reading(), "1"), line(reading(), "2")])]).counts
    assert (counts.rows, counts.doubles_dropped, counts.conflicts) == (2, 0, 0)


def test_equal_identity_with_another_image_is_a_conflict(converted: Converter) -> None:
    """
    All of them are kept, and the identity is counted once.
    """
    some = [{**reading(), "x": {"N": str(each)}} for each in (1, 2, 2, 3)]
    conversion = converted([frame(map(line, some))])
    counts = conversion.counts
    assert (counts.rows, counts.doubles_dropped, counts.conflicts) == (3, 1, 1)
    assert len(set(images_of(conversion))) == 3


def test_one_and_true_are_not_the_same_image(converted: Converter) -> None:
    """
    Images are compared as they are spelled, never as Python compares.
    """
    some = [{**reading(), "x": value} for value in ({"N": "1"}, {"BOOL": True})]
    some += [{**reading(), "x": value} for value in ({"N": "1.0"}, {"S": "1"})]
    assert converted([frame(map(line, some))]).counts.rows == 4


def test_items_without_a_time_have_doubles_too(converted: Converter) -> None:
    """
    Two nulls are the same created_at.
    """
    image = {"deviceID": {"S": "d"}}
    counts = converted([frame([line(image), line(image), line(image, "2")])]).counts
    assert (counts.rows, counts.doubles_dropped) == (2, 1)


def test_the_bytes_do_not_depend_on_how_the_lines_came(
    converted: Converter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The same lines give the same files: in any order, frames, objects and chunks.
    """
    some = lines(600) + lines(40)
    reference = bytes_of(converted([frame(some)], CONTRACT))
    chance = random.Random(3)
    for chunk in (1, 20_000, convert_module.CHUNK_BYTES):
        monkeypatch.setattr(convert_module, "CHUNK_BYTES", chunk)
        chance.shuffle(some)
        cuts = sorted(chance.randrange(len(some)) for _ in range(6))
        pieces = [
            frame(some[begin:end])
            for begin, end in zip([0, *cuts], [*cuts, len(some)], strict=True)
        ]
        bodies = [b"".join(pieces[:3]), b"".join(pieces[3:])]
        assert bytes_of(converted(bodies, CONTRACT)) == reference


def test_the_bytes_do_not_depend_on_the_number_of_buckets(
    converted: Converter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Buckets bound memory and decide nothing.
    """
    some = lines(500)
    reference = bytes_of(converted([frame(some)], CONTRACT))
    for buckets in (2, 7, 64):
        monkeypatch.setattr(convert_module, "bucket_count", lambda _, n=buckets: n)
        assert bytes_of(converted([frame(some)], CONTRACT)) == reference


def test_rows_lie_in_the_one_order(converted: Converter) -> None:
    """
    created_at, then the sequence number by length and text.
    """
    some = [(3, "1"), (1, "10"), (1, "9"), (1, "11"), (2, "100")]
    body = frame(line(reading(created_at=at), number) for at, number in some)
    found = [row["sequence_number"] for row in rows_of(converted([body]))]
    assert found == ["9", "10", "11", "100", "1"]


def test_a_file_record_says_what_its_file_holds(converted: Converter) -> None:
    """
    Rows, bytes, hashes and both ends of both times are those of the bytes.
    """
    for file in converted([frame(lines(300))], CONTRACT).files:
        table, record = pq.read_table(file.path.open("rb")), file.record
        body = file.path.read_bytes()
        assert record.rows == len(table)
        assert record.bytes == len(body)
        assert record.sha256 == hashlib.sha256(body).hexdigest()
        assert record.md5 == hashlib.md5(body).hexdigest()  # noqa: S324 - the ETag
        for name, first, last in (
            ("created_at", record.first_created_at, record.last_created_at),
            ("deleted_at", record.first_deleted_at, record.last_deleted_at),
        ):
            moments = [
                round(at.replace(tzinfo=UTC).timestamp() * 1000)
                for at in table[name].to_pylist()
                if at
            ]
            assert first == min(moments, default=None)
            assert last == max(moments, default=None)
