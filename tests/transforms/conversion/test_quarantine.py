import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import DamagedError
from archive.quarantine import Quarantined, decode_quarantined, encode_quarantined
from tests.transforms.conversion.made import (
    Converter,
    frame,
    line,
    quarantined_of,
    reading,
)

GOOD = line(reading())
REFUSED = {
    b"xx": "the line is no JSON",
    b"": "the line is no JSON",
    b"\xff\xfe": "the line is no JSON",
    b'"\\ud800"': "the line is no JSON",
    b"[]": "the line is no JSON object",
    b"5": "the line is no JSON object",
    b"{}": "the line does not have the fields of an expiry",
    GOOD[:-2] + b',"more":1}': "the line does not have the fields of an expiry",
    GOOD[:-1].replace(b'"100"', b"100"): (
        "the line does not have the fields of an expiry"
    ),
    GOOD[:-1].replace(b"1731536400", b'"1731536400"'): (
        "the line does not have the fields of an expiry"
    ),
    GOOD[:-1].replace(b"1731536400", b"true"): (
        "the line does not have the fields of an expiry"
    ),
    GOOD[:-1].replace(b"1731536400", b"1731536400000000"): (
        "deleted_at is in no year from 1 to 9999"
    ),
    line({"createdAt": {"N": "1"}})[:-1]: "the image has no device that is a string",
    line({"deviceID": {"N": "1"}})[:-1]: "the image has no device that is a string",
    line({**reading(), "x": 5})[:-1]: "an attribute of the image is no DynamoDB JSON",
    line({**reading(), "x": {}})[:-1]: "an attribute of the image is no DynamoDB JSON",
    line({**reading(), "x": {"N": 5}})[:-1]: (
        "an attribute of the image is no DynamoDB JSON"
    ),
    line({**reading(), "x": {"L": [{"X": "y"}]}})[:-1]: (
        "an attribute of the image is no DynamoDB JSON"
    ),
    b'{"event_id":"e","sequence_number":"1","deleted_at":5,"record":{"a":1},'
    b'"reason":"no old image"}': "stray: no old image",
}


@pytest.mark.parametrize("refused", REFUSED)
def test_a_line_that_can_never_be_a_row_is_kept_with_its_reason(
    refused: bytes, converted: Converter
) -> None:
    """
    As it was, with where it came from; the lines around it become rows.
    """
    first = frame([GOOD])
    body = first + frame([GOOD, refused + b"\n", line(reading("d2"))])
    conversion = converted([b"", body])

    assert quarantined_of(conversion) == [
        Quarantined(
            key="landing/1.jsonl.gz",
            version="v1",
            frame_offset=len(first),
            line_number=2,
            reason=REFUSED[refused],
            line=refused,
        )
    ]
    counts = conversion.counts
    assert (counts.lines, counts.rows, counts.doubles_dropped) == (4, 2, 1)
    assert counts.quarantined == 1


def test_an_image_deeper_than_any_item_is_refused(converted: Converter) -> None:
    """
    Nesting costs the line, not the run.
    """
    deep: dict[str, object] = {"N": "1"}
    for _ in range(110):
        deep = {"M": {"a": deep}}
    some = [line({**reading(), "x": deep}), GOOD]
    assert converted([frame(some)]).counts.quarantined == 1
    assert converted([frame([b"[" * 5000 + b"\n", GOOD])]).counts.quarantined == 1


def test_a_conversion_that_refuses_nothing_has_no_quarantine(
    converted: Converter,
) -> None:
    """
    No empty object is ever stored.
    """
    assert converted([frame([GOOD])]).quarantine is None


def test_the_same_lines_are_quarantined_in_the_same_bytes(converted: Converter) -> None:
    """
    No time and no name is in the gzip header.
    """
    body = frame([b"xx\n", GOOD, b"yy\n"])
    one, two = converted([body]).quarantine, converted([body]).quarantine
    assert one is not None
    assert two is not None
    assert one.read_bytes() == two.read_bytes()


def test_a_stray_with_a_lone_surrogate_is_kept(converted: Converter) -> None:
    """
    A stray that is no JSON to us is kept all the same.
    """
    stray = {"event_id": "e", "sequence_number": "1", "deleted_at": 5}
    text = json.dumps({**stray, "record": {"x": "\ud800"}, "reason": "r"}).encode()
    (found,) = quarantined_of(converted([frame([text + b"\n"])]))
    assert found.line == text


@given(st.builds(bytes, st.binary()), st.text(st.characters(exclude_categories=["Cs"])))
def test_a_quarantined_lines_bytes_come_back(raw: bytes, reason: str) -> None:
    """
    Whatever they were: text as text, all else as Base64.
    """
    refused = Quarantined(
        key="k", version="v", frame_offset=3, line_number=2, reason=reason, line=raw
    )
    assert decode_quarantined(encode_quarantined(refused)) == refused


def test_a_quarantine_that_was_altered_is_damage() -> None:
    """
    What we hold is not what we wrote.
    """
    with pytest.raises(DamagedError):
        decode_quarantined(b"{}")


def test_quarantine_is_gzip_of_json_lines(converted: Converter) -> None:
    """
    A reader needs zcat and a JSON parser.
    """
    path = converted([frame([b"xx\n", b"\xff\n"])]).quarantine
    assert path is not None
    first, second = gzip.decompress(path.read_bytes()).splitlines()
    assert json.loads(first)["line"] == "xx"
    assert json.loads(second)["line_base64"] == "/w=="
