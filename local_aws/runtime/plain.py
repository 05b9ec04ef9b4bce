"""
A client of Lambda's Runtime API, in the standard library alone.

Rule 1: this is the only file that knows the API's paths and headers on the
function's side; local_aws/runtime_api.py is the other end.
Rule 2: one event at a time; what a handler raises is told and the loop goes on.

Lambda: Using the Lambda runtime API for custom runtimes.
"""

import http.client
import importlib
import json
import os
import sys
from collections.abc import Callable
from typing import Any

from local_aws.runtime.context import Context
from local_aws.runtime.errors import (
    BAD_ANSWER,
    BAD_NAME,
    BAD_SYNTAX,
    NO_HANDLER,
    NO_MODULE,
    FunctionError,
    Report,
    log_line,
    report,
)

_BASE = "/2018-06-01/runtime"
_ERROR_TYPE = "Lambda-Runtime-Function-Error-Type"

Handler = Callable[[Any, Context], Any]


def serve(name: str, arrived: Callable[[int], None]) -> None:
    """
    Import the handler, and give it one event after the other.

    `arrived` hears the deadline that came with each event.
    """
    try:
        handler = _handler(name)
    except Exception as error:  # noqa: BLE001 - as Lambda's runtime: whatever an import raises is told
        _tell(f"{_BASE}/init/error", report(error))
        sys.exit(1)
    while True:
        _, headers, event = _request("GET", f"{_BASE}/invocation/next")
        deadline_ms = int(headers["Lambda-Runtime-Deadline-Ms"])
        arrived(deadline_ms)
        os.environ["_X_AMZN_TRACE_ID"] = headers["Lambda-Runtime-Trace-Id"]
        context = Context(
            headers["Lambda-Runtime-Aws-Request-Id"],
            headers["Lambda-Runtime-Invoked-Function-Arn"],
            deadline_ms,
        )
        _work(handler, event, context)


def _work(handler: Handler, event: bytes, context: Context) -> None:
    path = f"{_BASE}/invocation/{context.aws_request_id}"
    try:
        answer = _marshalled(handler(json.loads(event), context))
    except Exception as error:  # noqa: BLE001 - as Lambda's runtime: whatever a handler raises is its invocation's error
        _tell(f"{path}/error", report(error, context.aws_request_id))
    else:
        _request("POST", f"{path}/response", answer)


def _handler(name: str) -> Handler:
    module_name, _, attribute = name.rpartition(".")
    if not module_name:
        message = f"Bad handler '{name}': it names no module"
        raise FunctionError(BAD_NAME, message)
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        message = f"Unable to import module '{module_name}': {error}"
        raise FunctionError(NO_MODULE, message) from error
    except SyntaxError as error:
        message = f"Syntax error in module '{module_name}': {error}"
        raise FunctionError(BAD_SYNTAX, message) from error
    handler: Handler | None = getattr(module, attribute, None)
    if handler is None:
        message = f"Handler '{attribute}' missing on module '{module_name}'"
        raise FunctionError(NO_HANDLER, message)
    return handler


def _marshalled(answer: object) -> bytes:
    try:
        return json.dumps(answer, ensure_ascii=False).encode()
    except (TypeError, ValueError) as error:
        message = f"Unable to marshal response: {error}"
        raise FunctionError(BAD_ANSWER, message) from error


def _tell(path: str, told: Report) -> None:
    print(log_line(told))  # noqa: T201 - the function's log
    _request("POST", path, json.dumps(told).encode(), str(told["errorType"]))


def _request(
    method: str, path: str, body: bytes = b"", error_type: str | None = None
) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    headers = {} if error_type is None else {_ERROR_TYPE: error_type}
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    answered = response.read()
    connection.close()
    if response.status not in (http.client.OK, http.client.ACCEPTED):
        # Lambda refused what was sent: a response too large, say. It knows
        # what to tell the caller.
        print(f"[ERROR] {path}: {response.status} {answered!r}")  # noqa: T201 - the function's log
    return response.status, response.headers, answered
