"""
The time, and waiting for it.

Rule 1: on AWS time passes by itself. An emulated account says in its deployment
where its clock is (local_aws/served_clock.py); there, waiting moves it.
Rule 2: only a clock on this machine's loopback is moved.
"""

import json
import time
from dataclasses import dataclass
from http.client import HTTPException
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from archive.errors import MisconfiguredError, UndeliveredError

SECONDS_MAX = 60


class Clock(Protocol):
    """
    What tells the time, and lets it pass.
    """

    def now(self) -> int:
        """
        The time in epoch seconds.
        """
        ...

    def wait(self, seconds: int) -> None:
        """
        Return when so many seconds have passed.
        """
        ...


class MachineClock:
    """
    The time of this machine.
    """

    def now(self) -> int:
        """
        The time in epoch seconds.
        """
        return int(time.time())

    def wait(self, seconds: int) -> None:
        """
        Sleep.
        """
        time.sleep(seconds)


@dataclass(frozen=True, slots=True)
class AccountClock:
    """
    The clock of an emulated account, at an http address of the loopback.

    GET answers {"now": SECONDS}; POST {"seconds": N} lets so much time pass in
    the account, and answers the same.
    """

    address: str

    def __post_init__(self) -> None:
        """
        Refuse an address that is not on this machine.
        """
        parts = urlsplit(self.address)
        host = parts.hostname or ""
        if parts.scheme != "http" or not _is_loopback(host):
            msg = f"clock {self.address!r}: an emulated account is on this machine"
            raise MisconfiguredError(msg)

    def now(self) -> int:
        """
        The account's time in epoch seconds.
        """
        return self._asked(None)

    def wait(self, seconds: int) -> None:
        """
        Let so much time pass in the account; here it takes a moment.
        """
        self._asked(seconds)

    def _asked(self, seconds: int | None) -> int:
        body = None if seconds is None else json.dumps({"seconds": seconds}).encode()
        request = Request(self.address, data=body)  # noqa: S310 - http on the loopback, as checked above
        # Past any proxy: to that one, another machine would be the loopback.
        opener = build_opener(ProxyHandler({}))
        try:
            # No timeout on the wait: much may happen in a year of the account.
            with opener.open(
                request, timeout=SECONDS_MAX if body is None else None
            ) as answer:
                return int(json.load(answer)["now"])
        except (OSError, HTTPException, ValueError, KeyError, TypeError) as error:
            msg = f"{self.address}: the emulated account does not answer: {error}"
            raise UndeliveredError(msg) from error


def clock_of(address: str | None) -> Clock:
    """
    The clock of a deployment, whose `clock` is given.
    """
    return MachineClock() if address is None else AccountClock(address)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
