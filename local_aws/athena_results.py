"""
Results as Athena writes them: a CSV file, and pages of rows.

Rule 1: an empty text is quoted and a NULL is nothing: `"",` and `,`.
Rule 2: the first row of the first page has the columns' names.

Amazon Athena: API_GetQueryResults; Working with query results.
"""

from collections.abc import Sequence
from typing import Any

from local_aws.athena_engine import Answer, AnswerColumn

# GetQueryResults, MaxResults; the row of names is one of them.
PAGE_ROWS_MAX = 1_000

Row = Sequence[str | None]


def as_csv(answer: Answer) -> bytes:
    """
    The file that lies at the output location.
    """
    names: Row = [column.name for column in answer.columns]
    lines = (",".join(map(_quoted, row)) for row in (names, *answer.rows))
    return "".join(f"{line}\n" for line in lines).encode()


def page(answer: Answer, start: int, rows_max: int) -> dict[str, Any]:
    """
    The answer to GetQueryResults from a row on; the row of names is row 0.
    """
    names: Row = [column.name for column in answer.columns]
    end = start + min(rows_max, PAGE_ROWS_MAX)
    rows = [names, *answer.rows][start:end]
    told: dict[str, Any] = {
        "UpdateCount": 0,
        "ResultSet": {
            "Rows": [{"Data": [_datum(value) for value in row]} for row in rows],
            "ResultSetMetadata": {"ColumnInfo": list(map(_info, answer.columns))},
        },
    }
    if end < len(answer.rows) + 1:
        told["NextToken"] = str(end)
    return told


def _quoted(value: str | None) -> str:
    return "" if value is None else '"' + value.replace('"', '""') + '"'


def _datum(value: str | None) -> dict[str, str]:
    return {} if value is None else {"VarCharValue": value}


def _info(column: AnswerColumn) -> dict[str, Any]:
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": column.name,
        "Label": column.name,
        "Type": column.type,
        "Precision": column.precision,
        "Scale": column.scale,
        "Nullable": "UNKNOWN",
        "CaseSensitive": column.type == "varchar",
    }
