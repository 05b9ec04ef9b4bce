"""
The restore command, as it is printed for a person to run.

Rule 1: a shell takes it as it stands, whatever a name holds.
Rule 2: it restores what was asked for, and where that is too much to name, more.
"""

import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from archive.keys import DEFAULT_PARTITION, Partition
from ops.flags import DEFAULT_DEPLOYMENT
from ops.place import Place

# More would make no command that a person reads.
DEVICES_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreCommand:
    """
    How `firn restore` is called for this deployment.

    `ids` are the ids that the devices of partitions are known to stand for.
    """

    place: Place
    ids: Mapping[str, str]

    def of(self, partitions: Iterable[Partition], *, wait: bool = False) -> str:
        """
        The command that restores these partitions, and few others.
        """
        wanted = list(partitions)
        words = ["firn", "restore", *self._devices(wanted), *_dates(wanted)]
        if self.place.deployment != DEFAULT_DEPLOYMENT:
            words += ["--deployment", self.place.deployment]
        if self.place.profile is not None:
            words += ["--profile", self.place.profile]
        if self.place.region is not None:
            words += ["--region", self.place.region]
        return shlex.join([*words, *(["--wait"] if wait else [])])

    def _devices(self, partitions: list[Partition]) -> Iterator[str]:
        values = sorted({partition.device for partition in partitions})
        # A hash is no id, and the option takes ids.
        known = all(v in self.ids or not v.startswith("sha256-") for v in values)
        if known and len(values) <= DEVICES_MAX:
            for value in values:
                yield f"--device={self.ids.get(value, value)}"


def _dates(partitions: list[Partition]) -> list[str]:
    dates = sorted({partition.date for partition in partitions})
    # Rows without a day are restored only where no day is named.
    if not dates or DEFAULT_PARTITION in dates:
        return []
    return ["--from", dates[0], "--to", dates[-1]]
