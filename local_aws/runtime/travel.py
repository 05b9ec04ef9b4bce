"""
The time of day of a function's process.

Rule 1: this is the only file that changes what time it is in here.
Rule 2: time goes on from where it was set. Monotonic clocks, sleeping and
uuid1 are the machine's own.

A library for this would lie beside the package and could be imported by it;
and it would have to be there for each interpreter.
"""

import ctypes
import datetime as dt
import gc
import time
from collections.abc import Callable
from typing import Any

_NANOSECONDS = 1_000_000_000

_monotonic_ns = time.monotonic_ns


class Travel:
    """
    Sets the time of day, as Python code sees it.
    """

    def __init__(self, at_ms: int) -> None:
        """
        Take the place of the machine's time, beginning at an epoch millisecond.
        """
        self.to(at_ms)
        _replace_in_time(self.now_ns)
        _replace_in_datetime(self.now_ns)

    def to(self, at_ms: int) -> None:
        """
        Go on from another epoch millisecond.
        """
        self._at_ns = at_ms * 1_000_000
        self._since_ns = _monotonic_ns()

    def now_ns(self) -> int:
        """
        The nanoseconds since the epoch.
        """
        return self._at_ns + _monotonic_ns() - self._since_ns


class _Unbound:
    """
    A callable that is no method of a class that keeps it.

    logging.Formatter keeps time.localtime as its `converter`: what is written in
    C stays a function there, what is written in Python would get a `self`.
    """

    __slots__ = ("_function",)

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def __call__(self, *given: object) -> Any:  # noqa: ANN401 - each function's own
        return self._function(*given)


def _replace_in_time(now_ns: Callable[[], int]) -> None:
    clock_gettime, clock_gettime_ns = time.clock_gettime, time.clock_gettime_ns

    def now() -> float:
        return now_ns() / _NANOSECONDS

    def clock(number: int) -> float:
        return now() if number == time.CLOCK_REALTIME else clock_gettime(number)

    def clock_ns(number: int) -> int:
        return now_ns() if number == time.CLOCK_REALTIME else clock_gettime_ns(number)

    replacements: dict[str, Callable[..., Any]] = {
        "time": now,
        "time_ns": now_ns,
        "clock_gettime": clock,
        "clock_gettime_ns": clock_ns,
        "gmtime": _with_a_time(time.gmtime, now),
        "localtime": _with_a_time(time.localtime, now),
        "ctime": _with_a_time(time.ctime, now),
        "asctime": _with_a_time(time.asctime, time.localtime, now),
        "strftime": _formatted(now),
    }
    for name, replacement in replacements.items():
        setattr(time, name, _Unbound(replacement))


def _with_a_time(
    original: Callable[..., Any], *made_from: Callable[..., Any]
) -> Callable[..., Any]:
    """
    The function, which takes now where its caller gives no time.
    """
    make, *rest = made_from

    def replacement(when: Any = None) -> Any:  # noqa: ANN401 - each function's own
        if when is None:
            when = make(*(step() for step in rest))
        return original(when)

    return replacement


def _formatted(now: Callable[[], float]) -> Callable[..., str]:
    strftime, localtime = time.strftime, time.localtime

    def replacement(form: str, when: Any = None) -> str:  # noqa: ANN401 - a tuple or struct_time
        return strftime(form, localtime(now()) if when is None else when)

    return replacement


def _replace_in_datetime(now_ns: Callable[[], int]) -> None:
    def now(cls: type[dt.datetime], tz: dt.tzinfo | None = None) -> dt.datetime:
        seconds, nanoseconds = divmod(now_ns(), _NANOSECONDS)
        return cls.fromtimestamp(seconds, tz).replace(microsecond=nanoseconds // 1000)

    def utcnow(cls: type[dt.datetime]) -> dt.datetime:
        return now(cls, dt.timezone.utc).replace(tzinfo=None)  # noqa: UP017 - as old as the interpreter may be

    def today(cls: type[dt.datetime]) -> dt.datetime:
        return now(cls)

    def date_today(cls: type[dt.date]) -> dt.date:
        return cls.fromtimestamp(now_ns() // _NANOSECONDS)

    _set(dt.date, today=date_today)
    _set(dt.datetime, now=now, utcnow=utcnow, today=today)


def _set(kind: type, **methods: Callable[..., Any]) -> None:
    # These types are written in C and let nobody set their attributes; a
    # subclass in their place would not be what C code makes and compares.
    (attributes,) = gc.get_referents(kind.__dict__)
    for name, method in methods.items():
        attributes[name] = classmethod(method)
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))
