"""
Every item that DynamoDB takes fits a frame: the worst ones, at 400 KB.

Sizes follow DynamoDB's own arithmetic ("DynamoDB item sizes and formats"): a
boolean in a list is two bytes there and some fifteen in JSON, an empty text one
and nine, a control character one and six; a number is a byte for two digits, and
DynamoDB spells 1E-130 out. So what is large here is what JSON makes large, and
what is random is what gzip cannot make small again.
"""

import base64
import gzip
import json
import random
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.frame import FRAME_BYTES_MAX, FRAME_RAW_BYTES_MAX
from stream_router.encode import encode
from stream_router.pack import pack
from tests.stream_router.samples import Record, expiry

Value = dict[str, Any]
Image = dict[str, Value]
Build = Callable[[random.Random, int], Image]

ITEM_BYTES_MAX = 400 * 1024
DEPTH_MAX = 32
SMALL = 100  # no need to fill an item to its last byte

# Lambda hands over no larger batch, so no larger record ("Lambda quotas").
EVENT_BYTES_MAX = 6 * 1024 * 1024

CONTROL = [chr(code) for code in range(32) if chr(code) not in "\b\t\n\f\r"]
ASCII = [chr(code) for code in range(128)]
PRINTABLE = [chr(code) for code in range(32, 127)]
HAN = range(0x4E00, 0x9FFF)


def _value_bytes(value: Value) -> int:
    ((tag, inner),) = value.items()
    match tag:
        case "S":
            size = len(inner.encode())
        case "B":
            size = len(base64.b64decode(inner))
        case "N":
            digits = inner.lstrip("-").replace(".", "").strip("0")
            size = 1 + (len(digits) + 1) // 2
        case "BOOL" | "NULL":
            size = 1
        case "L":
            size = 3 + sum(1 + _value_bytes(element) for element in inner)
        case "M":
            size = 3 + sum(1 + _attribute_bytes(*item) for item in inner.items())
        case _:
            kind = tag.removesuffix("S")
            size = sum(_value_bytes({kind: element}) for element in inner)
    return size


def _attribute_bytes(name: str, value: Value) -> int:
    return len(name.encode()) + _value_bytes(value)


def _item_bytes(image: Image) -> int:
    return sum(_attribute_bytes(name, value) for name, value in image.items())


def _listed(values: list[Value]) -> Build:
    """
    An item with one list, full of some of these values.
    """
    sizes = [1 + _value_bytes(value) for value in values]

    def build(chance: random.Random, size: int) -> Image:
        picked = chance.choices(range(len(values)), k=size)
        totals = list(accumulate(sizes[index] for index in picked))
        fit = bisect_right(totals, size - len("L") - 3)
        return {"L": {"L": [values[index] for index in picked[:fit]]}}

    return build


def _named(letters: list[str], values: list[Value]) -> Build:
    """
    An item with many attributes, whose names have three of these letters.
    """
    sizes = [3 + _value_bytes(value) for value in values]

    def build(chance: random.Random, size: int) -> Image:
        count = min(size // 3, len(letters) ** 3)
        names = [
            letters[code // len(letters) ** 2]
            + letters[code // len(letters) % len(letters)]
            + letters[code % len(letters)]
            for code in chance.sample(range(len(letters) ** 3), k=count)
        ]
        picked = chance.choices(range(len(values)), k=len(names))
        totals = list(accumulate(sizes[index] for index in picked))
        fit = bisect_right(totals, size)
        image = {
            name: values[index]
            for name, index in zip(names[:fit], picked[:fit], strict=True)
        }
        # There are not enough names of control characters to fill an item.
        left = size - (totals[fit - 1] if fit else 0)
        return image | (_listed(values)(chance, left) if left > SMALL else {})

    return build


def _text(*mixture: tuple[list[str], float]) -> Build:
    """
    An item with one text: letters of these alphabets, each so likely.
    """
    letters = [letter for alphabet, _ in mixture for letter in alphabet]
    weights = [weight / len(alphabet) for alphabet, weight in mixture for _ in alphabet]
    width = max(len(letter.encode()) for letter in letters)

    def build(chance: random.Random, size: int) -> Image:
        return {
            "S": {"S": "".join(chance.choices(letters, weights, k=size // width - 1))}
        }

    return build


def _binary(chance: random.Random, size: int) -> Image:
    return {"B": {"B": base64.b64encode(chance.randbytes(size - 1)).decode()}}


def _binary_set(chance: random.Random, size: int) -> Image:
    members = {chance.randbytes(3) for _ in range(size // 3)}
    return {"B": {"BS": [base64.b64encode(member).decode() for member in members]}}


def _sets(tags: list[str]) -> list[Value]:
    """
    Small sets, each of a few single bytes in any order.
    """
    chance = random.Random(4)
    members = {
        "SS": ASCII,
        "BS": [base64.b64encode(bytes([byte])).decode() for byte in range(256)],
    }
    return [
        {tag: chance.sample(members[tag], chance.randrange(1, 12))}
        for tag in chance.choices(tags, k=60_000)
    ]


def _nested() -> list[Value]:
    """
    Lists and maps in each other, to DynamoDB's full depth.
    """
    chance = random.Random(2)

    def nest(depth: int) -> Value:
        if depth == DEPTH_MAX:
            return {chance.choice("SB"): ""}
        if chance.random() < 0.5:
            return {"L": [nest(depth + 1)]}
        return {"M": {chance.choice(ASCII): nest(depth + 1)}}

    return [nest(2) for _ in range(5000)]


def _numbers(pattern: str, zeros: int) -> list[Value]:
    chance = random.Random(3)
    return [
        {
            "N": pattern.format(
                digit=chance.randrange(1, 10),
                digits=chance.randrange(10**37, 10**38),
                zeros="0" * chance.randrange(zeros + 1),
            )
        }
        for _ in range(20_000)
    ]


EMPTY: list[Value] = [{"S": ""}, {"B": ""}]
BOOLEANS: list[Value] = [{"BOOL": True}, {"BOOL": False}]
LETTERS: list[Value] = [{"S": letter} for letter in ASCII]
BYTES: list[Value] = [
    {"B": base64.b64encode(bytes([byte])).decode()} for byte in range(256)
]
SMALLEST = [*LETTERS, *BYTES, *[*EMPTY, *BOOLEANS, {"NULL": True}] * 60]

ITEMS: dict[str, Build] = {
    "booleans in a list": _listed(BOOLEANS),
    "empty texts and binaries in a list": _listed(EMPTY),
    "letters in a list": _listed(LETTERS),
    "control characters in a list": _listed([{"S": letter} for letter in CONTROL]),
    "bytes in a list": _listed(BYTES),
    "the smallest values of all types": _listed(SMALLEST),
    "numbers of 38 digits": _listed(_numbers("{digits}", 0)),
    "numbers near 1E-130": _listed(_numbers("-0.{zeros}{digits}", 92)),
    "digits and zeros up to 1E+125": _listed(_numbers("{digit}{zeros}", 125)),
    "control characters": _text((CONTROL, 1.0)),
    "control characters and letters": _text((CONTROL, 0.65), (PRINTABLE, 0.35)),
    "all of ASCII": _text((ASCII, 1.0)),
    "quotes and control characters": _text((["\\", '"', "\n"], 0.4), (CONTROL, 0.6)),
    "text of three bytes a letter": _text(([chr(code) for code in HAN], 1.0)),
    "random binary": _binary,
    "a set of random binaries": _binary_set,
    "sets of single bytes": _listed(_sets(["BS"])),
    "sets of single bytes and letters": _listed(_sets(["BS", "SS"])),
    "names of three letters and nothing else": _named(ASCII, EMPTY),
    "names of control characters and nothing else": _named(CONTROL, EMPTY),
    "names of three letters and values of all types": _named(ASCII, SMALLEST),
    "maps and lists to depth 32": _listed(_nested()),
}


def _record(image: Image) -> Record:
    record = expiry(1)
    record["dynamodb"]["OldImage"] = image
    return record


@pytest.mark.parametrize("name", ITEMS)
def test_every_item_fits_a_frame(name: str) -> None:
    """
    At most 1,000 KiB compressed, and 8 MiB raw where Lambda can hand it over.
    """
    image = ITEMS[name](random.Random(1), ITEM_BYTES_MAX)
    assert 0.97 * ITEM_BYTES_MAX < _item_bytes(image) <= ITEM_BYTES_MAX

    record = _record(image)
    (routed,) = pack([encode(record)])
    assert len(routed.frame.data) <= FRAME_BYTES_MAX
    if len(json.dumps(record, ensure_ascii=False)) <= EVENT_BYTES_MAX:
        assert routed.frame.raw_bytes <= FRAME_RAW_BYTES_MAX

    (line,) = gzip.decompress(routed.frame.data).splitlines()
    assert json.loads(line)["image"] == image


@pytest.mark.parametrize("name", ["control characters and letters", "random binary"])
def test_a_stray_of_every_item_fits_a_frame(name: str) -> None:
    """
    A stray holds the whole record, in which the image stands as it does in a line.
    """
    record = _record(ITEMS[name](random.Random(1), ITEM_BYTES_MAX))
    del record["eventID"]
    line = encode(record)
    assert line.stray
    (routed,) = pack([line])
    assert len(routed.frame.data) <= FRAME_BYTES_MAX
    assert json.loads(gzip.decompress(routed.frame.data))["record"] == record


def _values() -> Iterator[st.SearchStrategy[Value]]:
    yield st.text().map(lambda text: {"S": text})
    yield st.binary().map(lambda data: {"B": base64.b64encode(data).decode()})
    yield st.integers(0, 10**37).map(
        lambda number: {"N": str(number).rstrip("0") or "0"}
    )
    yield st.booleans().map(lambda truth: {"BOOL": truth})
    yield st.just({"NULL": True})
    yield st.sets(st.text(min_size=1), min_size=1).map(
        lambda texts: {"SS": list(texts)}
    )


VALUES = st.recursive(
    st.one_of(*_values()),
    lambda inner: (
        st.lists(inner).map(lambda items: {"L": items})
        | st.dictionaries(st.text(min_size=1), inner).map(lambda items: {"M": items})
    ),
    max_leaves=30,
)

# The dearest attribute has a name of one control character (six bytes) and an
# empty value (twelve more). Times 400 KB that is 7 MiB.
EXPANSION_MAX = 18
ENVELOPE_BYTES_MAX = 200


@settings(deadline=None, max_examples=50)
@given(st.dictionaries(st.text(min_size=1), VALUES, min_size=1))
def test_json_makes_no_item_eighteen_times_as_long(image: Image) -> None:
    """
    Numbers aside, which DynamoDB spells out, so no line comes near 8 MiB.
    """
    line = encode(_record(image))
    bound = EXPANSION_MAX * _item_bytes(image) + ENVELOPE_BYTES_MAX
    assert len(line.data) <= bound
    assert EXPANSION_MAX * ITEM_BYTES_MAX + ENVELOPE_BYTES_MAX <= FRAME_RAW_BYTES_MAX
