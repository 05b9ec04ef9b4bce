"""
What runs a query for the emulated Athena.

Rule 1: values only. This package has no engine of its own: whoever makes an
account may bring one (ops/sql/emulated.py is one).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """
    An object that Athena reads for a table; `partition` has its values, in order.
    """

    table: str
    partition: tuple[str, ...]
    key: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """
    A query as StartQueryExecution has it, and all that Athena finds for it.

    `parameters` are literals of SQL, as ExecutionParameters are; `tables` is what
    Glue holds of the database.
    """

    sql: str
    parameters: Sequence[str]
    database: str
    tables: Sequence[Mapping[str, Any]]
    files: Sequence[StoredFile]
    now: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerColumn:
    """
    A column as ResultSetMetadata tells it: `type` is Athena's word.
    """

    name: str
    type: str
    precision: int = 0
    scale: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """
    The rows, each value as the text that Athena writes; None is NULL.
    """

    columns: Sequence[AnswerColumn]
    rows: Sequence[Sequence[str | None]]
    bytes_scanned: int


class QueryFailedError(Exception):
    """
    The query cannot be run; the message is what Athena's caller is told.
    """


class Engine(Protocol):
    """
    What runs queries.

    Twice: it reads and changes nothing. Retries: none; it raises QueryFailedError.
    """

    def __call__(self, query: Query) -> Answer:
        """
        The answer to a query.
        """
        ...
