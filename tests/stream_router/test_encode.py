"""
From record to line: exact images, and strays for what cannot be one.
"""

import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import PoisonError
from archive.image import image_bytes
from archive.line import decode_line
from stream_router.encode import encode
from tests.stream_router.samples import Record, expiry, sample

SAMPLES = ["remove_by_ttl", "every_type"]


@pytest.mark.parametrize("name", SAMPLES)
def test_an_image_comes_out_of_its_line_as_it_went_in(name: str) -> None:
    """
    Every type of DynamoDB JSON, in image bytes (sets, binary, NULL, numbers, text).
    """
    (record,) = sample(name)
    expiry = decode_line(encode(record).data)
    assert image_bytes(expiry.image) == image_bytes(record["dynamodb"]["OldImage"])


@pytest.mark.parametrize("name", SAMPLES)
def test_a_line_has_the_fields_of_the_format(name: str) -> None:
    """
    Four fields in this order, compact, one newline at the end and nowhere else.
    """
    (record,) = sample(name)
    line = encode(record)
    change = record["dynamodb"]
    expected = {
        "event_id": record["eventID"],
        "sequence_number": change["SequenceNumber"],
        "deleted_at": int(change["ApproximateCreationDateTime"]),
        "image": change["OldImage"],
    }
    compact = json.dumps(expected, ensure_ascii=False, separators=(",", ":"))
    assert list(json.loads(line.data)) == list(expected)
    assert json.loads(line.data) == expected
    assert len(line.data) <= len(compact.encode()) + 1
    assert line.data.endswith(b"\n")
    assert line.data.count(b"\n") == 1
    assert line.sequence_number == change["SequenceNumber"]
    assert not line.stray


@pytest.mark.parametrize("time", [1646093400, 1646093400.0, 1646093400.75])
def test_the_deletion_time_is_whole_seconds(time: float) -> None:
    """
    Lambda sends an integer or a float; the line has the second it lies in.
    """
    record = expiry(1)
    record["dynamodb"]["ApproximateCreationDateTime"] = time
    assert decode_line(encode(record).data).deleted_at == 1646093400


BREAKAGES: dict[str, tuple[Callable[[Record], object], str]] = {
    "no change": (lambda record: record.pop("dynamodb"), "no change"),
    "a change that is null": (
        lambda record: record.update(dynamodb=None),
        "no change",
    ),
    "no old image": (lambda record: record["dynamodb"].pop("OldImage"), "no old image"),
    "an empty old image": (
        lambda record: record["dynamodb"].update(OldImage={}),
        "no old image",
    ),
    "an old image that is a list": (
        lambda record: record["dynamodb"].update(OldImage=[1]),
        "no old image",
    ),
    "no sequence number": (
        lambda record: record["dynamodb"].pop("SequenceNumber"),
        "no sequence number",
    ),
    "an empty sequence number": (
        lambda record: record["dynamodb"].update(SequenceNumber=""),
        "no sequence number",
    ),
    "a sequence number that is a number": (
        lambda record: record["dynamodb"].update(SequenceNumber=7),
        "no sequence number",
    ),
    "no event id": (lambda record: record.pop("eventID"), "no event id"),
    "no time": (
        lambda record: record["dynamodb"].pop("ApproximateCreationDateTime"),
        "no usable deletion time",
    ),
    "a time that is text": (
        lambda record: record["dynamodb"].update(ApproximateCreationDateTime="now"),
        "no usable deletion time",
    ),
    "a time in milliseconds": (
        lambda record: record["dynamodb"].update(
            ApproximateCreationDateTime=1646093400000
        ),
        "no usable deletion time",
    ),
    "a time before 1970": (
        lambda record: record["dynamodb"].update(ApproximateCreationDateTime=-1),
        "no usable deletion time",
    ),
    "a lone surrogate": (
        lambda record: record["dynamodb"]["OldImage"].update(a={"S": "\ud800"}),
        "cannot be encoded",
    ),
    "a number beyond 64 bits": (
        lambda record: record["dynamodb"]["OldImage"].update(a={"N": 2**64}),
        "cannot be encoded",
    ),
}


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_what_cannot_be_a_line_travels_whole_with_its_reason(breakage: str) -> None:
    """
    The line has the whole record, and what of it a line would have shown.
    """
    break_record, reason = BREAKAGES[breakage]
    record = expiry(1)
    break_record(record)

    line = encode(record)
    shown = json.loads(line.data)

    assert line.stray
    assert shown.pop("record") == record
    assert reason in shown.pop("reason")
    assert set(shown) == {"event_id", "sequence_number", "deleted_at"}
    assert shown["event_id"] in {record.get("eventID"), None}
    assert (shown["sequence_number"] or "") == line.sequence_number


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_a_stray_is_never_taken_for_an_expiry(breakage: str) -> None:
    """
    The transform refuses it, which means that it puts it into quarantine.
    """
    break_record, _ = BREAKAGES[breakage]
    record = expiry(1)
    break_record(record)
    with pytest.raises(PoisonError):
        decode_line(encode(record).data)


@pytest.mark.parametrize("time", [math.nan, math.inf, -math.inf, 1e300])
def test_a_time_that_is_no_number_makes_a_stray(time: float) -> None:
    """
    Python's JSON reader accepts NaN and Infinity, so a record could hold one.
    """
    record = expiry(1)
    record["dynamodb"]["ApproximateCreationDateTime"] = time
    assert encode(record).stray


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    st.dictionaries(st.sampled_from(["eventID", "dynamodb", "other"]), ANY_JSON),
    st.dictionaries(
        st.sampled_from(["OldImage", "SequenceNumber", "ApproximateCreationDateTime"]),
        ANY_JSON,
    ),
)
def test_every_record_becomes_one_line(
    record: dict[str, object], change: dict[str, object]
) -> None:
    """
    Whatever JSON a record is made of, encoding it does not stop the shard.
    """
    for whole in (record, record | {"dynamodb": change}):
        data = encode(whole).data
        assert data.endswith(b"\n")
        assert data.count(b"\n") == 1
        assert isinstance(json.loads(data), dict)


VALUE = st.recursive(
    st.one_of(
        st.text().map(lambda text: {"S": text}),
        st.sampled_from(["0", "-1", "55", "1" + "0" * 125, "0." + "0" * 129 + "1"]).map(
            lambda number: {"N": number}
        ),
        st.sampled_from(["", "AAEqQQ=="]).map(lambda binary: {"B": binary}),
        st.booleans().map(lambda truth: {"BOOL": truth}),
        st.just({"NULL": True}),
        st.sets(st.text(), min_size=1).map(lambda texts: {"SS": list(texts)}),
    ),
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda items: {"L": items})
        | st.dictionaries(st.text(), inner, max_size=4).map(lambda items: {"M": items})
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.text(min_size=1), VALUE, min_size=1, max_size=6))
def test_every_image_comes_out_of_its_line_as_it_went_in(
    image: dict[str, Any],
) -> None:
    """
    Any image of Unicode text, in image bytes.
    """
    record = {
        "eventID": "1",
        "dynamodb": {
            "OldImage": image,
            "SequenceNumber": "111",
            "ApproximateCreationDateTime": 1646093400,
        },
    }
    assert image_bytes(decode_line(encode(record).data).image) == image_bytes(image)
