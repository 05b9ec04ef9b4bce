"""
Whether the table still deletes, and the router still hears of it.

Rule 1: this is the only file that knows which answers of DynamoDB and Lambda
mean that expiries are lost, or soon will be.
Rule 2: what is on its way to being right is right: nobody is paged for a change
that they are just making.

None of this shows anywhere else. Without a time to live nothing expires, and
with a mapping that is off nobody asks the stream: no error, no metric, and a
day later the first expiry is gone.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

# DynamoDB and Lambda, API references: TimeToLiveDescription,
# EventSourceMappingConfiguration. Any other state is off, or soon will be.
_TTL_ON = frozenset({"ENABLED", "ENABLING"})
_MAPPING_ON = frozenset({"Creating", "Enabling", "Enabled", "Updating"})

# Views of a stream that show what was deleted.
_VIEWS_WITH_OLD_IMAGE = frozenset({"OLD_IMAGE", "NEW_AND_OLD_IMAGES"})

# How Lambda begins what it says of a mapping that reads or calls in vain.
_PROBLEM = "PROBLEM"


class Finding(Enum):
    """
    What can be wrong with the source.
    """

    TTL_DISABLED = "ttl_disabled"
    MAPPING_DISABLED = "mapping_disabled"
    MAPPING_FAILING = "mapping_failing"
    STREAM_CHANGED = "stream_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """
    The table as DynamoDB describes it; empty text where it says nothing.

    `stream` is the ARN of the stream that it writes now, `view` what that
    shows.
    """

    ttl_status: str
    ttl_attribute: str
    stream: str
    view: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """
    The router's event source mapping as Lambda describes it.
    """

    state: str
    stream: str
    last_result: str


class SourceTable(Protocol):
    """
    The table whose expiries are archived. Only ever looked at.
    """

    def look(self) -> Table | None:
        """
        The table as it is now; None where there is none.
        """
        ...


class RouterMapping(Protocol):
    """
    What feeds the router. Only ever looked at.
    """

    def look(self) -> Mapping | None:
        """
        The mapping as it is now; None where there is none.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """
    The source of one deployment.
    """

    table: SourceTable
    mapping: RouterMapping
    ttl_attribute: str

    def look(self) -> frozenset[Finding]:
        """
        What is wrong with the source now.
        """
        return judge(self.table.look(), self.mapping.look(), self.ttl_attribute)


def judge(
    table: Table | None, mapping: Mapping | None, ttl_attribute: str
) -> frozenset[Finding]:
    """
    Everything that is wrong with a table and the mapping on its stream.
    """
    found = {_time_to_live(table, ttl_attribute), *_mapping(mapping)}
    if mapping is not None:
        found.add(_stream(table, mapping))
    return frozenset(finding for finding in found if finding is not None)


def _time_to_live(table: Table | None, attribute: str) -> Finding | None:
    if (
        table is not None
        and table.ttl_status in _TTL_ON
        # Another attribute deletes at other times, or never.
        and table.ttl_attribute == attribute
    ):
        return None
    return Finding.TTL_DISABLED


def _mapping(mapping: Mapping | None) -> frozenset[Finding]:
    if mapping is None or mapping.state not in _MAPPING_ON:
        return frozenset({Finding.MAPPING_DISABLED})
    # A role that lost its permission leaves the mapping enabled, and where the
    # function is not called it has neither errors nor an iterator age.
    if mapping.last_result.startswith(_PROBLEM):
        return frozenset({Finding.MAPPING_FAILING})
    return frozenset()


def _stream(table: Table | None, mapping: Mapping) -> Finding | None:
    if (
        table is not None
        # A stream that is switched off and on again is another stream. The
        # mapping stays enabled, on the old one.
        and table.stream == mapping.stream
        and table.view in _VIEWS_WITH_OLD_IMAGE
    ):
        return None
    return Finding.STREAM_CHANGED
