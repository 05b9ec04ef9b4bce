"""
Athena, with an engine that somebody brought.

Rule 1: this is the only file that replaces parts of moto's Athena for queries; what
it lacks of workgroups and named queries is in gaps/athena.py.
Rule 2: what a query sees is what there is when it begins to run: partitions,
objects, and which of them are restored (athena_files.py).
Rule 3: a query is queued, runs and ends as its caller asks after it, or as time
passes, whatever comes first: nobody who polls waits for ever.

Amazon Athena: API_StartQueryExecution, API_GetQueryExecution, API_QueryExecution.
"""

import json
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from moto.athena.responses import AthenaResponse
from moto.moto_api._internal import mock_random

from local_aws.athena_engine import Engine, Query, QueryFailedError
from local_aws.athena_execution import (
    Execution,
    RefusedError,
    output_location,
    store,
    told,
)
from local_aws.athena_files import files_of, tables_of
from local_aws.athena_results import PAGE_ROWS_MAX, as_csv, page
from local_aws.scene import backend

Now = Callable[[], int]
Refusal = tuple[str, dict[str, int]]

RUNNING_AFTER_SECONDS = 1
DONE_AFTER_SECONDS = 2
_ENDED = frozenset({"SUCCEEDED", "FAILED", "CANCELLED"})


@dataclass(slots=True)
class Athena:
    """
    The queries of one account.
    """

    engine: Engine
    now: Now
    _executions: dict[str, Execution] = field(default_factory=dict)
    _tokens: dict[str, str] = field(default_factory=dict)

    def start(self, asked: dict[str, Any]) -> dict[str, str]:
        """
        StartQueryExecution.
        """
        token = asked.get("ClientRequestToken")
        if token in self._tokens:
            former = self._executions[self._tokens[token]]
            if former.asked != asked:
                msg = "Idempotent parameters do not match"
                raise RefusedError(msg)
            return {"QueryExecutionId": former.identity}

        name = asked.get("WorkGroup") or "primary"
        group = backend("athena").get_work_group(name)
        if group is None or group["State"] != "ENABLED":
            told = "is disabled" if group else "is not found"
            msg = f"WorkGroup {name} {told}."
            raise RefusedError(msg)
        identity = str(mock_random.uuid4())
        execution = Execution(
            identity=identity,
            asked=asked,
            location=f"{output_location(asked, group['Configuration'])}{identity}.csv",
            started_at=self.now(),
            bytes_max=group["Configuration"].get("BytesScannedCutoffPerQuery"),
        )
        self._executions[identity] = execution
        # Where permissions are told, moto is asked for a query's workgroup.
        backend("athena").executions[identity] = execution
        if token:
            self._tokens[token] = identity
        return {"QueryExecutionId": identity}

    def stop(self, asked: dict[str, Any]) -> dict[str, Any]:
        """
        StopQueryExecution; what has ended stays as it is.
        """
        execution = self._execution(asked["QueryExecutionId"])
        if execution.state not in _ENDED:
            self._end(execution, "CANCELLED", "Query cancelled by user")
        return {}

    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """
        GetQueryExecution.
        """
        return {"QueryExecution": self._looked_at(asked["QueryExecutionId"])}

    def get_several(self, asked: dict[str, Any]) -> dict[str, Any]:
        """
        BatchGetQueryExecution.
        """
        known = [
            each for each in asked["QueryExecutionIds"] if each in self._executions
        ]
        unknown = set(asked["QueryExecutionIds"]) - set(known)
        return {
            "QueryExecutions": [self._looked_at(each) for each in known],
            "UnprocessedQueryExecutionIds": [
                {"QueryExecutionId": each} for each in sorted(unknown)
            ],
        }

    def list_all(self, asked: dict[str, Any]) -> dict[str, Any]:
        """
        ListQueryExecutions, the latest first.
        """
        group = asked.get("WorkGroup") or "primary"
        return {
            "QueryExecutionIds": [
                each.identity
                for each in reversed(self._executions.values())
                if (each.asked.get("WorkGroup") or "primary") == group
            ]
        }

    def results(self, asked: dict[str, Any]) -> dict[str, Any]:
        """
        GetQueryResults, a page at a time.
        """
        execution = self._execution(asked["QueryExecutionId"])
        self._move_on(execution)
        if execution.state not in _ENDED:
            msg = f"Query has not yet finished. Current state: {execution.state}"
            raise RefusedError(msg)
        if execution.answer is None:
            msg = (
                "Query did not finish successfully. Final query state: "
                f"{execution.state}"
            )
            raise RefusedError(msg)
        start = int(asked.get("NextToken") or 0)
        return page(execution.answer, start, asked.get("MaxResults") or PAGE_ROWS_MAX)

    def _execution(self, identity: str) -> Execution:
        if identity not in self._executions:
            msg = f"QueryExecution {identity} was not found"
            raise RefusedError(msg)
        return self._executions[identity]

    def _looked_at(self, identity: str) -> dict[str, Any]:
        execution = self._execution(identity)
        self._move_on(execution)
        execution.looks += 1
        return told(execution)

    def _move_on(self, execution: Execution) -> None:
        passed = self.now() - execution.started_at
        looks = execution.looks
        if execution.state == "QUEUED" and (looks or passed >= RUNNING_AFTER_SECONDS):
            execution.state = "RUNNING"
        done = passed >= DONE_AFTER_SECONDS or looks >= DONE_AFTER_SECONDS
        if execution.state == "RUNNING" and done:
            self._run(execution)

    def _run(self, execution: Execution) -> None:
        context = execution.asked.get("QueryExecutionContext") or {}
        database = str(context.get("Database") or "default").lower()
        query = Query(
            sql=execution.asked["QueryString"],
            parameters=execution.asked.get("ExecutionParameters") or (),
            database=database,
            tables=tables_of(database),
            files=list(files_of(database)),
            now=execution.started_at,
        )
        try:
            answer = self.engine(query)
        except QueryFailedError as error:
            self._end(execution, "FAILED", str(error))
            return
        if execution.bytes_max and answer.bytes_scanned > execution.bytes_max:
            # Workgroup: "the query is canceled" beyond its data usage limit.
            msg = "Query cancelled! : Bytes scanned limit was exceeded"
            self._end(execution, "CANCELLED", msg)
            return
        store(execution.location, as_csv(answer))
        store(f"{execution.location}.metadata", b"")
        execution.answer = answer
        self._end(execution, "SUCCEEDED")

    def _end(self, execution: Execution, state: str, reason: str | None = None) -> None:
        execution.state = state
        execution.reason = reason
        execution.ended_at = max(self.now(), execution.started_at)


@contextmanager
def installed(athena: Athena) -> Generator[None]:
    """
    Let queries be run, for as long as this lasts.
    """
    with ExitStack() as stack:
        for name, operation in (
            ("start_query_execution", athena.start),
            ("stop_query_execution", athena.stop),
            ("get_query_execution", athena.get),
            ("batch_get_query_execution", athena.get_several),
            ("list_query_executions", athena.list_all),
            ("get_query_results", athena.results),
        ):
            patched = patch.object(
                AthenaResponse, name, _answering(operation), create=True
            )
            stack.enter_context(patched)
        yield


def _answering(
    operation: Callable[[dict[str, Any]], dict[str, Any]],
) -> Callable[[AthenaResponse], str | Refusal]:
    def answered(self: AthenaResponse) -> str | Refusal:
        try:
            return json.dumps(operation(json.loads(self.body)))
        except RefusedError as error:
            refusal: Refusal = self.error(str(error), 400)
            return refusal

    return answered
