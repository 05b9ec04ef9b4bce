from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from archive.contract import Contract
from local_aws.deploy_views import VIEWS, view_text
from ops.sql.tables import ArchivedFile, Catalog, Tables, view_sql
from tests.transforms.conversion.made import Converter, frame

Archived = Callable[..., Tables]


@pytest.fixture
def archived(tmp_path: Path) -> Archived:
    """
    Archives lines, perhaps under an older contract and beside what is there.
    """
    convert = Converter(tmp_path / "scratch")
    made = 0

    def store(
        lines: Sequence[bytes], contract: Contract, *, beside: Tables | None = None
    ) -> Tables:
        nonlocal made
        conversion = convert([frame(lines)], contract)
        files = []
        for file in conversion.files:
            made += 1
            path = tmp_path / f"{made}.parquet"
            path.write_bytes(file.path.read_bytes())
            partition = file.record.partition
            files.append(ArchivedFile(path, partition.device, partition.date))
        before = beside.files if beside else ()
        return Tables(catalog=catalog(contract), files=[*before, *files])

    return store


def catalog(contract: Contract) -> Catalog:
    """
    The catalogue of a deployment with this contract.
    """
    return Catalog(
        contract=contract,
        views={
            name: view_sql(name, view_text(name, "firn", contract)) for name in VIEWS
        },
    )


def in_memory(tables: Tables) -> Tables:
    """
    The same files as what is in them.
    """
    return replace(
        tables,
        files=[
            replace(file, path=file.path.read_bytes())
            for file in tables.files
            if isinstance(file.path, Path)
        ],
    )
