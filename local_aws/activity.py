"""
Which services have changed and when, and which a function has asked.

Rule 1: it counts and decides nothing.
Rule 2: how a thing is set up is a service of its own. A function that asks only
for that is not concerned by every item that is written.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from local_aws.control_plane import CONTENTS
from local_aws.faults import changes
from local_aws.setups import SETUPS


@dataclass(slots=True)
class Activity:
    """
    Changes by service since the start, and the services asked since `listen`.
    """

    now: Callable[[], int]
    changed: Counter[str] = field(default_factory=Counter)
    changed_at: dict[str, int] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    def listen(self) -> None:
        """
        Begin a new set of services asked.
        """
        self.asked = set()

    def called(self, service: str, operation: str) -> None:
        """
        Take note of an API call.
        """
        self.asked.add(_setup(service) if operation in SETUPS else service)
        if changes(operation):
            self.change(service)
            if operation not in CONTENTS:
                self.change(_setup(service))

    def change(self, service: str) -> None:
        """
        Take note of a change in a service.
        """
        self.changed[service] += 1
        self.changed_at[service] = self.now()


def _setup(service: str) -> str:
    return f"{service} setup"
