import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.contract import Contract
from archive.image import image_bytes
from tests.transforms.conversion.images import CONTRACTS, images
from tests.transforms.conversion.made import Converter, frame, images_of, line
from transforms import scatter as scatter_module
from transforms.scatter import Scatter

# One Scatter per contract: it learns, and what it learned must change nothing.
FAST = {name: Scatter(contract) for name, contract in CONTRACTS.items()}
PLAIN = {name: Scatter(contract, bulk=False) for name, contract in CONTRACTS.items()}


@pytest.mark.parametrize("name", CONTRACTS)
@settings(
    deadline=None,
    max_examples=20,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_every_image_comes_back_exactly(name: str, data: st.DataObject) -> None:
    """
    From a row alone the exact image is rebuilt, in image bytes.
    """
    contract = CONTRACTS[name]
    some = data.draw(
        st.lists(images(contract.source.device_attribute), min_size=1, max_size=8)
    )
    lines = [line(image, str(number)) for number, image in enumerate(some)]
    with tempfile.TemporaryDirectory() as directory:
        conversion = Converter(Path(directory))([frame(lines)], contract)
        assert images_of(conversion, contract) == sorted(map(image_bytes, some))
        assert conversion.quarantine is None


def rows(scatter: Scatter, lines: bytes) -> list[dict[str, object]]:
    """
    The rows of some lines, in an order of their own.
    """
    return sorted(scatter(lines).rows.to_pylist(), key=repr)


@pytest.mark.parametrize("name", CONTRACTS)
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_the_fast_way_makes_the_rows_of_the_plain_way(
    name: str, data: st.DataObject
) -> None:
    """
    Bulk reading changes how long it takes and nothing else.
    """
    device = CONTRACTS[name].source.device_attribute
    some = data.draw(st.lists(images(device), max_size=12))
    text = b"".join(line(image, str(number)) for number, image in enumerate(some))

    assert rows(FAST[name], text) == rows(PLAIN[name], text)
    assert not FAST[name](text).refused


BROKEN = st.one_of(
    st.binary(max_size=30),
    st.sampled_from(
        [
            b"",
            b"{}",
            b"null",
            b"[1,]",
            b'{"event_id":"e","sequence_number":"1","deleted_at":5,"image":{}}',
            b'{"event_id":"e","sequence_number":"1","deleted_at":5,"image":[]}',
            b'{"event_id":1,"sequence_number":"1","deleted_at":5,"image":{"deviceID":{"S":"d"}}}',
            b'{"event_id":"e","sequence_number":1,"deleted_at":5,"image":{"deviceID":{"S":"d"}}}',
            b'{"event_id":"e","sequence_number":"1","deleted_at":"5","image":{"deviceID":{"S":"d"}}}',
            b'{"event_id":"e","sequence_number":"1","deleted_at":true,"image":{"deviceID":{"S":"d"}}}',
            b'{"event_id":"e","sequence_number":"1","deleted_at":5.0,"image":{"deviceID":{"S":"d"}}}',
            b'{"event_id":"e","sequence_number":"1","deleted_at":-5,"image":{"deviceID":{"S":"d"}}}',
            b'{"event_id":"e","sequence_number":"1","deleted_at":-0,"image":{"deviceID":{"S":"d"}}}',
            b'{"event_id":"e","sequence_number":"1","deleted_at":5,"image":{"deviceID":{"S":"d"},"deviceID":{"S":"e"}}}',
            b'{"event_id":"e","sequence_number":"1","deleted_at":5,"image":{"deviceID":{"S":"d"},"hits":{"N":5}}}',
            b'{"event_id":"e","sequence_number":"1","deleted_at":5,"image":{"deviceID":{"S":"d"},"hits":{"N":1e0}}}',
            b'{"event_id":"e","sequence_number":"1","deleted_at":5,"image":{"deviceID":{"S":"d"},"hits":NaN}}',
            b'{"event_id":"e","sequence_number":"1","deleted_at":5,"image":{"deviceID":{"S":"d"},"hits":null}}',
            b'{"event_id":"e","sequence_number":"1","deleted_at":5,"image":{"deviceID":{"S":"d"},"hits":{}}}',
            b'{"event_id":"e","sequence_number":"1","deleted_at":5,"image":{"deviceID":{"S":"d"},"hits":{"N":"1","S":"1"}}}',
            b'{"event_id":"e","sequence_number":"1","deleted_at":5,"image":{"deviceID":{"S":"d"},"hits":{"N":"1","N":"2"}}}',
            b'{"event_id":"e","sequence_number":"1","deleted_at":5,"image":{"deviceID":{"S":"d",},}}',
            b' { "event_id" : "e", "sequence_number":"1","deleted_at":5,"image":{"deviceID":{"S":"d"}}} ',
            b'{"event_id":"e","sequence_number":"1","deleted_at":5,"image":{"deviceID":{"S":"\\u0064\\/\\u0007"}}}',
            b'{"event_id":"e","sequence_number":"\\u0031","deleted_at":5,"image":{"deviceID":{"S":"d"}}}',
            b'{"event_id":"e","sequence_number":"1","deleted_at":5,"image":{"deviceI\\u0044":{"S":"d"}}}',
            b'{"event_id":"e","sequence_number":"1","deleted_at":5,"image":{"deviceID":{"S":"\\ud800"}}}',
            b'{"event_id":"e","sequence_number":"1","deleted_at":5,"image":{"deviceID":{"S":"\xff"}}}',
            b'{"event_id":"e","sequence_number":"1","deleted_at":5,"image":{"deviceID":{"S":"d"}},"more":1}',
            b'{"event_id":"e","sequence_number":"1","deleted_at":99999999999999,"image":{"deviceID":{"S":"d"}}}',
            b'{"event_id":"e","sequence_number":"1","deleted_at":5,"record":{"a":1},"reason":"no image"}',
            b'{"sequence_number":"1","deleted_at":5,"image":{"deviceID":{"S":"d"}},"event_id":"e"}',
        ]
    ),
).map(lambda text: text.replace(b"\n", b" ") + b"\n")


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(BROKEN, images().map(line)), max_size=12))
def test_broken_lines_go_the_same_way_fast_and_plain(lines: list[bytes]) -> None:
    """
    A broken line is refused or read alike, and takes no other line with it.
    """
    text = b"".join(lines)
    fast, plain = FAST["columns"](text), PLAIN["columns"](text)
    assert fast.lines == plain.lines == len(lines)
    assert fast.refused == plain.refused
    assert len(fast.rows) == len(plain.rows) == len(lines) - len(plain.refused)
    assert rows(FAST["columns"], text) == rows(PLAIN["columns"], text)


@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(some=st.lists(st.one_of(BROKEN, images().map(line)), max_size=12))
def test_a_second_look_changes_no_row(
    monkeypatch: pytest.MonkeyPatch, some: list[bytes]
) -> None:
    """
    Lines with rare attributes are looked at twice; their rows are the same.
    """
    monkeypatch.setattr(scatter_module, "SECOND_LOOK_MIN", 1)
    text = b"".join(some)
    fast, plain = FAST["columns"](text), PLAIN["columns"](text)
    assert fast.refused == plain.refused
    assert rows(FAST["columns"], text) == rows(PLAIN["columns"], text)


def test_a_contract_that_learns_nothing_still_reads_all() -> None:
    """
    Attribute names that DuckDB cannot take go the plain way, line by line.
    """
    names = ["", "\x00", "a\x00b", "Ä", "ä", *(f"n{index}" for index in range(600))]
    text = b"".join(
        line({"deviceID": {"S": "d"}, name: {"S": "x"}}, str(number))
        for number, name in enumerate(names)
    )
    fast, plain = Scatter(Contract()), Scatter(Contract(), bulk=False)
    for _ in range(2):
        assert rows(fast, text) == rows(plain, text)
