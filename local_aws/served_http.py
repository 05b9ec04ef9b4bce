"""
HTTP on the loopback, down to one function that answers requests.

Rule 1: this is the only file that knows sockets; it knows nothing of AWS.
Rule 2: the server ends with its context, and so do its threads.
"""

import socket
import sys
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """
    A request as it came, its path still escaped.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpResponse:
    """
    What to answer.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


LOOPBACK = "127.0.0.1"

Answer = Callable[[HttpRequest], HttpResponse]

# Whoever frames the answer writes these itself.
_FRAMING = frozenset({"content-length", "transfer-encoding", "connection"})


def bound(port: int) -> socket.socket:
    """
    A socket at a port of the loopback, which is taken from now on; 0 is any.

    Who connects before somebody listens waits. Raises OSError where the port
    cannot be had.
    """
    # Listening makes a port taken; being bound alone does not.
    return socket.create_server((LOOPBACK, port), backlog=_Server.request_queue_size)


@contextmanager
def listening(answer: Answer, at: socket.socket | None = None) -> Generator[str]:
    """
    Answer requests at the endpoint that this gives, as long as it lasts.

    That is at a free port, or where `at` is bound, which is closed at the end.
    """
    server = _Server(bound(0) if at is None else at, answer)
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
    )
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.close_all()
        server.server_close()


class _Server(ThreadingHTTPServer):
    """
    One thread per connection, all of which end with the server.
    """

    daemon_threads = True
    # A Terraform apply opens many connections at once.
    request_queue_size = 128

    def __init__(self, at: socket.socket, answer: Answer) -> None:
        super().__init__(at.getsockname(), _Handler, bind_and_activate=False)
        # Its own was made by the base class, and never bound.
        self.socket.close()
        self.socket = at
        self.answer = answer
        self._open: set[socket.socket] = set()

    def process_request_thread(
        self,
        request: socket.socket | tuple[bytes, socket.socket],
        client_address: object,
    ) -> None:
        # A TCP server has sockets only; the other kind is UDP's.
        connections = {request} if isinstance(request, socket.socket) else set()
        self._open |= connections
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._open -= connections

    def handle_error(
        self,
        request: socket.socket | tuple[bytes, socket.socket],
        client_address: object,
    ) -> None:
        """
        Show what went wrong, unless a client only went away.
        """
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def close_all(self) -> None:
        """
        Take idle connections from their clients, so that no thread waits on.
        """
        for connection in [*self._open]:
            # Closing alone would wait for the thread that reads.
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Answers are small, and a client waits for each.
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def handle_one_request(self) -> None:
        """
        Read a request and answer it, whatever its method.
        """
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline:
            self.close_connection = True
            return
        if not self.parse_request():
            return
        request = HttpRequest(
            method=self.command,
            target=self.path,
            headers=dict(self.headers.items()),
            body=self._body(),
        )
        self._write(self.server.answer(request))

    def handle_expect_100(self) -> bool:
        """
        Ask for the body at once: an SDK would wait a second for this.
        """
        goes_on = super().handle_expect_100()
        self.wfile.flush()
        return goes_on

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the name that the base class has
        """
        Write no access log: an account prints nothing.
        """

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return b"".join(self._chunks())
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _chunks(self) -> Generator[bytes]:
        while size := int(self.rfile.readline().split(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        # Trailers end with an empty line; nothing here needs them.
        while self.rfile.readline().strip():
            pass

    def _write(self, response: HttpResponse) -> None:
        self.send_response_only(response.status)
        length = str(len(response.body))
        for name, value in response.headers.items():
            if name.lower() == "content-length" and self.command == "HEAD":
                length = value
            elif name.lower() not in _FRAMING:
                self.send_header(name, value)
        if response.status != 204:  # noqa: PLR2004 - No Content
            self.send_header("Content-Length", length)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)
        self.wfile.flush()
