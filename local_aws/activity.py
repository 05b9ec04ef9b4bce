"""
Which services have changed and when, and which a function has asked.

Rule 1: it counts and decides nothing.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from local_aws.faults import changes


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
        self.asked.add(service)
        if changes(operation):
            self.change(service)

    def change(self, service: str) -> None:
        """
        Take note of a change in a service.
        """
        self.changed[service] += 1
        self.changed_at[service] = self.now()
