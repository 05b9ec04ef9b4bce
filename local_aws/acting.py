"""
What AWS itself does in the name of a role.

Rule 1: it only passes on; with no listener it costs nothing.

A mapping receives messages, a delivery stream writes objects, a schedule
invokes: each by a role that has to allow it. No request shows these calls, so
the stations say them here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

# The role's ARN, the IAM action, the ARN of what is acted upon.
Listener = Callable[[str, str, str], None]


@dataclass(slots=True)
class Acting:
    """
    Tells listeners which role did what to which resource.
    """

    function: Callable[[str], Mapping[str, Any]]
    listeners: list[Listener] = field(default_factory=list)

    def by_function(self, function: str, resource: str, *actions: str) -> None:
        """
        Say what Lambda did by the role of a function.
        """
        if self.listeners:
            self.by_role(self.function(function)["Role"], resource, *actions)

    def on_source(self, mapping: Mapping[str, Any], *actions: str) -> None:
        """
        Say what Lambda did to the source of a mapping, by the function's role.

        Using Lambda with Amazon SQS, "Execution role permissions"; Process
        DynamoDB records with Lambda, "Execution role".
        """
        source = mapping["EventSourceArn"]
        service = source.split(":")[2]
        named = (f"{service}:{action}" for action in actions)
        self.by_function(mapping["FunctionArn"], source, *named)

    def by_role(self, role: str, resource: str, *actions: str) -> None:
        """
        Say what a service did by a role.
        """
        for listener in self.listeners:
            for action in actions:
                listener(role, action, resource)
