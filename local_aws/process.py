"""
What an account takes over in this process, and gives back.

Rule 1: this is the only file that starts moto.
Rule 2: within an account boto3 reaches moto and nothing else, whatever a
person has configured for the real AWS.
"""

import functools
import os
import threading
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import boto3
import botocore.loaders
import botocore.session
from botocore.retries.bucket import TokenBucket
from moto import mock_aws
from moto.core.base_backend import BaseBackend
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.common_models import BaseModel
from moto.s3.models import FakeKey, FakeMultipart
from moto.sqs.models import Message, Queue

from local_aws.scene import REGION

# moto's backends are no place for threads to meet: those of a hop, and those of
# a server (served.py). They belong to the process, and so does the turn.
TURN = threading.RLock()

# Nothing of the person's own AWS configuration may reach a client in here.
_ENVIRONMENT = {
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    # moto does not know hosts that begin with the account.
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
}


@contextmanager
def taken_over(advance: Callable[[float], None]) -> Generator[None]:
    """
    Give boto3 to moto; where moto or botocore would wait, `advance` the clock.
    """
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("AWS_")
    }

    def wait_for_messages(_queue: Queue, timeout: int) -> None:
        advance(timeout)

    # The one place where botocore waits without sleeping.
    sleep_amount: Any = TokenBucket._sleep_amount  # type: ignore[attr-defined]  # noqa: SLF001

    def wait_for_tokens(self: Any, tokens: float) -> float:  # noqa: ANN401 - not among botocore's types
        # Once it was throttled, adaptive retry mode waits for tokens, which come
        # with the time of day; that stands still here.
        seconds: float = sleep_amount(self, tokens)
        if seconds > 0:
            advance(seconds)
            self._refill()
            seconds = sleep_amount(self, tokens)
        return seconds

    process_request = BotocoreStubber.process_request

    def one_at_a_time(self: BotocoreStubber, request: Any) -> Any:  # noqa: ANN401 - moto ships no types
        with TURN:
            return process_request(self, request)

    with ExitStack() as stack:
        for patched in (
            patch.dict(os.environ, {**environment, **_ENVIRONMENT}, clear=True),
            mock_aws(config={"core": {"mock_credentials": False}}),
            # moto keeps every model it ever made for a dashboard; none here.
            patch.object(BaseModel, "__new__", _untracked),
            patch.object(BotocoreStubber, "process_request", one_at_a_time),
            patch.object(BaseBackend, "urls", _urls_once()),
            # An event source mapping that moto served itself would run Docker.
            patch.object(Queue, "add_message", _add_message),
            patch.object(Queue, "wait_for_messages", wait_for_messages),
            patch.object(TokenBucket, "_sleep_amount", wait_for_tokens),
        ):
            stack.enter_context(patched)
        stack.enter_context(patch.object(boto3, "DEFAULT_SESSION", _session()))
        yield


def _session() -> boto3.Session:
    core = botocore.session.get_session()
    core.register_component("data_loader", _loader())
    return boto3.Session(botocore_session=core)


@functools.cache
def _loader() -> botocore.loaders.Loader:
    """
    AWS's service models, read once for all accounts of this process.
    """
    return botocore.loaders.create_loader()


def _urls_once() -> property:
    """
    A backend's URLs, put together once: moto reloads a module for each request.
    """
    original = BaseBackend.urls.fget
    known: dict[type[BaseBackend], Any] = {}

    def urls(self: BaseBackend) -> Any:  # noqa: ANN401 - moto ships no types
        if type(self) not in known:
            known[type(self)] = original(self)
        return known[type(self)]

    return property(urls)


def _untracked(cls: type[BaseModel], *_: object, **__: object) -> BaseModel:
    instance: BaseModel = object.__new__(cls)
    if issubclass(cls, FakeKey | FakeMultipart):
        # These hold open files, which moto closes at the end, by this list.
        cls.instances_tracked.append(instance)
    return instance


def _add_message(self: Queue, message: Message) -> None:
    self._messages.append(message)
