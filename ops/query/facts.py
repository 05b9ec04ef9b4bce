"""
What is told of a query beside its rows: what it touched, read, cost and lacked.

Rule 1: numbers are those of the ledger, the listing and the engine; none is
estimated but the price, which is a list price.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa

from ops.prices import (
    ATHENA_BYTES_MIN,
    ATHENA_USD_PER_TB,
    PRICES_DATE,
    PRICES_REGION,
    TB_BYTES,
)
from ops.query.look import Looked
from ops.query.statement import Kind, Statement
from ops.query.touched import Touched
from ops.words import amount, counted

_MEGABYTE = 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """
    A statement, what it touches, and what was found of that.
    """

    engine: str
    statement: Statement
    touched: Touched
    looked: Looked

    def lines(self) -> Iterator[str]:
        """
        What the query touches, for a person.
        """
        for touch in self.touched.touches:
            yield touch.told()
            if touch.known and touch.everything:
                yield f"  {touch.advice()}"
        if self.touched.touches:
            found = self.looked.survey
            n = self.looked.ledger.head.n
            since = f"as of entry {n} of the ledger" if n else "the archive is empty"
            yield (
                f"{counted(len(found.files), 'object')}, {amount(found.bytes)}, {since}"
            )

    def document(self) -> dict[str, Any]:
        """
        The same for a script.
        """
        found, head = self.looked.survey, self.looked.ledger.head
        return {
            "engine": self.engine,
            "sql": self.statement.sql,
            "touches": [
                {"told": touch.told(), "everything": touch.everything}
                for touch in self.touched.touches
            ],
            "head": {"n": head.n, "sha256": head.sha256},
            "objects": len(found.files),
            "bytes": found.bytes,
            "complete": found.whole,
            "unreadable": {key: it.value for key, it in found.unreadable.items()},
            "missing": list(found.missing),
            "unregistered": [it.prefix for it in found.unregistered],
            "strangers": list(found.strangers),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """
    The rows, and what they took. `id` is Athena's, None without it.
    """

    rows: pa.Table
    bytes_scanned: int
    usd: Decimal
    id: str | None = None

    def line(self) -> str:
        """
        How many rows, and what they cost.
        """
        rows = counted(self.rows.num_rows, "row")
        if self.id is None:
            return f"{rows}; DuckDB read {amount(self.bytes_scanned)} on this machine"
        return (
            f"{rows}; Athena read {amount(self.bytes_scanned)}, {self.usd:.6f} USD "
            f"(list price of {PRICES_REGION}, {PRICES_DATE})"
        )

    def document(self) -> Mapping[str, Any]:
        """
        The same for a script.
        """
        return {
            "query_execution_id": self.id,
            "bytes_scanned": self.bytes_scanned,
            "usd": f"{self.usd:.6f}",
            "columns": [
                {"name": field.name, "type": str(field.type)}
                for field in self.rows.schema
            ],
            "row_count": self.rows.num_rows,
        }


def athena_usd(bytes_scanned: int, kind: Kind) -> Decimal:
    """
    What Athena asks for a query that was run; for what only shows, nothing.
    """
    if kind is not Kind.READS:
        return Decimal(0)
    megabytes = -(-max(bytes_scanned, ATHENA_BYTES_MIN) // _MEGABYTE)
    return ATHENA_USD_PER_TB * megabytes * _MEGABYTE / TB_BYTES
