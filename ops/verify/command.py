"""
`firn verify`: whether the archive is what its ledger says.

Rule 1: this file knows the command line's words and where an archive is; what is
compared is verification.py's.
"""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from archive.errors import MisconfiguredError
from ops.exit_code import ExitCode
from ops.flags import DEFAULT_DEPLOYMENT, Deployment, Json, Profile, Region
from ops.output import Output
from ops.place import Place
from ops.verify.flags import Checksums, Copy, Deep, Month

if TYPE_CHECKING:
    from ops.verify.report import Report
    from ops.verify.verification import Request

EXAMPLES = """
Examples:

  firn verify

  firn verify --month 2026-10 --checksums

  firn verify --deep --json > verified.json

  aws s3 sync s3://BUCKET copy && firn verify --copy copy
"""


def verify(  # noqa: PLR0913 - typer reads the options from the parameters
    *,
    month: Month = None,
    checksums: Checksums = False,
    deep: Deep = False,
    copy: Copy = None,
    deployment: Deployment = DEFAULT_DEPLOYMENT,
    profile: Profile = None,
    region: Region = None,
    json: Json = False,
) -> None:
    """
    Compare the archive with its ledger, and find what is not as it should be.

    Walks the chain of entries to its end and compares every object by what a
    listing shows: size and MD5. Finds what is missing, altered, extra, doubled
    or gone before its time, and a chain that is broken or cut. Exit code 0:
    nothing found; 1: something was.
    """
    # Here and not at the top: pyarrow and boto3 take a second, which --help and
    # a misspelt option should not wait for.
    from ops.verified import VerifyMode  # noqa: PLC0415
    from ops.verify.verification import Request  # noqa: PLC0415
    from ops.verify.window import parse_month  # noqa: PLC0415

    if month is not None:
        parse_month(month)
    mode = VerifyMode.CHECKSUMS if checksums else VerifyMode.LISTING
    mode = VerifyMode.DEEP if deep else mode
    output = Output(json=json)
    request = Request(mode=mode, month=month, now=int(time.time()), asks=checksums)
    if copy is not None:
        report = _of_copy(copy, request, output)
    else:
        place = Place(deployment=deployment, profile=profile, region=region)
        report = _of_deployment(place, request, output)
    output.result(report.json())
    if any(finding.kind.is_damage for finding in report.findings):
        raise typer.Exit(ExitCode.ACT)
    if report.findings:
        raise typer.Exit(ExitCode.USAGE)


def _of_copy(folder: Path, request: "Request", output: Output) -> "Report":
    from ops.verify.page import print_page  # noqa: PLC0415 - as above
    from ops.verify.source import FolderArchive  # noqa: PLC0415
    from ops.verify.verification import verify as verified  # noqa: PLC0415

    if not any((folder / name).is_dir() for name in ("ledger", "items")):
        inner = folder / "archive"
        better = f"; --copy {inner} does" if (inner / "ledger").is_dir() else ""
        msg = f"--copy {folder}: holds neither ledger/ nor items/{better}"
        raise MisconfiguredError(msg)
    report = verified(FolderArchive(folder), request, output.terminal)
    print_page(output, report)
    return report


def _of_deployment(place: Place, request: "Request", output: Output) -> "Report":
    from ops.connection import connect  # noqa: PLC0415 - as above
    from ops.verify.deployed import verify_deployed  # noqa: PLC0415

    return verify_deployed(connect(place), request, output)
