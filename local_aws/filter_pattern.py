"""
Which records an event source mapping lets through.

Rule 1: this is the only file that reads the pattern language of filters.
Rule 2: how one value matches one condition is moto's EventBridge to say; here
is only how a pattern finds that value in a record.

Lambda: Control which events Lambda sends to your function ("Filter rule
syntax"): exact, null, prefix, suffix, anything-but, numeric, exists, $or.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from moto.events.models import UNDEFINED, EventPattern

_MATCHER = EventPattern(None, {})


class Filters:
    """
    The filters of one mapping: a record passes when one of them matches.

    No filter at all lets everything pass.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        """
        Take the patterns as the mapping holds them, JSON each.
        """
        self.patterns: list[dict[str, Any]] = [json.loads(text) for text in patterns]

    def match(self, record: Mapping[str, Any]) -> bool:
        """
        Whether the function gets to see the record.
        """
        return not self.patterns or any(
            _matches(record, pattern) for pattern in self.patterns
        )

    def match_message(self, record: Mapping[str, Any]) -> bool:
        """
        The same for a queue's message, whose body may be JSON.

        A pattern for a JSON body never matches a body that is none.
        """
        try:
            body = json.loads(record["body"])
        except ValueError:
            body = record["body"]
        if not isinstance(body, dict):
            body = record["body"]
        return self.match({**record, "body": body})


def _matches(node: object, pattern: Mapping[str, Any]) -> bool:
    for name, condition in pattern.items():
        if name == "$or":
            if not any(_matches(node, option) for option in condition):
                return False
            continue
        value = node.get(name, UNDEFINED) if isinstance(node, Mapping) else UNDEFINED
        if isinstance(condition, Mapping):
            if not _matches(value, condition):
                return False
        elif not _MATCHER._does_item_match_filters(value, condition):  # noqa: SLF001 - rule 2
            return False
    return True
