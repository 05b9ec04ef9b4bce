"""
One query of the emulated Athena, and what is told of it.

Rule 1: times are the account's; what no machine here can know, such as the time in
the queue, is 0.

Amazon Athena: API_QueryExecution.
"""

from dataclasses import dataclass
from typing import Any

from local_aws.athena_engine import Answer
from local_aws.scene import backend

_USER_ERROR = 2  # AthenaError, ErrorCategory: 1 is the system's, 2 the user's
_DDL = ("ALTER", "CREATE", "DESCRIBE", "DROP", "MSCK", "SHOW")


class RefusedError(Exception):
    """
    InvalidRequestException, with its message.
    """


@dataclass(slots=True, kw_only=True)
class Execution:
    """
    `asked` is StartQueryExecution's own document.
    """

    identity: str
    asked: dict[str, Any]
    location: str
    started_at: int
    bytes_max: int | None
    looks: int = 0
    state: str = "QUEUED"
    reason: str | None = None
    ended_at: int | None = None
    answer: Answer | None = None

    @property
    def workgroup(self) -> str:
        """
        The workgroup that it runs in.
        """
        return str(self.asked.get("WorkGroup") or "primary")


def output_location(asked: dict[str, Any], configuration: dict[str, Any]) -> str:
    """
    Where results go; a workgroup that enforces its settings is asked first.
    """
    own = (asked.get("ResultConfiguration") or {}).get("OutputLocation")
    group = (configuration.get("ResultConfiguration") or {}).get("OutputLocation")
    enforced = configuration.get("EnforceWorkGroupConfiguration")
    location = (group or own) if enforced else (own or group)
    if not location:
        msg = (
            "No output location provided. An output location is required either "
            "through the Workgroup result configuration setting or as an API input."
        )
        raise RefusedError(msg)
    return f"{location.rstrip('/')}/"


def store(location: str, body: bytes) -> None:
    """
    Put an object where results go.
    """
    bucket, _, key = location.removeprefix("s3://").partition("/")
    backend("s3").put_object(bucket, key, body)


def told(execution: Execution) -> dict[str, Any]:
    """
    What GetQueryExecution says of it.
    """
    asked = execution.asked
    status: dict[str, Any] = {
        "State": execution.state,
        "SubmissionDateTime": execution.started_at,
    }
    if execution.ended_at is not None:
        status["CompletionDateTime"] = execution.ended_at
    if execution.reason is not None:
        status["StateChangeReason"] = execution.reason
    if execution.state == "FAILED":
        status["AthenaError"] = {
            "ErrorCategory": _USER_ERROR,
            "Retryable": False,
            "ErrorMessage": execution.reason,
        }
    document: dict[str, Any] = {
        "QueryExecutionId": execution.identity,
        "Query": asked["QueryString"],
        "StatementType": _statement_type(asked["QueryString"]),
        "ResultConfiguration": {"OutputLocation": execution.location},
        "ResultReuseConfiguration": asked.get("ResultReuseConfiguration")
        or {"ResultReuseByAgeConfiguration": {"Enabled": False}},
        "QueryExecutionContext": asked.get("QueryExecutionContext") or {},
        "Status": status,
        "Statistics": _statistics(execution),
        "WorkGroup": asked.get("WorkGroup") or "primary",
        "EngineVersion": {
            "SelectedEngineVersion": "Athena engine version 3",
            "EffectiveEngineVersion": "Athena engine version 3",
        },
    }
    if asked.get("ExecutionParameters"):
        document["ExecutionParameters"] = asked["ExecutionParameters"]
    return document


def _statistics(execution: Execution) -> dict[str, Any]:
    ended = execution.started_at if execution.ended_at is None else execution.ended_at
    milliseconds = (ended - execution.started_at) * 1000
    scanned = 0 if execution.answer is None else execution.answer.bytes_scanned
    return {
        "DataScannedInBytes": scanned,
        "EngineExecutionTimeInMillis": milliseconds,
        "TotalExecutionTimeInMillis": milliseconds,
        "QueryQueueTimeInMillis": 0,
        "ResultReuseInformation": {"ReusedPreviousResult": False},
    }


def _statement_type(sql: str) -> str:
    return "DDL" if sql.lstrip().upper().startswith(_DDL) else "DML"
