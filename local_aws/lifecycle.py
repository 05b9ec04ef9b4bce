"""
S3's lifecycle, at work once a day.

Rule 1: what a rule means is decided in lifecycle_rules.py; here it is done.
Rule 2: a transition changes the storage class and nothing else of an object.
Rule 3: the mover looks at midnight UTC only, for no age ends at another time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from moto.s3.models import FakeBucket, FakeDeleteMarker, FakeKey

from local_aws.events import ObjectExpired, ObjectTransitioned
from local_aws.lifecycle_rules import (
    ALL_CLASSES_128K,
    Action,
    Step,
    Version,
    midnight_after,
    steps,
)
from local_aws.scene import Scene, backend


@dataclass(slots=True)
class Lifecycle:
    """
    Moves, expires and removes objects in all buckets that have rules.
    """

    scene: Scene
    _next_at: int | None = None
    _seen: int = -1
    _looked_at: int = field(default=0)

    def next_at(self) -> int | None:
        """
        The midnight at which a rule's time has come for some object.

        Nothing that changes today can be due before midnight, so objects are
        looked at once a day, however often they change.
        """
        if not self.scene.control.lifecycles():
            return None
        if self._changed():
            tomorrow = midnight_after(self._looked_at, 0)
            return min(tomorrow, self._next_at or tomorrow)
        return self._next_at

    def act(self) -> None:
        """
        Do what is due, and find out when to look again.
        """
        now = self.scene.clock.now()
        upcoming: list[int] = []
        for name, configuration in self.scene.control.lifecycles().items():
            bucket = backend("s3").get_bucket(name)
            for held, version in [*_versions(bucket)]:
                planned = _plan(configuration, version)
                for step in planned:
                    if step.at <= now:
                        self._do(bucket, held, step)
                        # What it leaves, a marker or a version, is for tomorrow.
                        if step.action is not Action.TRANSITION:
                            upcoming.append(midnight_after(now, 0))
                upcoming += [step.at for step in planned if step.at > now]
        self._next_at = min(upcoming, default=None)
        self._looked_at = now
        self._seen = self._changes()

    def _changed(self) -> bool:
        if self._seen < 0:
            # The first look: from the day on which anything can lie there.
            self._looked_at = self.scene.clock.now()
            self._seen = 0
        return self._seen != self._changes()

    def _changes(self) -> int:
        return self.scene.activity.changed["s3"]

    def _do(
        self, bucket: FakeBucket, held: FakeKey | FakeDeleteMarker, step: Step
    ) -> None:
        now = self.scene.clock.now()
        if step.action is Action.TRANSITION:
            if held.storage_class == step.storage_class:
                return
            held.set_storage_class(step.storage_class)
            self.scene.tell(
                ObjectTransitioned(
                    at=now,
                    bucket=bucket.name,
                    key=held.name,
                    size=held.size,
                    storage_class=step.storage_class,
                )
            )
        else:
            whole = step.action is Action.EXPIRE
            version = None if whole else held.version_id
            backend("s3").delete_object(bucket.name, held.name, version_id=version)
            self.scene.tell(
                ObjectExpired(
                    at=now, bucket=bucket.name, key=held.name, version=version
                )
            )
        self.scene.activity.change("s3")


def _plan(configuration: Mapping[str, Any], version: Version) -> list[Step]:
    minimum = configuration.get("TransitionDefaultMinimumObjectSize", ALL_CLASSES_128K)
    planned = steps(configuration["Rules"], minimum, version)
    # After an object is expired nothing else happens to it.
    ends = [number for number, it in enumerate(planned) if it.action is Action.EXPIRE]
    return planned[: ends[0] + 1] if ends else planned


def _versions(
    bucket: FakeBucket,
) -> Iterator[tuple[FakeKey | FakeDeleteMarker, Version]]:
    for name in [*bucket.keys]:
        held: list[Any] = bucket.keys.getlist(name)
        for place, one in enumerate(held):
            current = place == len(held) - 1
            is_marker = isinstance(one, FakeDeleteMarker)
            noncurrent_at = None if current else _created_at(held[place + 1])
            yield (
                one,
                Version(
                    key=name,
                    size=0 if is_marker else one.size,
                    created_at=_created_at(one),
                    storage_class="STANDARD" if is_marker else one.storage_class,
                    is_marker=is_marker,
                    noncurrent_at=noncurrent_at,
                    newer=max(len(held) - 2 - place, 0),
                    alone=len(held) == 1,
                    tags={} if is_marker else _tags(one),
                ),
            )


def _created_at(one: FakeKey | FakeDeleteMarker) -> float:
    at: float = one.last_modified.replace(tzinfo=UTC).timestamp()
    return at


def _tags(key: FakeKey) -> Mapping[str, str]:
    tags: Mapping[str, str] = backend("s3").tagger.get_tag_dict_for_resource(key.arn)
    return tags
