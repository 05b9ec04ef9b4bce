"""
Which packages there are, and how large each may become.

Rule 1: Lambda's limits and our own stand here and nowhere else.
"""

from dataclasses import dataclass

from infra.packages.errors import PackageError

MIB = 1024 * 1024

# Lambda's own: a function that passes the first is refused, and one that passes
# the second cannot be uploaded in the request but only through S3.
UNZIPPED_BYTES_MAX = 250 * MIB
DIRECT_BYTES_MAX = 50 * MIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """
    One function's package: its hop's folder and the extra of that name.
    """

    name: str
    folder: str
    # Ours, for AWS: a tenth above what it is, so that growth is a decision.
    zipped_max: int
    unzipped_max: int

    @property
    def lock(self) -> str:
        """
        The file that names every distribution in it, with hashes.
        """
        return f"requirements/{self.name}.txt"


PACKAGES = (
    Package(
        name="ingest",
        folder="ingest",
        zipped_max=3 * MIB,
        unzipped_max=8 * MIB,
    ),
    Package(
        name="router",
        folder="stream_router",
        zipped_max=3 * MIB,
        unzipped_max=8 * MIB,
    ),
    Package(
        name="transform",
        folder="transforms",
        zipped_max=57 * MIB,
        unzipped_max=168 * MIB,
    ),
)


def check_size(package: Package, zipped: int, unzipped: int) -> None:
    """
    Refuse what Lambda would refuse, and what has grown unnoticed.
    """
    bounds = (
        ("unzipped", unzipped, UNZIPPED_BYTES_MAX, "Lambda's limit"),
        ("unzipped", unzipped, package.unzipped_max, "the bound in plan.py"),
        ("zipped", zipped, package.zipped_max, "the bound in plan.py"),
    )
    for what, actual, bound, whose in bounds:
        if actual > bound:
            msg = f"{package.name}: {actual:,} bytes {what}, above {whose} of {bound:,}"
            raise PackageError(msg)


def upload(zipped: int) -> str:
    """
    How a package reaches Lambda: in the request itself, or by way of S3.
    """
    return "direct" if zipped <= DIRECT_BYTES_MAX else "s3"
