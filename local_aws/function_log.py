"""
What functions print.

Rule 1: while a function runs, what its thread writes to standard output and
error, and what any plain logging handler writes, goes here and nowhere else.
Rule 2: other threads keep their output: a progress bar draws on.

Powertools' Logger takes sys.stdout when it is made, which may be long before
this process had an account; so handlers are turned here for each call.
"""

import io
import json
import logging
import sys
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any, TextIO
from unittest.mock import patch


class FunctionLog:
    """
    The log of the functions of one account.
    """

    def __init__(self) -> None:
        """
        Start empty.
        """
        self._buffer = io.StringIO()

    @contextmanager
    def captured(self) -> Generator[None]:
        """
        Write here what the current thread prints and what handlers log.
        """
        thread = threading.get_ident()
        turned = [(handler, handler.stream) for handler in _stream_handlers()]
        for handler, _ in turned:
            handler.setStream(self._buffer)
        try:
            with (
                patch.object(sys, "stdout", _Turned(self._buffer, sys.stdout, thread)),
                patch.object(sys, "stderr", _Turned(self._buffer, sys.stderr, thread)),
            ):
                yield
        finally:
            for handler, stream in turned:
                handler.setStream(stream)
            self._turn_new(turned)

    def take(self) -> tuple[Any, ...]:
        """
        The lines since the last time that are JSON objects.
        """
        lines = self._buffer.getvalue().splitlines()
        self._buffer.seek(0)
        self._buffer.truncate()
        return tuple(json_objects(lines))

    def _turn_new(
        self, turned: list[tuple[logging.StreamHandler[Any], TextIO]]
    ) -> None:
        # A handler made during the call took the turned stream for the real
        # one; once the call is over it must not write to either.
        known = {id(handler) for handler, _ in turned}
        for handler in _stream_handlers():
            if id(handler) not in known:
                handler.setStream(self._buffer)


def json_objects(lines: list[str]) -> Iterator[dict[str, Any]]:
    """
    What of a log can be metrics and events.
    """
    for line in lines:
        if line.startswith("{"):
            try:
                found = json.loads(line)
            except ValueError:
                continue
            if isinstance(found, dict):
                yield found


class _Turned(io.TextIOBase):
    """
    A stream that one thread writes to a log and all others as before.
    """

    def __init__(self, log: io.StringIO, original: TextIO, thread: int) -> None:
        super().__init__()
        self._log = log
        self._original = original
        self._thread = thread

    def write(self, text: str) -> int:
        return self._target().write(text)

    def flush(self) -> None:
        self._target().flush()

    def isatty(self) -> bool:
        return self._target().isatty()

    def fileno(self) -> int:
        return self._original.fileno()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._original.encoding

    def _target(self) -> TextIO:
        if threading.get_ident() == self._thread:
            return self._log
        return self._original


def _stream_handlers() -> Iterator[logging.StreamHandler[Any]]:
    loggers = [logging.root, *logging.root.manager.loggerDict.values()]
    for logger in loggers:
        if isinstance(logger, logging.Logger):
            for handler in logger.handlers:
                # Exactly these: subclasses write to files or belong to tests.
                if type(handler) is logging.StreamHandler:
                    yield handler
