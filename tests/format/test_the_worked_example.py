"""
The worked example of docs/FORMAT.md is what the product makes.
"""

import gzip
import hashlib
import io
import re
from pathlib import Path

import orjson
import pyarrow.parquet as pq

from archive.columns import parse_column
from archive.contract import Contract
from archive.image import image_bytes
from archive.row import rebuild
from transforms.conversion import Job, Landed
from transforms.convert import convert

PAGE = (Path(__file__).parents[2] / "docs/FORMAT.md").read_text()
EXAMPLE = PAGE.split("## 7. A worked example")[1]
LINE, IMAGE_BYTES = re.findall(r"```json\n(.*)\n```", EXAMPLE)
ROW = dict(re.findall(r"^\| `(\w+)` \| `(.*)` \|$", EXAMPLE, re.MULTILINE))
CONTRACT = Contract(
    columns=(
        parse_column("temperature", "decimal(9,2)", "Temperature"),
        parse_column("label", "string"),
    ),
    time_zone="Asia/Tokyo",
)


def test_the_line_of_the_page_becomes_the_row_of_the_page(tmp_path: Path) -> None:
    """
    The key, every column, the rebuilt image and its SHA-256.
    """
    frame = gzip.compress(f"{LINE}\n".encode(), mtime=0)
    landed = Landed(
        key="landing/1.jsonl.gz",
        version="1",
        bytes=len(frame),
        open=lambda: io.BytesIO(frame),
    )
    job = Job(n=1, contract=CONTRACT, scratch=tmp_path, checkpoint=lambda: None)
    (file,) = convert([landed], job).files
    (row,) = pq.read_table(io.BytesIO(file.path.read_bytes())).to_pylist()

    assert f"`{file.record.key}`" in EXAMPLE
    shown = {name: str(value).removesuffix("000") for name, value in row.items()}
    assert shown == ROW
    image = orjson.loads(LINE)["image"]
    assert image_bytes(rebuild(row, CONTRACT)) == image_bytes(image)
    assert image_bytes(image) == IMAGE_BYTES.encode()
    assert f"`{hashlib.sha256(IMAGE_BYTES.encode()).hexdigest()}`" in EXAMPLE
