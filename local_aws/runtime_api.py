"""
Lambda's Runtime API for one function's process, on the loopback.

Rule 1: it passes on what either side says and decides nothing: no time, no
process, no outcome.
Rule 2: an answer counts for the event that is out, once, and for no other.

Lambda: Using the Lambda runtime API for custom runtimes.
"""

import json
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Self, TypeAlias

_BASE = "/2018-06-01/runtime"

# Lambda: Lambda quotas, "Invocation payload", synchronous.
RESPONSE_BYTES_MAX = 6 * 1024 * 1024

# How soon a server that is told to end looks up; it costs next to nothing.
_POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """
    One event on its way to a function.
    """

    request_id: str
    function_arn: str
    deadline_ms: int
    event: bytes


@dataclass(frozen=True, slots=True)
class Ready:
    """
    The process asks for its next event.
    """


@dataclass(frozen=True, slots=True)
class Answered:
    """
    The handler returned this, in JSON.
    """

    body: bytes


@dataclass(frozen=True, slots=True)
class Failed:
    """
    The handler, or the import before it, raised this.
    """

    error: Mapping[str, Any]


Report: TypeAlias = Ready | Answered | Failed


class RuntimeApi:
    """
    A context manager: while it lasts, one process may speak to it.

    `reports` holds what the process said, in order.
    """

    def __init__(self) -> None:
        """
        Take a free port.
        """
        self.reports: SimpleQueue[Report] = SimpleQueue()
        self._offers: SimpleQueue[Invocation | None] = SimpleQueue()
        self._out: str | None = None
        self._server = _Server(self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_POLL_SECONDS,), daemon=True
        )
        self.address = f"127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        """
        Listen.
        """
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """
        Stop; whoever waits for an event gets none.
        """
        self._offers.put(None)
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def offer(self, invocation: Invocation) -> None:
        """
        Give the process its next event.
        """
        self._out = invocation.request_id
        self._offers.put(invocation)

    def next(self) -> Invocation | None:
        """
        Wait for the next event, on the process's behalf; None: there is none.
        """
        self.reports.put(Ready())
        return self._offers.get()

    def told(self, request_id: str, what: str, body: bytes) -> HTTPStatus:
        """
        Take the answer to an event, or its error.
        """
        if request_id != self._out:
            return HTTPStatus.BAD_REQUEST
        self._out = None
        if what == "error":
            self.reports.put(Failed(json.loads(body)))
        elif len(body) > RESPONSE_BYTES_MAX:
            self.reports.put(Failed(_too_large(body)))
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        else:
            self.reports.put(Answered(body))
        return HTTPStatus.ACCEPTED

    def told_at_start(self, body: bytes) -> HTTPStatus:
        """
        Take the error that kept the handler from being imported.
        """
        self.reports.put(Failed(json.loads(body)))
        return HTTPStatus.ACCEPTED


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, api: RuntimeApi) -> None:
        super().__init__(("127.0.0.1", 0), _Requests)
        self.api = api

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - socketserver's own
        # A process that is killed lets go of its connection: no news.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Requests(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    # One write for head and body, or the other side's system waits for more.
    wbufsize = -1

    def do_GET(self) -> None:
        if self.path != f"{_BASE}/invocation/next":
            self._answer(HTTPStatus.NOT_FOUND)
            return
        invocation = self.server.api.next()
        if invocation is None:
            self.close_connection = True
        else:
            self._answer(HTTPStatus.OK, invocation.event, _headers(invocation))

    def do_POST(self) -> None:
        api = self.server.api
        body = _body(self.headers, self.rfile)
        match self.path.removeprefix(f"{_BASE}/").split("/"):
            case ["init", "error"]:
                self._answer(api.told_at_start(body))
            case ["invocation", request_id, ("response" | "error") as what]:
                self._answer(api.told(request_id, what, body))
            case _:
                self._answer(HTTPStatus.NOT_FOUND)

    def log_message(self, *_: object) -> None:
        pass

    def _answer(
        self,
        status: HTTPStatus,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        answer = json.dumps({"status": status.phrase}).encode()
        sent = answer if body is None else body
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)


def _too_large(body: bytes) -> Mapping[str, str]:
    return {
        "errorType": "Function.ResponseSizeTooLarge",
        "errorMessage": f"Response payload size exceeded maximum: {len(body)} bytes",
    }


def _headers(invocation: Invocation) -> Mapping[str, str]:
    return {
        "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
        "Lambda-Runtime-Deadline-Ms": str(invocation.deadline_ms),
        "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
        "Lambda-Runtime-Trace-Id": "Root=1-00000000-000000000000000000000000;Sampled=0",
    }


def _body(headers: Message, stream: BufferedIOBase) -> bytes:
    if headers.get("Transfer-Encoding", "").lower() != "chunked":
        return stream.read(int(headers.get("Content-Length") or 0))
    chunks = []
    while size := int(stream.readline().split(b";")[0], 16):
        chunks.append(stream.read(size))
        stream.readline()
    stream.readline()
    return b"".join(chunks)
