"""
How a function's failures are told.

Rule 1: an error here is a value to be sent; nothing is handled.

Lambda: Lambda function errors in Python; the types are those that AWS's own
runtime client gives.
"""

import os
import traceback
from collections.abc import Mapping
from typing import TypeAlias

Report: TypeAlias = Mapping[str, object]

BAD_NAME = "Runtime.MalformedHandlerName"
NO_MODULE = "Runtime.ImportModuleError"
BAD_SYNTAX = "Runtime.UserCodeSyntaxError"
NO_HANDLER = "Runtime.HandlerNotFound"
BAD_ANSWER = "Runtime.MarshalError"


class FunctionError(Exception):
    """
    What the runtime itself finds wrong with a function.
    """

    def __init__(self, kind: str, message: str) -> None:
        """
        Take the error type, such as Runtime.ImportModuleError, and its text.
        """
        super().__init__(message)
        self.kind = kind


def report(error: BaseException, request_id: str = "") -> Report:
    """
    The error as Lambda's callers get it; the stack begins in the function.
    """
    if isinstance(error, FunctionError):
        return _report(error.kind, str(error), request_id, [])
    frames = traceback.extract_tb(error.__traceback__)
    ours = os.path.dirname(__file__)  # noqa: PTH120 - compared with a frame's text
    stack = [
        line
        for frame, line in zip(frames, traceback.format_list(frames), strict=True)
        if not frame.filename.startswith((ours, "<frozen importlib"))
    ]
    return _report(type(error).__name__, str(error), request_id, stack)


def log_line(report: Report) -> str:
    """
    The error as it stands in the function's log.
    """
    stack = report["stackTrace"]
    lines = [f"[ERROR] {report['errorType']}: {report['errorMessage']}"]
    if isinstance(stack, list) and stack:
        lines += ["Traceback (most recent call last):", *map(str.rstrip, stack)]
    return "\n".join(lines)


def _report(kind: str, message: str, request_id: str, stack: list[str]) -> Report:
    return {
        "errorMessage": message,
        "errorType": kind,
        "requestId": request_id,
        "stackTrace": stack,
    }
