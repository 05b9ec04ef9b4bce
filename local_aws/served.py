"""
An account over HTTP, for programs that are not this process.

Rule 1: a request takes the way of a boto3 call in this process: the same
backends, one at a time, and whoever keeps answers hears of what it changed.
Rule 2: a call of AWS never moves the clock. Who asks from outside has a clock of
his own, or moves the account's by asking for that (served_clock.py).
Rule 3: the loopback stands for TLS: a policy that denies what is not
encrypted lets these requests through.

    with Account(start_at=1_614_556_800) as account, Served(account) as served:
        subprocess.run(["terraform", "apply"], env=served.environment("DEPLOYER"))
        account.run_until(1_646_092_800)  # what was deployed is at work
        print(served.calls)
"""

import os
import socket
import time
import traceback
from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from types import TracebackType
from typing import Self
from unittest.mock import patch

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from moto.core.botocore_stubber import BotocoreStubber
from moto.sqs.models import Message, SQSBackend

from local_aws import gaps
from local_aws.account import Account
from local_aws.clock import Clock
from local_aws.process import TURN
from local_aws.scene import REGION
from local_aws.served_actions import asked_of
from local_aws.served_clock import CLOCK_PATH, ServedClock, failed
from local_aws.served_context import context_of
from local_aws.served_errors import refusal
from local_aws.served_http import HttpRequest, HttpResponse, listening
from local_aws.served_invoke import invoke
from local_aws.served_keys import keys_of
from local_aws.served_request import Asked, read


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """
    One thing that IAM would be asked about: `principal` wants to do `action`.

    An API call is one of them for each action and resource that it takes.
    `principal` is the access key id that signed it, or the ARN of the role
    that an AWS service acted by; `status` is what HTTP answered; `context` are
    the condition keys that came with the request.
    """

    principal: str
    service: str
    action: str
    resource: str
    at: int
    status: int = 200
    context: Mapping[str, str] = field(default_factory=dict)


class Served:
    """
    A context manager within an entered account: while it lasts, it is served.
    """

    endpoint: str

    def __init__(self, account: Account, at: socket.socket | None = None) -> None:
        """
        Prepare to serve, where `at` is bound; nothing is answered until entered.
        """
        self._account = account
        self._at = at
        self._clock = ServedClock(account)
        self._stubber = BotocoreStubber()
        self._stack = ExitStack()
        self.calls: list[Call] = []
        # What this emulator, not the caller, got wrong.
        self.failures: list[str] = []
        # When somebody asked last, by time.monotonic.
        self.asked_at = time.monotonic()

    def __enter__(self) -> Self:
        """
        Close moto's gaps, and listen at a port of the loopback.
        """
        with ExitStack() as stack:
            stack.enter_context(gaps.closed())
            stack.enter_context(_no_long_polls(self._account.clock))
            listeners = self._account.acting.listeners
            listeners.append(self._acted)
            stack.callback(listeners.remove, self._acted)
            stack.callback(self._clock.leave)
            self.endpoint = stack.enter_context(listening(self._answer, self._at))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """
        Stop; the account goes on.
        """
        self._stack.__exit__(kind, error, trace)

    @property
    def clock(self) -> str:
        """
        Where the account's clock is read and moved.
        """
        return f"{self.endpoint}{CLOCK_PATH}"

    def environment(self, key_id: str) -> dict[str, str]:
        """
        What a program needs in its environment to reach this account alone.

        Its calls are recorded under `key_id`.
        """
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": key_id,
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
        }

    def _answer(self, request: HttpRequest) -> HttpResponse:
        self.asked_at = time.monotonic()
        try:
            if request.target == CLOCK_PATH:
                return self._clock_answer(request)
            return self._call_answer(request)
        except KeyboardInterrupt:
            # Who watches the account (Account.observe) has had enough of it.
            return refusal(None, 503, "ServiceUnavailable", "the account ends")
        finally:
            self.asked_at = time.monotonic()

    def _clock_answer(self, request: HttpRequest) -> HttpResponse:
        try:
            return self._clock.answer(request)
        except Exception as error:  # noqa: BLE001 - whatever breaks in here must be an answer, or a client hangs
            self._note_failure(CLOCK_PATH, error)
            return failed(error)

    def _call_answer(self, request: HttpRequest) -> HttpResponse:
        asked = None
        try:
            asked = read(request)
            if asked is None:
                msg = "the request is not signed"
                return refusal(None, 403, "AccessDenied", msg)
            with self._clock.asking(asked.principal):
                response = self._served(asked, request)
                with TURN:
                    self._record(asked, response.status)
        except Exception as error:  # noqa: BLE001 - as above
            return self._failed(asked, error)
        return response

    def _served(self, asked: Asked, request: HttpRequest) -> HttpResponse:
        try:
            if (asked.service, asked.operation) == ("lambda", "Invoke"):
                return invoke(self._account, asked)
            with TURN, self._account.clock.standing():
                return self._serve(asked, request)
        except Exception as error:  # noqa: BLE001 - as above, and IAM was asked all the same
            return self._failed(asked, error)

    def _failed(self, asked: Asked | None, error: Exception) -> HttpResponse:
        self._note_failure(asked, error)
        # Not 500: a client would ask for it again and again.
        return refusal(asked, 400, "NotEmulated", repr(error))

    def _note_failure(self, asked: object, error: Exception) -> None:
        self.failures.append(f"{asked}: {''.join(traceback.format_exception(error))}")

    def _serve(self, asked: Asked, request: HttpRequest) -> HttpResponse:
        if asked.operation is None:
            msg = f"{request.method} {request.target}: no operation of {asked.service}"
            raise NotImplementedError(msg)
        self._account.called(asked.service, asked.operation)
        headers = HTTPHeaders()
        for name, value in request.headers.items():
            # The host follows from the address; see served_request.py.
            if name.lower() not in ("host", "expect"):
                # moto counts slashes; an ARN as key id has too many of them.
                headers[name] = value.replace(f"={asked.principal}/", "=local/")
        aws_request = AWSPreparedRequest(
            method=request.method,
            url=asked.url,
            headers=headers,
            body=request.body,
            stream_output=False,
        )
        answer = self._stubber.process_request(aws_request)
        if answer is None:
            msg = f"{asked.url}: moto has no such address"
            raise NotImplementedError(msg)
        status, answered, body = answer
        return HttpResponse(
            status=int(status),
            headers={str(name): str(value) for name, value in dict(answered).items()},
            body=body.encode() if isinstance(body, str) else bytes(body or b""),
        )

    def _record(self, asked: Asked, status: int) -> None:
        for action, resource in asked_of(asked, status):
            call = Call(
                principal=asked.principal,
                service=action.partition(":")[0],
                action=action,
                resource=resource,
                at=self._account.clock.now(),
                status=status,
                context=context_of(asked),
            )
            self._note(call, asked.operation)

    def _acted(self, role: str, action: str, resource: str) -> None:
        call = Call(
            principal=role,
            service=action.partition(":")[0],
            action=action,
            resource=resource,
            at=self._account.clock.now(),
        )
        self._note(call, None)

    def _note(self, call: Call, operation: str | None) -> None:
        self.calls.append(call)
        if call.status >= HTTPStatus.BAD_REQUEST:
            return
        for action, key, context in keys_of(call.action, call.resource, operation):
            self.calls.append(
                replace(
                    call, service="kms", action=action, resource=key, context=context
                )
            )


def _no_long_polls(clock: Clock) -> AbstractContextManager[object]:
    """
    Answer who waits for messages at once: here the wait would never end.
    """
    receive_message = SQSBackend.receive_message

    def received(
        self: SQSBackend,
        queue_name: str,
        count: int,
        wait_seconds_timeout: int,
        *rest: object,
    ) -> list[Message]:
        wait = 0 if clock.stands else wait_seconds_timeout
        found: list[Message] = receive_message(self, queue_name, count, wait, *rest)
        return found

    return patch.object(SQSBackend, "receive_message", received)
