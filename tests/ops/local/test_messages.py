import base64
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import MisconfiguredError
from ingest.created_at import Terms
from ingest.item import items_of
from ingest.message import parse_message
from ops.local.messages import BODY_BYTES_MAX, read_lines


def _bodies(path: Path) -> list[str]:
    return [line.body() for line in read_lines(path)]


def _written(folder: Path, content: bytes) -> Path:
    path = folder / "messages.jsonl"
    path.write_bytes(content)
    return path


def test_the_body_of_an_object_line_is_the_base64_of_its_bytes(tmp_path: Path) -> None:
    """
    The line travels as it is written: spaces, order and spelling kept.
    """
    lines = [b'{"b": 1.0,  "a":"\xc3\xa9"}', b'  {"c":1e400} ']
    path = _written(tmp_path, b"\n".join(lines) + b"\n")

    assert [base64.b64decode(body) for body in _bodies(path)] == lines


def test_a_string_line_is_the_body_itself(tmp_path: Path) -> None:
    """
    Whatever the string is, good Base64 or not: ingest judges it, not we.
    """
    path = _written(tmp_path, b'"eyJhIjoxfQ=="\n"not Base64 at all"\n"{\\"a\\":1}"')

    assert _bodies(path) == ["eyJhIjoxfQ==", "not Base64 at all", '{"a":1}']


def test_blank_lines_line_ends_and_a_byte_order_mark_say_nothing(
    tmp_path: Path,
) -> None:
    """
    A file that passed through another system reads the same.
    """
    path = _written(tmp_path, b'\xef\xbb\xbf{"a":1}\r\n\r\n   \n{"b":2}\r\n')

    bodies = [base64.b64decode(body) for body in _bodies(path)]
    assert bodies == [b'{"a":1}', b'{"b":2}']


def test_what_a_device_can_send_is_no_bad_line(tmp_path: Path) -> None:
    """
    NaN, endless numbers, lone surrogates and bottomless nesting are messages.
    """
    lines = [
        b'{"data":{"t":NaN}}',
        b'{"data":{"t":' + b"9" * 5_000 + b"}}",
        b'{"data":{"t":"\\ud800"}}',
        b'{"data":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ]

    assert len(_bodies(_written(tmp_path, b"\n".join(lines)))) == len(lines)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (b"{", "not JSON at column 2"),
        (b"{'a': 1}", "not JSON"),
        (b'{"a":1} {"b":2}', "not JSON at column 9"),
        (b"12", "a JSON number"),
        (b"1.5", "a JSON number"),
        (b"null", "a JSON null"),
        (b"true", "a JSON boolean"),
        (b'[{"a":1}]', "a JSON list"),
        (b"[" * 100_000, "a JSON list"),
        (b'""', "SQS takes no such body"),
        (b'"a\\u0000b"', "SQS takes no such body"),
        (b'"\\ud800"', "SQS takes no such body"),
        (b'{"a":"\xff"}', "not UTF-8 at byte 7"),
        (b'"' + b"A" * (BODY_BYTES_MAX + 1) + b'"', "SQS takes at most 1,048,576"),
    ],
)
def test_a_line_that_is_no_message_is_named(
    tmp_path: Path, line: bytes, what: str
) -> None:
    """
    The error says which file, which line, what it is, and what is wanted.
    """
    path = _written(tmp_path, b'{"a":1}\n\n' + line + b"\n")

    with pytest.raises(MisconfiguredError) as caught:
        _bodies(path)

    assert str(caught.value).startswith(f"{path}: line 3: ")
    assert what in str(caught.value)


def test_a_body_may_be_as_large_as_sqs_allows(tmp_path: Path) -> None:
    """
    The limit itself is allowed.
    """
    path = _written(tmp_path, b'"' + b"A" * BODY_BYTES_MAX + b'"')

    assert len(_bodies(path)[0]) == BODY_BYTES_MAX


@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    """
    No traceback for a path with a typing error, or for a folder.
    """
    with pytest.raises(MisconfiguredError, match="cannot be read: "):
        _bodies(tmp_path / name)


@given(
    st.lists(
        st.dictionaries(st.text(), st.integers() | st.text() | st.none()), max_size=5
    )
)
def test_every_object_comes_out_as_it_went_in(
    tmp_path_factory: pytest.TempPathFactory, values: list[dict[str, object]]
) -> None:
    """
    However a JSON object is written on one line.
    """
    folder = tmp_path_factory.mktemp("messages")
    path = _written(folder, "\n".join(map(json.dumps, values)).encode())

    assert [json.loads(base64.b64decode(b)) for b in _bodies(path)] == values


def test_the_message_in_the_readme_is_one(tmp_path: Path) -> None:
    """
    Whoever brings their own begins with it.
    """
    readme = (Path(__file__).parents[3] / "README.md").read_text()
    shown = re.search(r"^```json\n(.*?)\n```", readme, re.MULTILINE | re.DOTALL)
    assert shown is not None
    (body,) = _bodies(_written(tmp_path, shown[1].encode()))
    (item,) = items_of(parse_message(body), Terms(1_735_689_600, 365)).items

    assert item.image["deviceID"] == {"S": "north-7"}
