"""
Converts one tiny landed object with the standard library and one package.

Run as `python -I -S convert.py PACKAGE SCRATCH`.
"""

import gzip
import io
import json
import sys
import zoneinfo
from pathlib import Path

package, scratch = sys.argv[1:]
sys.path = [each for each in sys.path if "-packages" not in each] + [package]
# Lambda's image has no time zones of its own.
zoneinfo.reset_tzpath([])

import pyarrow.parquet as pq  # noqa: E402 - the path comes first

from archive.columns import parse_column  # noqa: E402
from archive.contract import Contract  # noqa: E402
from archive.line import encode_line  # noqa: E402
from transforms.conversion import Job, Landed  # noqa: E402
from transforms.convert import convert  # noqa: E402
from transforms.handler import writer  # noqa: E402

LINE = encode_line(
    "event",
    "100",
    1_763_046_000,
    {
        "deviceID": {"S": "d1"},
        # Midnight in Tokyo, and the day before in UTC.
        "createdAt": {"N": "1731510000000"},
        "temperature": {"N": "21.5"},
        "odd": {"L": [{"BOOL": True}, {"N": "1E+125"}]},
    },
)
BODY = gzip.compress(LINE + LINE + b"no line\n", mtime=0)

conversion = convert(
    [
        Landed(
            key="landing/0.jsonl.gz",
            version="v1",
            bytes=len(BODY),
            open=lambda: io.BytesIO(BODY),
        )
    ],
    Job(
        n=1,
        contract=Contract(
            columns=(parse_column("temperature", "decimal(9,2)"),),
            time_zone="Asia/Tokyo",
        ),
        scratch=Path(scratch),
        checkpoint=lambda: None,
    ),
)
(file,) = conversion.files
(row,) = pq.read_table(file.path.open("rb")).to_pylist()
sys.stdout.write(
    json.dumps(
        {
            "key": file.record.key,
            "temperature": str(row["temperature"]),
            "rest": json.loads(row["rest"]),
            "quarantined": conversion.quarantine is not None,
            "writer": dict(writer()),
        }
    )
)
