"""
AWS's own client of the Runtime API, in the place of plain.py.

Rule 1: this is the only file that knows the package awslambdaric; nothing of
it is changed but that a deadline sets the time of day before it is looked at.
"""

import importlib
from collections.abc import Callable
from typing import Any


def serve(name: str, arrived: Callable[[int], None]) -> None:
    """
    Do what AWS's images do: `python -m awslambdaric HANDLER`.
    """
    runtime_client = importlib.import_module("awslambdaric.lambda_runtime_client")
    client = runtime_client.LambdaRuntimeClient
    wait = client.wait_next_invocation

    def wait_next_invocation(self: Any) -> Any:  # noqa: ANN401 - it ships no types
        request = wait(self)
        arrived(int(request.deadline_time_in_ms))
        return request

    client.wait_next_invocation = wait_next_invocation
    importlib.import_module("awslambdaric.__main__").main(["bootstrap", name])
