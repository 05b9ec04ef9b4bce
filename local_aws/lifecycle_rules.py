"""
What the lifecycle rules of a bucket do to an object, and when.

Rule 1: pure: rules, a version of an object and its successor in, a time and
an action out.
Rule 2: ages end at a midnight: "adding the number of days to the object
creation time and rounding the resulting time to the next day midnight UTC".

Amazon S3: Lifecycle configuration elements; Transitioning objects using S3
Lifecycle ("Constraints and considerations"); API_PutBucketLifecycleConfiguration.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

DAY_SECONDS = 86_400

# Below it no object moves by default, and with varies_by_storage_class only to
# the two classes that are Glacier's.
SIZE_DEFAULT_MIN = 128 * 1024
ALL_CLASSES_128K = "all_storage_classes_128K"
GLACIER_CLASSES = frozenset({"GLACIER", "DEEP_ARCHIVE"})

# The waterfall: an object only ever moves to the right.
_WATERFALL = (
    "STANDARD",
    "STANDARD_IA",
    "INTELLIGENT_TIERING",
    "ONEZONE_IA",
    "GLACIER_IR",
    "GLACIER",
    "DEEP_ARCHIVE",
)


class Action(Enum):
    """
    What a rule does.
    """

    TRANSITION = "transition"
    EXPIRE = "expire"
    REMOVE_VERSION = "remove version"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """
    One version of an object, as the rules see it.

    `noncurrent_at` is when its successor came, None for the current version;
    `newer` counts the noncurrent versions newer than it; `alone` is true when
    no other version stands beside it.
    """

    key: str
    size: int
    created_at: float
    storage_class: str
    is_marker: bool
    noncurrent_at: float | None
    newer: int
    alone: bool
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """
    What will happen to a version, and when.
    """

    at: int
    action: Action
    storage_class: str = ""


def steps(
    rules: Sequence[Mapping[str, Any]], minimum_size: str, version: Version
) -> list[Step]:
    """
    All that the rules have in store for a version, the earliest first.
    """
    found: list[Step] = []
    for rule in rules:
        if rule["Status"] == "Enabled" and _matches(rule, version):
            if version.noncurrent_at is not None:
                found += _noncurrent_steps(rule, version)
            elif version.is_marker:
                found += _marker_steps(rule, version)
            else:
                found += _current_steps(rule, minimum_size, version)
    return sorted(found, key=lambda step: step.at)


def midnight_after(at: float, days: int) -> int:
    """
    The midnight at which an age of so many days is reached.
    """
    return int((at + days * DAY_SECONDS) // DAY_SECONDS + 1) * DAY_SECONDS


def _current_steps(
    rule: Mapping[str, Any], minimum_size: str, version: Version
) -> list[Step]:
    found = []
    for transition in rule.get("Transitions", ()):
        to = transition["StorageClass"]
        colder = _WATERFALL.index(to) > _WATERFALL.index(version.storage_class)
        if colder and _large_enough(rule, minimum_size, version, to):
            at = midnight_after(version.created_at, transition["Days"])
            found.append(Step(at, Action.TRANSITION, to))
    days = rule.get("Expiration", {}).get("Days")
    if days is not None:
        found.append(Step(midnight_after(version.created_at, days), Action.EXPIRE))
    return found


def _noncurrent_steps(rule: Mapping[str, Any], version: Version) -> list[Step]:
    expiration = rule.get("NoncurrentVersionExpiration")
    if expiration is None or version.noncurrent_at is None:
        return []
    if version.newer < expiration.get("NewerNoncurrentVersions", 0):
        return []
    at = midnight_after(version.noncurrent_at, expiration["NoncurrentDays"])
    return [Step(at, Action.REMOVE_VERSION)]


def _marker_steps(rule: Mapping[str, Any], version: Version) -> list[Step]:
    if version.alone and rule.get("Expiration", {}).get("ExpiredObjectDeleteMarker"):
        return [Step(midnight_after(version.created_at, 0), Action.REMOVE_VERSION)]
    return []


def _large_enough(
    rule: Mapping[str, Any], minimum_size: str, version: Version, to: str
) -> bool:
    """
    Whether the default minimum lets an object move.

    "Custom filters always take precedence over the default transition
    behavior": a rule with a size of its own knows no other.
    """
    if version.size >= SIZE_DEFAULT_MIN or _has_size(rule):
        return True
    return minimum_size != ALL_CLASSES_128K and to in GLACIER_CLASSES


def _has_size(rule: Mapping[str, Any]) -> bool:
    conditions = _conditions(rule)
    return "ObjectSizeGreaterThan" in conditions or "ObjectSizeLessThan" in conditions


def _matches(rule: Mapping[str, Any], version: Version) -> bool:
    conditions = _conditions(rule)
    tags = [*conditions.get("Tags", ())]
    if "Tag" in conditions:
        tags.append(conditions["Tag"])
    above = conditions.get("ObjectSizeGreaterThan")
    below = conditions.get("ObjectSizeLessThan")
    return (
        version.key.startswith(conditions.get("Prefix", ""))
        and (above is None or version.size > above)
        and (below is None or version.size < below)
        and all(version.tags.get(tag["Key"]) == tag["Value"] for tag in tags)
    )


def _conditions(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    filter_: Mapping[str, Any] = rule.get("Filter", {})
    both: Mapping[str, Any] = filter_.get("And", filter_)
    return both or {"Prefix": rule.get("Prefix", "")}
