"""
A versioned bucket in memory, and the gate that every call of a run passes.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Answer = str | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """
    One version of a key; a delete marker has no body.
    """

    id: str
    body: bytes | None
    sha256: str | None
    modified_at: int
    storage_class: str = "STANDARD"

    @property
    def etag(self) -> str:
        return hashlib.md5(self.body or b"").hexdigest()  # noqa: S324  as S3 does


@dataclass(slots=True)
class Store:
    """
    A versioned bucket: for each key its versions, the newest last.
    """

    now: Callable[[], float]
    keys: dict[str, list[Version]] = field(default_factory=dict)
    made: int = 0

    def current(self, key: str) -> Version | None:
        versions = self.keys.get(key, [])
        return versions[-1] if versions and versions[-1].body is not None else None

    def version(self, key: str, id_: str | None) -> Version | None:
        if id_ is None:
            return self.current(key)
        found = [each for each in self.keys.get(key, []) if each.id == id_]
        return found[0] if found and found[0].body is not None else None

    def put(self, key: str, body: bytes | None, sha256: str | None = None) -> Version:
        self.made += 1
        version = Version(
            id=f"v{self.made}",
            body=body,
            sha256=sha256,
            modified_at=int(self.now()),
        )
        self.keys.setdefault(key, []).append(version)
        return version

    def listed(self, prefix: str, after: str = "") -> list[tuple[str, Version]]:
        return [
            (key, version)
            for key in sorted(self.keys)
            if key.startswith(prefix) and key > after
            for version in [self.current(key)]
            if version is not None
        ]


class Gate:
    """
    What every call of one run passes: before it is done, and before it answers.
    """

    def before(self, verb: str, key: str, *, writes: bool) -> None:
        """
        May hold the call, or end the run before it is done.
        """

    def after(self, verb: str, key: str, *, writes: bool) -> bool:
        """
        May end the run after it is done.

        True where the answer is lost and the client tries the same call again.
        """
        return False

    @contextmanager
    def passing(self, verb: str, key: str, *, writes: bool = False) -> Iterator[None]:
        self.before(verb, key, writes=writes)
        yield
        self.after(verb, key, writes=writes)

    def doing(self, verb: str, key: str, act: Callable[[], Answer]) -> Answer:
        """
        A write, done once or, where its answer was lost, twice.
        """
        self.before(verb, key, writes=True)
        answer = act()
        if self.after(verb, key, writes=True):
            answer = act()
        return answer
