"""
Lambda: what moto forgets of a function's configuration.
"""

from contextlib import AbstractContextManager, ExitStack
from typing import Any
from unittest.mock import patch

from moto.awslambda.models import LambdaFunction


def _logging_config() -> AbstractContextManager[Any]:
    """
    A function says how it logs and into which group.

    API_FunctionConfiguration, LoggingConfig; moto drops it.
    """
    make = LambdaFunction.__init__
    get_configuration = LambdaFunction.get_configuration

    def made(
        self: LambdaFunction,
        account_id: str,
        spec: dict[str, Any],
        region: str,
        version: str | int = 1,
    ) -> None:
        make(self, account_id, spec, region, version)
        self.logging_config = spec.get("LoggingConfig") or {}

    def configuration(self: LambdaFunction, *args: Any, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - moto ships no types
        found: dict[str, Any] = get_configuration(self, *args, **more)
        group = f"/aws/lambda/{self.function_name}"
        default = {"LogFormat": "Text", "LogGroup": group}
        return {**found, "LoggingConfig": {**default, **self.logging_config}}

    stack = ExitStack()
    stack.enter_context(patch.object(LambdaFunction, "__init__", made))
    stack.enter_context(
        patch.object(LambdaFunction, "get_configuration", configuration)
    )
    # One that was made before the server came has none of its own.
    stack.enter_context(patch.object(LambdaFunction, "logging_config", {}, create=True))
    return stack


def _updates() -> AbstractContextManager[Any]:
    """
    An update changes all that it names.

    API_UpdateFunctionConfiguration; moto takes these and changes nothing.
    """
    update_configuration = LambdaFunction.update_configuration

    def updated(self: LambdaFunction, updates: dict[str, Any]) -> dict[str, Any]:
        if "EphemeralStorage" in updates:
            self.ephemeral_storage = updates["EphemeralStorage"]["Size"]
        for member, attribute in (
            ("KMSKeyArn", "kms_key_arn"),
            ("LoggingConfig", "logging_config"),
            ("TracingConfig", "tracing_config"),
        ):
            if member in updates:
                setattr(self, attribute, updates[member])
        found: dict[str, Any] = update_configuration(self, updates)
        return found

    return patch.object(LambdaFunction, "update_configuration", updated)


GAPS = (_logging_config, _updates)
