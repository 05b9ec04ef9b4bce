"""
Lambda's Runtime API, as its page "Using the Lambda runtime API" has it.
"""

from __future__ import annotations

import http.client
import json
from typing import TYPE_CHECKING

import pytest

from local_aws.runtime_api import Answered, Failed, Invocation, Ready, RuntimeApi

if TYPE_CHECKING:
    from collections.abc import Iterator

BASE = "/2018-06-01/runtime"

INVOCATION = Invocation(
    request_id="8476a536-e9f4-11e8-9739-2dfe598c3fcd",
    function_arn="arn:aws:lambda:us-east-1:123456789012:function:probe",
    deadline_ms=1_614_556_860_000,
    event=b'{"Records":[]}',
)


@pytest.fixture
def api() -> Iterator[RuntimeApi]:
    """
    The API of one process.
    """
    with RuntimeApi() as api:
        yield api


def ask(
    api: RuntimeApi, method: str, path: str, body: bytes | Iterator[bytes] = b""
) -> tuple[int, http.client.HTTPMessage, bytes]:
    """
    One request of that process.
    """
    connection = http.client.HTTPConnection(api.address, timeout=30)
    connection.request(method, BASE + path, body)
    response = connection.getresponse()
    answer = response.read()
    connection.close()
    return response.status, response.headers, answer


def test_the_next_event_comes_with_what_a_context_needs(api: RuntimeApi) -> None:
    """
    Next invocation: the event as it is, everything else in the headers.
    """
    api.offer(INVOCATION)
    status, headers, event = ask(api, "GET", "/invocation/next")
    assert (status, event) == (200, INVOCATION.event)
    assert headers["Lambda-Runtime-Aws-Request-Id"] == INVOCATION.request_id
    assert headers["Lambda-Runtime-Deadline-Ms"] == "1614556860000"
    assert headers["Lambda-Runtime-Invoked-Function-Arn"] == INVOCATION.function_arn
    assert headers["Lambda-Runtime-Trace-Id"].startswith("Root=1-")
    assert api.reports.get_nowait() == Ready()


@pytest.mark.parametrize("chunked", [False, True])
def test_an_answer_counts_once_and_for_its_own_event(
    api: RuntimeApi, *, chunked: bool
) -> None:
    """
    400 for any other; a body may come in chunks.
    """
    api.offer(INVOCATION)
    path = f"/invocation/{INVOCATION.request_id}/response"
    assert ask(api, "POST", "/invocation/another/response", b"1")[0] == 400
    body = iter([b'{"a"', b":1}"]) if chunked else b'{"a":1}'
    assert ask(api, "POST", path, body)[0] == 202
    assert ask(api, "POST", path, b"2")[0] == 400
    assert api.reports.get_nowait() == Answered(b'{"a":1}')
    assert api.reports.empty()


def test_errors_of_an_event_and_of_the_start_are_taken(api: RuntimeApi) -> None:
    """
    Invocation error and initialization error have one form.
    """
    error = {"errorType": "KeyError", "errorMessage": "'a'", "stackTrace": []}
    api.offer(INVOCATION)
    body = json.dumps(error).encode()
    path = f"/invocation/{INVOCATION.request_id}/error"
    assert ask(api, "POST", path, body)[0] == 202
    assert ask(api, "POST", "/init/error", body)[0] == 202
    assert [api.reports.get_nowait() for _ in range(2)] == [Failed(error)] * 2


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_there_is_nothing_else(api: RuntimeApi, method: str) -> None:
    """
    A path that the API does not have is not found.
    """
    assert ask(api, method, "/restore/next")[0] == 404
