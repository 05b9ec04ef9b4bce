"""
Functions run in this process, each by its deployed handler's name.

Rule 1: this is the only file that imports a hop, by the handler's name that
the control plane holds. The package that was deployed is not looked at.
Rule 2: during a call the environment is the deployed one and nothing else.
Rule 3: what a function prints is its log; nothing of it reaches our output.
"""

import importlib
import json
import os
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any
from unittest.mock import patch

from local_aws.clock import Clock, TimeIsUp
from local_aws.faults import Killed
from local_aws.function_log import FunctionLog
from local_aws.functions import Outcome, revision_of, timed_out
from local_aws.runtime_environment import (
    LOG_STREAM,
    deployed_environment,
    runtime_environment,
)

# What a Lambda's process has beside its own variables, as far as a program
# on this machine needs it too.
_INHERITED = ("PATH", "HOME", "TMPDIR")


class Context:
    """
    What Lambda gives a handler beside its event.
    """

    identity = None
    client_context = None

    def __init__(self, configuration: Mapping[str, Any], clock: Clock) -> None:
        """
        Make the context of one invocation that starts now.
        """
        self.function_name: str = configuration["FunctionName"]
        self.function_version: str = configuration["Version"]
        self.invoked_function_arn: str = configuration["FunctionArn"]
        self.memory_limit_in_mb = str(configuration["MemorySize"])
        self.aws_request_id = str(uuid.uuid4())
        self.log_group_name = f"/aws/lambda/{self.function_name}"
        self.log_stream_name = LOG_STREAM
        self.deadline = clock.exact_now() + configuration["Timeout"]
        self._clock = clock

    def get_remaining_time_in_millis(self) -> int:
        """
        Milliseconds until the function is killed, on the simulated clock.
        """
        return max(int((self.deadline - self._clock.exact_now()) * 1000), 0)


@dataclass(slots=True)
class _Sandbox:
    revision: str
    handler: Callable[[Any, Context], Any]
    module: ModuleType


@dataclass(slots=True)
class InProcess:
    """
    The runner that an account has by itself.
    """

    clock: Clock
    _sandboxes: dict[str, _Sandbox] = field(default_factory=dict)
    _log: FunctionLog = field(default_factory=FunctionLog)

    def run(
        self, configuration: Mapping[str, Any], event: bytes
    ) -> tuple[Outcome, tuple[Any, ...]]:
        """
        Call the handler; the clock stands still unless something moves it.
        """
        context = Context(configuration, self.clock)
        with (
            patch.dict(os.environ, _environment(configuration), clear=True),
            self._log.captured(),
            self.clock.until(context.deadline),
        ):
            outcome = self._call(configuration, event, context)
        return outcome, self._log.take()

    def shut_down(self) -> None:
        """
        Leave no client of this account behind in a hop.
        """
        for sandbox in self._sandboxes.values():
            _forget(sandbox.module)
        self._sandboxes.clear()

    def _call(
        self, configuration: Mapping[str, Any], event: bytes, context: Context
    ) -> Outcome:
        try:
            sandbox = self._sandbox(configuration)
            value = sandbox.handler(json.loads(event), context)
            # Lambda: the answer must be JSON, or it is an error of the function.
            value = json.loads(json.dumps(value))
        except (Killed, TimeIsUp, SystemExit) as death:
            # The process is gone, and the next invocation starts cold.
            self._forget(configuration)
            if isinstance(death, TimeIsUp):
                return Outcome(value=None, error=timed_out(configuration))
            return Outcome(value=None, error="Runtime.ExitError")
        except Exception as error:  # noqa: BLE001 - as Lambda's runtime: whatever a handler raises is its invocation's error
            return Outcome(value=None, error=f"{type(error).__name__}: {error}")
        return Outcome(value=value, error=None)

    def _sandbox(self, configuration: Mapping[str, Any]) -> _Sandbox:
        path, _, attribute = configuration["Handler"].rpartition(".")
        revision = f"{configuration['FunctionName']} {revision_of(configuration)}"
        sandbox = self._sandboxes.get(path)
        # A module knows one deployment at a time: the function of another that
        # has the same handler starts cold.
        if sandbox is None or sandbox.revision != revision:
            module = importlib.import_module(path)
            _forget(module)
            sandbox = _Sandbox(revision, getattr(module, attribute), module)
            self._sandboxes[path] = sandbox
        return sandbox

    def _forget(self, configuration: Mapping[str, Any]) -> None:
        path = configuration["Handler"].rpartition(".")[0]
        sandbox = self._sandboxes.pop(path, None)
        if sandbox is not None:
            _forget(sandbox.module)


def _forget(module: ModuleType) -> None:
    cache_clear = getattr(getattr(module, "cold_start", None), "cache_clear", None)
    if cache_clear is not None:
        cache_clear()


def _environment(configuration: Mapping[str, Any]) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return {
        **inherited,
        **runtime_environment(configuration),
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_SESSION_TOKEN": "local",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        # moto does not know hosts that begin with the account.
        "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
        **deployed_environment(configuration),
    }
