"""
The account's clock over HTTP: whoever waits lets the account's time pass.

Rule 1: while time passes nobody is served but the function that runs. In an
account one thing happens after another, served or not.
Rule 2: time goes forward, and only as far as it was asked to.

GET answers {"now": SECONDS}. POST {"seconds": N} lets everything happen that is
due in the next N seconds, and then answers the same. What goes wrong answers
{"message": WHY}.
"""

import json
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from local_aws.account import Account
from local_aws.served_http import HttpRequest, HttpResponse

# No bucket's name begins so: nothing that S3 serves lies here.
CLOCK_PATH = "/_firn/clock"

# Ours: more is a mistake, and calendars end with the year 9999.
SECONDS_MAX = 100 * 365 * 86_400

# What ends of itself within a moment, or hangs and is not waited for.
LEAVING_SECONDS_MAX = 60


class ServedClock:
    """
    One account's clock, and who may ask the account for something meanwhile.
    """

    def __init__(self, account: Account) -> None:
        """
        Take the account; its time stands still until somebody asks.
        """
        self._account = account
        self._turn = threading.Condition()
        self._asking = 0
        self._passing = False
        self._left = False

    @contextmanager
    def asking(self, principal: str) -> Generator[None]:
        """
        Wait until time stands still, and keep it still within.

        The function that runs does not wait: time passes no further without it.
        """
        with self._turn:
            self._turn.wait_for(
                lambda: not self._passing or self._account.functions.runs == principal
            )
            self._asking += 1
        try:
            yield
        finally:
            with self._turn:
                self._asking -= 1
                self._turn.notify_all()

    def answer(self, request: HttpRequest) -> HttpResponse:
        """
        Tell the time, after letting it pass where that is asked for.
        """
        if request.method == "POST":
            try:
                seconds = _seconds(request.body)
            except ValueError as error:
                return _told(HTTPStatus.BAD_REQUEST, {"message": str(error)})
            if not self._pass(seconds):
                message = "the account is not served any more"
                return _told(HTTPStatus.SERVICE_UNAVAILABLE, {"message": message})
        elif request.method != "GET":
            message = f"{request.method}: the clock knows GET and POST"
            return _told(HTTPStatus.METHOD_NOT_ALLOWED, {"message": message})
        return _told(HTTPStatus.OK, {"now": self._account.clock.now()})

    def leave(self) -> None:
        """
        Let no more time pass, and wait for who still asks.
        """
        with self._turn:
            self._left = True
            self._turn.wait_for(
                lambda: not (self._passing or self._asking), LEAVING_SECONDS_MAX
            )

    def _pass(self, seconds: int) -> bool:
        """
        Let time pass; False where the account is not served any more.
        """
        with self._turn:
            self._turn.wait_for(lambda: not (self._passing or self._asking))
            if self._left:
                return False
            self._passing = True
        try:
            self._account.run_until(self._account.clock.now() + seconds)
        finally:
            with self._turn:
                self._passing = False
                self._turn.notify_all()
        return True


def failed(error: Exception) -> HttpResponse:
    """
    What to answer when something broke while time passed.
    """
    return _told(HTTPStatus.INTERNAL_SERVER_ERROR, {"message": repr(error)})


def _seconds(body: bytes) -> int:
    try:
        seconds = json.loads(body)["seconds"]
    except (KeyError, TypeError, ValueError) as error:
        msg = 'not {"seconds": N}'
        raise ValueError(msg) from error
    # True is an int to Python, and no number of seconds to anybody else.
    if type(seconds) is not int or not 0 <= seconds <= SECONDS_MAX:
        msg = f"seconds: {seconds!r} is no whole number from 0 to {SECONDS_MAX}"
        raise ValueError(msg)
    return seconds


def _told(status: HTTPStatus, document: Mapping[str, Any]) -> HttpResponse:
    return HttpResponse(
        status=status,
        headers={"Content-Type": "application/json"},
        body=json.dumps(document).encode(),
    )
