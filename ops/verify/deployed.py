"""
A deployment's archive, verified, and the record of it kept outside of the bucket.

Rule 1: the record holds the last head to which a whole chain led. A run that finds
the chain broken or cut leaves it, or the next run would find nothing.
Rule 2: only a run over all months is recorded, or one month's would quiet the
status that asks for the others.
Rule 3: whoever may not write the record may verify all the same.
"""

from dataclasses import replace

from botocore.exceptions import BotoCoreError

from archive.errors import ArchiveError, MisconfiguredError, UndeliveredError
from ops.connection import Connection
from ops.ledger import Head
from ops.output import Output
from ops.restore_command import RestoreCommand
from ops.verified import (
    Verified,
    read_verified,
    verified_parameter,
    write_verified,
)
from ops.verify.page import print_page
from ops.verify.report import Report
from ops.verify.source import BucketArchive
from ops.verify.verification import Request, verify


def verify_deployed(connection: Connection, request: Request, output: Output) -> Report:
    """
    Verify, tell, and keep the record.
    """
    facts = connection.deployment
    notes: list[str] = []
    before = _before(connection, notes)
    is_record_known = not notes
    report = verify(
        BucketArchive(connection.client("s3"), facts.archive_bucket),
        replace(
            request,
            now=connection.clock.now(),
            expiry_days=facts.archive_expiry_days,
            verified=None if before is None else before.head,
        ),
        output.terminal,
    )
    known = Head(0, None) if before is None else before.head
    record = Verified(
        at=connection.clock.now(),
        by=_caller(connection),
        mode=report.mode,
        head=report.head if report.is_whole else known,
        objects=report.tally.objects,
        findings=len(report.findings),
    )
    if report.month is not None:
        notes.append(f"not recorded as verified: only {report.month} was compared")
    elif is_record_known:
        _write(connection, record, notes)
    report = replace(
        report,
        notes=(*report.notes, *notes),
        restore=RestoreCommand(place=connection.place, ids={}).of(report.cold)
        if report.cold
        else None,
    )
    print_page(output, report)
    return report


def _before(connection: Connection, notes: list[str]) -> Verified | None:
    name = connection.deployment.name
    try:
        return read_verified(connection.client("ssm"), name)
    except MisconfiguredError as error:
        # A cut chain shows less surely then, and that is told.
        notes.append(f"not compared with {verified_parameter(name)}: {error}")
        return None


def _write(connection: Connection, record: Verified, notes: list[str]) -> None:
    # Only over what was read: the module makes the parameter, and what is not
    # understood may hold a head that must not be forgotten.
    try:
        write_verified(connection.client("ssm"), connection.deployment.name, record)
    except (MisconfiguredError, UndeliveredError) as error:
        notes.append(f"not recorded as verified: {error}")


def _caller(connection: Connection) -> str:
    # This asks for no permission (IAM: "GetCallerIdentity"). A network that does
    # not lead there is no reason to verify nothing.
    try:
        identity = connection.client("sts").get_caller_identity()
    except (ArchiveError, BotoCoreError):
        return "unknown"
    return str(identity["Arn"])
