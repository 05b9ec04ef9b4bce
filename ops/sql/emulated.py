"""
The engine of an emulated Athena: this package, over what the emulator found.

Rule 1: this is the only file here that knows the emulator (local_aws/athena.py).
Rule 2: an execution parameter is a literal of SQL, as Athena takes it: a text
without quotes is none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from archive.errors import MisconfiguredError
from archive.glue_table import ARCHIVE_TABLE, FILES_TABLE
from local_aws.athena_engine import (
    Answer,
    AnswerColumn,
    Query,
    QueryFailedError,
    StoredFile,
)
from ops.sql.athena_text import athena_type, texts
from ops.sql.dialect import parse_literal
from ops.sql.engine import answer
from ops.sql.tables import ArchivedFile, Tables, catalog_of_glue


def engine(query: Query) -> Answer:
    """
    What Athena would answer; QueryFailedError with its reason.
    """
    try:
        tables = tables_of_query(query.database, query.tables, query.files)
        tables = replace(tables, now=query.now)
        parameters = [parse_literal(text) for text in query.parameters]
        found = answer(query.sql, parameters, tables)
    except MisconfiguredError as error:
        msg = f"GENERIC_USER_ERROR: {error}"
        raise QueryFailedError(msg) from error
    return Answer(
        columns=[_column(field) for field in found.rows.schema],
        rows=texts(found.rows),
        bytes_scanned=found.bytes_scanned,
    )


def tables_of_query(
    database: str,
    tables: Sequence[Mapping[str, Any]],
    files: Sequence[StoredFile],
) -> Tables:
    """
    The tables of a database in Glue, with the objects that Athena reads for them.
    """
    return Tables(
        catalog=catalog_of_glue(database, tables),
        files=[
            ArchivedFile(stored.body, *stored.partition)
            for stored in files
            if stored.table == ARCHIVE_TABLE
        ],
        file_lists=[stored.body for stored in files if stored.table == FILES_TABLE],
    )


def _column(field: pa.Field) -> AnswerColumn:
    word, precision, scale = athena_type(field.type)
    return AnswerColumn(name=field.name, type=word, precision=precision, scale=scale)
