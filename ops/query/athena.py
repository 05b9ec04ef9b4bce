"""
A query in Athena, from its start to its rows.

Rule 1: this is the only file of the query that asks Athena.
Rule 2: nothing of an earlier result is used again: it would be of an earlier
archive. That is said with each query, whatever the workgroup's own default.
Rule 3: a query that nobody waits for any more is stopped; it would go on and be
billed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from botocore.exceptions import ClientError

from archive.errors import ArchiveError, MisconfiguredError, UndeliveredError
from ops.connection import Connection
from ops.parallel import in_parallel
from ops.query.parameters import athena_literal
from ops.query.statement import Statement
from ops.query.typed import AthenaColumn, table_of_csv, table_of_texts
from ops.terminal import Terminal

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_athena.type_defs import QueryExecutionTypeDef

# StartQueryExecution: QueryString, and each of ExecutionParameters.
QUERY_BYTES_MAX = 262_144
PARAMETER_CHARACTERS_MAX = 1024

WAIT_SECONDS_MAX = 5

# AthenaError: ErrorCategory.
_SYSTEM, _USER = 1, 2
_SCAN_LIMIT = re.compile("bytes scanned limit", re.IGNORECASE)
# What Athena calls an error of the SQL, where it gives no category.
_USER_WORDS = re.compile(
    r"^(?:line \d+:\d+|[A-Z_]*(?:SYNTAX|NOT_FOUND|MISMATCH|INVALID|MISSING)[A-Z_]*)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """
    What Athena answered, and what it read for it.
    """

    id: str
    rows: pa.Table
    bytes_scanned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedQuery:
    """
    A query that is saved in the workgroup.
    """

    name: str
    description: str
    sql: str

    @property
    def purpose(self) -> str:
        """
        What it answers: its description, or else the comment that it begins with.
        """
        lines = takewhile(lambda it: it.startswith("--"), self.sql.splitlines())
        comment = " ".join(line.removeprefix("--").strip() for line in lines)
        first, dot, _ = comment.partition(". ")
        return self.description or f"{first}{dot.strip()}"


@dataclass(frozen=True, slots=True)
class Athena:
    """
    The deployment's workgroup.
    """

    connection: Connection
    terminal: Terminal

    @property
    def _client(self) -> "AthenaClient":
        client: AthenaClient = self.connection.client("athena")
        return client

    def run(self, statement: Statement) -> Ran:
        """
        Run a statement and wait for its rows.
        """
        id_ = self._start(statement)
        self.terminal.say(f"Athena runs {id_}; Ctrl-C stops it", "dim")
        try:
            execution = self._ended(id_)
        except KeyboardInterrupt:
            self._client.stop_query_execution(QueryExecutionId=id_)
            self.terminal.say(f"Athena was told to stop {id_}")
            raise
        state = execution.get("Status", {}).get("State")
        if state != "SUCCEEDED":
            raise _failure(execution, self.connection.deployment.athena_scan_max_gib)
        return Ran(
            id=id_,
            rows=self._rows(id_, execution),
            bytes_scanned=execution.get("Statistics", {}).get("DataScannedInBytes", 0),
        )

    def named(self) -> dict[str, NamedQuery]:
        """
        The queries that are saved in the workgroup, by their names.
        """
        workgroup = self.connection.deployment.athena_workgroup
        pages = self._client.get_paginator("list_named_queries").paginate(
            WorkGroup=workgroup
        )
        ids = [id_ for page in pages for id_ in page["NamedQueryIds"]]
        found = [
            answer["NamedQuery"]
            for answer in in_parallel(
                lambda id_: self._client.get_named_query(NamedQueryId=id_), ids
            )
        ]
        return {
            it["Name"]: NamedQuery(
                name=it["Name"],
                description=it.get("Description", ""),
                sql=it["QueryString"],
            )
            for it in sorted(found, key=lambda it: it["Name"])
        }

    def _start(self, statement: Statement) -> str:
        literals = [athena_literal(it) for it in statement.parameters]
        for n, literal in enumerate(literals, start=1):
            if len(literal) > PARAMETER_CHARACTERS_MAX:
                msg = f"--param number {n}: Athena takes {PARAMETER_CHARACTERS_MAX} characters"
                raise MisconfiguredError(msg)
        if len(statement.sql.encode()) > QUERY_BYTES_MAX:
            msg = f"the SQL: Athena takes {QUERY_BYTES_MAX:,} bytes"
            raise MisconfiguredError(msg)
        deployment = self.connection.deployment
        parameters: dict[str, Any] = (
            {"ExecutionParameters": literals} if literals else {}
        )
        try:
            answer = self._client.start_query_execution(
                QueryString=statement.sql,
                QueryExecutionContext={
                    "Catalog": "AwsDataCatalog",
                    "Database": deployment.glue_database,
                },
                WorkGroup=deployment.athena_workgroup,
                ResultReuseConfiguration={
                    "ResultReuseByAgeConfiguration": {"Enabled": False}
                },
                **parameters,
            )
        except ClientError as error:
            msg = f"Athena does not take the query: {_said(error)}"
            raise MisconfiguredError(msg) from error
        return answer["QueryExecutionId"]

    def _ended(self, id_: str) -> "QueryExecutionTypeDef":
        seconds = 1
        while True:
            answer = self._client.get_query_execution(QueryExecutionId=id_)
            execution = answer["QueryExecution"]
            if execution.get("Status", {}).get("State") not in {"QUEUED", "RUNNING"}:
                return execution
            self.connection.clock.wait(seconds)
            seconds = min(seconds + 1, WAIT_SECONDS_MAX)

    def _rows(self, id_: str, execution: "QueryExecutionTypeDef") -> pa.Table:
        location = execution.get("ResultConfiguration", {}).get("OutputLocation", "")
        bucket, _, key = location.removeprefix("s3://").partition("/")
        if not key.endswith(".csv"):
            return self._paged(id_)
        first = self._client.get_query_results(QueryExecutionId=id_, MaxResults=1)
        # The file and not the pages: a thousand rows to a request would take long.
        answer = self.connection.client("s3").get_object(Bucket=bucket, Key=key)
        return table_of_csv(answer["Body"].read(), _columns(first))

    def _paged(self, id_: str) -> pa.Table:
        """
        What Athena writes no CSV for: plans, and what the catalogue says.
        """
        columns: Sequence[AthenaColumn] = ()
        rows: list[list[str | None]] = []
        for page in self._client.get_paginator("get_query_results").paginate(
            QueryExecutionId=id_
        ):
            columns = columns or _columns(page)
            rows += (
                [it.get("VarCharValue") for it in row.get("Data", [])]
                for row in page["ResultSet"].get("Rows", [])
            )
        names = [column.name for column in columns]
        if rows and rows[0] == names:
            del rows[0]
        texts = [
            pa.chunked_array(
                [[row[n] if n < len(row) else None for row in rows]], pa.large_string()
            )
            for n in range(len(columns))
        ]
        return table_of_texts(texts, columns)


def _columns(page: Mapping[str, Any]) -> list[AthenaColumn]:
    described = page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    return [
        AthenaColumn(
            name=it["Name"],
            type=it["Type"],
            precision=it.get("Precision", 0),
            scale=it.get("Scale", 0),
        )
        for it in described
    ]


def _failure(execution: "QueryExecutionTypeDef", scan_max_gib: float) -> ArchiveError:
    status = execution.get("Status", {})
    state = status.get("State", "UNKNOWN")
    error = status.get("AthenaError", {})
    reason = status.get("StateChangeReason") or error.get("ErrorMessage") or "no reason"
    reason = " ".join(reason.split())
    msg = f"Athena: the query {state.lower()}: {reason}"
    if _SCAN_LIMIT.search(reason):
        msg = (
            f"{msg}; a query may scan {scan_max_gib:g} GiB here (the module's "
            "athena_scan_max_gib): name fewer devices or dates, or fewer columns"
        )
        return MisconfiguredError(msg)
    category = error.get("ErrorCategory")
    if category == _USER or (category is None and _USER_WORDS.match(reason)):
        return MisconfiguredError(msg)
    if category == _SYSTEM or error.get("Retryable"):
        return UndeliveredError(f"{msg}; repeat the command")
    return ArchiveError(msg)


def _said(error: ClientError) -> str:
    return " ".join(error.response["Error"]["Message"].split())
