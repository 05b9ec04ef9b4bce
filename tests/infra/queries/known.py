"""
A small archive of which everything is known, and the module's queries over it.

Rule 1: views and queries are the plan's, files the transform's own conversion's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.contract import Contract
from archive.file_list import encode_file_list
from archive.ledger import FileList
from ops.sql.engine import run
from ops.sql.tables import ArchivedFile, Tables, catalog_of_glue
from tests.infra.planned import Planned
from tests.transforms.conversion.made import frame, landed, line
from transforms.conversion import Job
from transforms.convert import convert

HOUR = 3_600
DAY = 24 * HOUR
MIDNIGHT = 1_767_571_200  # 2026-01-05, within what the queries ask for
RETENTION = DAY

Image = dict[str, object]


@dataclass(frozen=True, slots=True)
class Known:
    """
    The archive, ready to be asked.
    """

    planned: Planned
    tables: Tables

    def rows(self, query: str) -> list[dict[str, Any]]:
        """
        What one of the queries that the module ships answers.
        """
        address = f'aws_athena_named_query.this["{query}"]'
        sql = self.planned[address]["query"].rstrip().removesuffix(";")
        return self.of(sql)

    def of(self, sql: str) -> list[dict[str, Any]]:
        """
        What any SQL answers.
        """
        rows: list[dict[str, Any]] = run(sql, (), self.tables).to_pylist()
        return rows


def known(planned: Planned, work: Path, batches: Sequence[Sequence[bytes]]) -> Known:
    """
    An archive whose entries are these batches of lines.
    """
    files: list[ArchivedFile] = []
    file_lists: list[Path] = []
    for n, lines in enumerate(batches, 1):
        job = Job(
            n=n,
            contract=Contract(),
            scratch=work / f"scratch-{n}",
            checkpoint=lambda: None,
        )
        made = convert([landed(frame(lines))], job).files
        for number, file in enumerate(made):
            path = work / f"{n}-{number}.parquet"
            path.write_bytes(file.path.read_bytes())
            partition = file.record.partition
            files.append(ArchivedFile(path, partition.device, partition.date))
        listed = work / f"files-{n}.parquet"
        adds = tuple(file.record for file in made)
        listed.write_bytes(encode_file_list(FileList(adds=adds, removes=())))
        file_lists.append(listed)
    return Known(
        planned,
        Tables(
            catalog=catalog_of_glue("firn", _glue(planned)),
            files=files,
            file_lists=file_lists,
            now=MIDNIGHT + 60 * DAY,
        ),
    )


def expiry(device: str, at: float, number: int, **more: Any) -> bytes:  # noqa: ANN401 - values of DynamoDB
    """
    The line of an item of a device, created at a second, deleted an hour late.

    `late` says how many seconds late instead; all else are attributes.
    """
    late = more.pop("late", HOUR)
    image: Image = {
        "deviceID": {"S": device},
        "createdAt": {"N": f"{at * 1000:.0f}"},
        "expiredAt": {"N": f"{at + RETENTION:.0f}"},
        **more,
    }
    sequence_number = more.pop("sequence_number", f"{number:021}")
    image.pop("sequence_number", None)
    return line(image, sequence_number, int(at) + RETENTION + late)


def _glue(planned: Planned) -> Iterator[Mapping[str, Any]]:
    for values in planned.of("aws_glue_catalog_table").values():
        (storage,) = values["storage_descriptor"]
        yield {
            "Name": values["name"],
            "TableType": values["table_type"],
            "Parameters": values["parameters"],
            "ViewOriginalText": values["view_original_text"] or "",
            "StorageDescriptor": {
                "Columns": [
                    {
                        "Name": column["name"],
                        "Type": column["type"],
                        "Parameters": column["parameters"] or {},
                    }
                    for column in storage["columns"]
                ]
            },
        }
