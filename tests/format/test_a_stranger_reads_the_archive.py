"""
Somebody who has the archive and docs/FORMAT.md, and nothing of ours.

Everything in the class below follows the page, section by section, with
pyarrow, JSON and SHA-256. Nothing is imported from the product: it only runs
the command that makes the archive.
"""

import base64
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

FIRN = Path(sys.executable).parent / "firn"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

MESSAGES: list[dict[str, Any]] = [
    {
        "topic": "roof/SENSOR/DAT",
        "client_id": "roof",
        "timestamp": 1_700_000_000 + 3600 * hour,
        "data": {
            "Temperature": [21.25, 21.257, -0.0, 1e30, 7, 100][hour % 6],
            "count": [1, 2**63, 3, 1.5, -4, 10**37][hour % 6],
            "label": ["", "x", 7, None, 'ü\n"\\', "y"][hour % 6],
            "ok": [True, False, "no", 1, None, True][hour % 6],
            "ratio": [0.5, 1e-130, 3, 0.1234567890123456789, 1e100, 0][hour % 6],
            "nested": {"Deep": [1, {"a": None}, [], {}, "", False]},
            "rest": {"device": "not a column"},
        },
    }
    for hour in range(48)
] + [
    {"things_name": "a/b=c%d", "timestamp": 1_700_000_000, "note": "whole message"},
    {"things_name": "o'brien", "timestamp": "1700000001", "client_id": "o"},
    {"things_name": "x" * 300, "timestamp": 1_700_000_000.5, "client_id": "x"},
    {"topic": "roof/SENSOR/DAT", "timestamp": 1_700_000_000, "data": "no object"},
]

COLUMNS = [
    "temperature:decimal(9,2):Temperature",
    "count:bigint",
    "label:string",
    "ok:boolean",
    "ratio:double",
]


class Stranger:
    """
    Reads a copy of an archive bucket by the rules of docs/FORMAT.md.
    """

    def __init__(self, bucket: Path) -> None:
        self.bucket = bucket

    def entries(self) -> Iterator[dict[str, Any]]:
        """
        Section 3: entries count up without a gap, each holding the last one's hash.
        """
        previous = None
        for n, path in enumerate(sorted(self.bucket.glob("ledger/entries/*.json")), 1):
            stored = path.read_bytes()
            entry = json.loads(stored)
            assert path.name == f"{n:08d}.json"
            assert (entry["format"], entry["n"]) == (1, n)
            assert entry["previous"] == previous
            counts = entry["counts"]
            assert counts["lines"] == (
                counts["rows"] + counts["doubles_dropped"] + counts["quarantined"]
            )
            previous = hashlib.sha256(stored).hexdigest()
            yield entry

    def files(self) -> dict[str, dict[str, Any]]:
        """
        Section 1: the archive is what file lists add and do not remove.
        """
        live: dict[str, dict[str, Any]] = {}
        for entry in self.entries():
            stored = (self.bucket / entry["files"]["key"]).read_bytes()
            assert hashlib.sha256(stored).hexdigest() == entry["files"]["sha256"]
            for row in pq.read_table(self.bucket / entry["files"]["key"]).to_pylist():
                if row["action"] == "remove":
                    del live[row["key"]]
                else:
                    live[row["key"]] = row | {"contract": entry["contract"]}
        return live

    def items(self) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
        """
        Section 2: each row of each file, with its item and where it lies.
        """
        for key, file in self.files().items():
            path = self.bucket / key
            assert hashlib.sha256(path.read_bytes()).hexdigest() == file["sha256"]
            table = pq.ParquetFile(path).read()
            assert len(table) == file["rows"]
            for row in table.to_pylist():
                yield key, row, self.rebuild(row, file["contract"])

    def rebuild(self, row: dict[str, Any], contract: dict[str, Any]) -> dict[str, Any]:
        """
        Section 2: from a row back to the item.
        """
        source = contract["source"]
        item: dict[str, Any] = {source["device_attribute"]: {"S": row["device_id"]}}
        if row["created_at"] is not None:
            item[source["created_at_attribute"]] = {
                "N": str(milliseconds(row["created_at"]))
            }
        if row["expired_at"] is not None:
            item[source["ttl_attribute"]] = {
                "N": plain(Decimal(milliseconds(row["expired_at"])) / 1000)
            }
        for column in contract["columns"]:
            value = row.get(column["name"])
            if value is None:
                continue
            if column["type"] == "string":
                item[column["attribute"]] = {"S": value}
            elif column["type"] == "boolean":
                item[column["attribute"]] = {"BOOL": value}
            else:
                text = repr(value) if isinstance(value, float) else str(value)
                item[column["attribute"]] = {"N": plain(Decimal(text))}
        if row["rest"] is not None:
            item |= json.loads(row["rest"])
        return item


def milliseconds(moment: datetime) -> int:
    """
    Times are in UTC, whether or not the reader's type says so.
    """
    return (moment.replace(tzinfo=UTC) - EPOCH) // timedelta(milliseconds=1)


def plain(number: Decimal) -> str:
    """
    Numbers are spelled plainly.
    """
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def image_bytes(item: dict[str, Any]) -> bytes:
    """
    Compact UTF-8 JSON, keys sorted at every level, sets sorted.
    """

    def in_order(value: dict[str, Any]) -> dict[str, Any]:
        ((tag, inner),) = value.items()
        if tag in {"SS", "NS", "BS"}:
            return {tag: sorted(inner)}
        if tag == "L":
            return {tag: [in_order(element) for element in inner]}
        if tag == "M":
            return {tag: {name: in_order(each) for name, each in inner.items()}}
        return value

    return json.dumps(
        {name: in_order(value) for name, value in item.items()},
        ensure_ascii=False,
        separators=(",", ":"),
        sort_keys=True,
    ).encode()


def path_of(device_id: str) -> str:
    """
    Section 1: escaped as Hive escapes, or hashed.
    """
    escaped = "".join(
        f"%{ord(letter):02X}"
        if letter in "\"#%'*/:=?\\{[]^" or ord(letter) < 0x20 or ord(letter) == 0x7F
        else letter
        for letter in device_id
    )
    if len(f"device={escaped}".encode()) > 255 or "'" in device_id:
        return f"sha256-{hashlib.sha256(device_id.encode()).hexdigest()}"
    return escaped


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    What `firn local` leaves of these messages.
    """
    directory = tmp_path_factory.mktemp("stranger")
    messages = directory / "messages.jsonl"
    messages.write_text("".join(f"{json.dumps(each)}\n" for each in MESSAGES))
    options = [option for column in COLUMNS for option in ("--column", column)]
    subprocess.run(  # noqa: S603 - our own command, our own arguments
        [
            FIRN,
            "local",
            f"--input={messages}",
            f"--keep={directory / 'kept'}",
            "--retention-days=1",
            "--time-zone=Asia/Tokyo",
            "--redeliver=0.3",
            "--json",
            *options,
        ],
        check=True,
        capture_output=True,
    )
    return directory / "kept"


def test_every_item_is_read_back_exactly_by_the_pages_rules(kept: Path) -> None:
    """
    The items that the rows give are the items that expired, in image bytes.
    """
    expired = {}
    with (kept / "items.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            item = json.loads(line)
            expired[item["sequence_number"]] = item

    found = {}
    for _, row, item in Stranger(kept / "archive").items():
        image = image_bytes(item)
        identity = (row["device_id"], row["created_at"], row["sequence_number"])
        assert found.setdefault(identity, image) == image
        assert image == image_bytes(expired[row["sequence_number"]]["image"])
        assert (
            milliseconds(row["deleted_at"])
            == expired[row["sequence_number"]]["deleted_at"] * 1000
        )

    assert len(found) == len(expired) == len(MESSAGES) - 1


def test_every_item_lies_where_the_page_says(kept: Path) -> None:
    """
    The path names the device, escaped or hashed, and the day in the zone.
    """
    for key, row, _ in Stranger(kept / "archive").items():
        local = row["created_at"].replace(tzinfo=UTC) + timedelta(hours=9)  # Tokyo
        assert key.startswith(
            f"items/device={path_of(row['device_id'])}/date={local:%Y-%m-%d}/"
        )


def test_a_typed_column_shows_what_it_can_hold(kept: Path) -> None:
    """
    The nearest value where one is in range, null where the type is another.
    """
    shown = {
        plain(Decimal(item["Temperature"]["N"])): row["temperature"]
        for _, row, item in Stranger(kept / "archive").items()
        if "Temperature" in item
    }

    assert shown == {
        "21.25": Decimal("21.25"),
        "21.257": Decimal("21.26"),
        "0": Decimal("0.00"),
        "7": Decimal("7.00"),
        "100": Decimal("100.00"),
        f"1{'0' * 30}": None,
    }


def test_what_could_not_be_stored_is_kept_as_it_was_sent(kept: Path) -> None:
    """
    The one message that is no item is in the dead letters, Base64 as it was.
    """
    (letter,) = (kept / "dead-letters.jsonl").read_text().splitlines()
    assert json.loads(base64.b64decode(json.loads(letter))) == MESSAGES[-1]
