"""
What to type in another terminal, to reach an account that is served here.

Rule 1: this is the only file that knows shells. What it gives is the same text
for bash, zsh and fish, but for `unset`.
Rule 2: nothing of the person's own AWS configuration gets in the way: neither a
profile, nor a session, nor a proxy.
"""

import shlex
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.request import getproxies, proxy_bypass

from archive.keys import DEFAULT_PARTITION, Partition, partition_device
from local_aws.served_http import LOOPBACK

# In this order, as many on a line as fit into 80 columns.
_EXPORTED = (
    ("AWS_ENDPOINT_URL",),
    ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
    ("AWS_REGION", "AWS_DEFAULT_REGION"),
    ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"),
)
# A profile must exist in the files, of which there are none; of a session and a
# deployment there is one here.
_UNSET = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "FIRN_DEPLOYMENT")

# Enough days to see that there are several.
SAMPLE_DATES_MAX = 2


@dataclass(frozen=True, slots=True)
class Sample:
    """
    A device of a run, and dates of it that are in the archive.
    """

    device: str
    first: str
    last: str


def sample_of(
    devices: Iterable[str], partitions: Collection[Partition]
) -> Sample | None:
    """
    The first device that has dates in the archive; None where none has.
    """
    dates: dict[str, list[str]] = {}
    for partition in partitions:
        if partition.date != DEFAULT_PARTITION:
            dates.setdefault(partition.device, []).append(partition.date)
    for device in sorted(devices):
        found = sorted(set(dates.get(partition_device(device), ())))
        if found:
            some = found[:SAMPLE_DATES_MAX]
            return Sample(device, some[0], some[-1])
    return None


def pasted(environment: Mapping[str, str], command: Path) -> Iterator[str]:
    """
    The lines that make a terminal one of this account.

    `command` is the `firn` that runs.
    """
    for names in _EXPORTED:
        yield _export({name: environment[name] for name in names})
    yield f"unset {' '.join(_UNSET)}"
    if "http" in getproxies() and not proxy_bypass(LOOPBACK):
        yield _export({"NO_PROXY": LOOPBACK, "no_proxy": LOOPBACK})
    found = shutil.which("firn")
    if found is None or Path(found).resolve() != command.resolve():
        # In quotes, or fish takes $PATH for several words.
        folder = shlex.quote(str(command.absolute().parent))
        yield f'export PATH={folder}:"$PATH"'


def tried(sample: Sample | None) -> Iterator[tuple[str, str]]:
    """
    Commands to try there, each with what it is for.
    """
    yield "firn status", "how the pipeline and its archive are"
    if sample is not None:
        device, first, last = sample.device, sample.first, sample.last
        which = f"--device {shlex.quote(device)} --from {first} --to {last}"
        yield (
            f"firn restore {which} --wait",
            "out of Glacier; its hours take a moment here",
        )
        yield f"firn query {which}", "the items of these days, once they are warm"
    yield "firn verify", "whether the archive is as it was written"


def _export(variables: Mapping[str, str]) -> str:
    pairs = (f"{name}={shlex.quote(value)}" for name, value in variables.items())
    return f"export {' '.join(pairs)}"
