"""
A served account with somebody before it, who may answer in its place.

Rule 1: what is refused is refused as AWS does it, over HTTP; the clients are the
commands' own, with their retries.
"""

import sys
import threading
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from local_aws.served import Served
from local_aws.served_errors import refusal
from local_aws.served_http import HttpRequest, HttpResponse, listening
from local_aws.served_request import Asked, read

# Under which key the calls are recorded.
ENGINEER = "ENGINEER"

# The command as it is installed.
FIRN = Path(sys.executable).with_name("firn")

HELD_SECONDS_MAX = 60


@dataclass(frozen=True, slots=True)
class Refused:
    """
    How an operation is refused, and how often; None: always.

    `where` narrows it to requests whose address holds that.
    """

    code: str
    status: int = 400
    message: str = ""
    times: int | None = None
    where: str = ""


@dataclass(slots=True)
class Front:
    """
    What stands before the account: which operations it refuses, which it saw.
    """

    served: Served
    endpoint: str = ""
    refused: dict[str, Refused] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    is_held: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)
    _held: str = ""

    def refuse(self, operation: str, refused: Refused) -> None:
        """
        From now on refuse this operation so.
        """
        self.refused[operation] = refused

    def hold(self, operation: str) -> None:
        """
        Let this operation wait for its answer, until `let_go`.
        """
        self._held = operation

    def environment(self) -> dict[str, str]:
        """
        What a program needs in its environment to come this way.
        """
        return {
            **self.served.environment(ENGINEER),
            "AWS_ENDPOINT_URL": self.endpoint,
        }

    def answer(self, request: HttpRequest) -> HttpResponse:
        """
        The account's answer, or ours.
        """
        asked = read(request)
        operation = str(asked.operation) if asked else ""
        self.asked[operation] += 1
        if operation == self._held:
            self.is_held.set()
            self.let_go.wait(HELD_SECONDS_MAX)
        refused = self.refused.get(operation)
        if asked is None or refused is None or refused.where not in asked.url:
            return self.served._answer(request)  # noqa: SLF001 - the very request, signature and all
        if refused.times is not None and self.asked[operation] > refused.times:
            return self.served._answer(request)  # noqa: SLF001 - as above
        return _refusal(asked, refused, is_head=request.method == "HEAD")


@contextmanager
def standing_before(served: Served) -> Generator[Front]:
    """
    Stand before a served account for as long as this lasts.
    """
    front = Front(served)
    with listening(front.answer) as endpoint:
        front.endpoint = endpoint
        yield front


def _refusal(asked: Asked, refused: Refused, *, is_head: bool) -> HttpResponse:
    if is_head:
        return HttpResponse(status=refused.status, headers={}, body=b"")
    return refusal(asked, refused.status, refused.code, refused.message)
