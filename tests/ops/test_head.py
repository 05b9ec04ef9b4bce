"""
A ledger that was cut at its end, behind the backs of who reads it.
"""

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from rich.console import Console

from archive.errors import DamagedError
from archive.keys import ENTRIES, Partition, entry_key, file_list_key, item_key
from archive.ledger import chain_hash
from local_aws.scene import backend
from ops.connection import connect
from ops.head import read_to_its_end, refuse_later, verified_head
from ops.ledger import Head, read_ledger
from ops.objects import FolderObjects
from ops.place import Place
from ops.terminal import Terminal
from ops.verified import Verified, VerifyMode, encode_verified, verified_parameter
from tests.ops.query.conftest import Desk, seated

QUIET = Terminal(Console(quiet=True))
QUERY = ("query", "SELECT count(*) AS n FROM items WHERE device = 'a'")
COMMANDS = (
    (*QUERY, "--engine", "duckdb"),
    QUERY,
    ("restore", "--device", "a", "--yes"),
)


@pytest.fixture
def desk() -> Iterator[Desk]:
    """
    A desk of one's own.
    """
    with seated() as sat:
        yield sat


def entries(desk: Desk) -> list[str]:
    """
    The keys of the entries.
    """
    stored = backend("s3").buckets[desk.deployed.archive_bucket].keys
    return sorted(key for key in stored if key.startswith(ENTRIES))


def cut(desk: Desk, key: str) -> None:
    """
    Delete an object of the archive.
    """
    backend("s3").delete_object(desk.deployed.archive_bucket, key)


def verified_as(head: Head) -> None:
    """
    Let an auditor have verified the archive when this was its head.
    """
    record = Verified(
        at=0,
        by="auditor",
        mode=VerifyMode.LISTING,
        head=head,
        objects=1,
        findings=0,
    )
    boto3.client("ssm").put_parameter(
        Name=verified_parameter("firn"), Value=encode_verified(record), Overwrite=True
    )


def test_the_hash_of_each_entry_is_that_of_its_bytes(whole: Path) -> None:
    """
    As the next one names it, and of the last one as it is stored.
    """
    ledger = read_ledger(FolderObjects(whole), QUIET)

    for n in range(1, 7):
        assert ledger.sha256_of(n) == chain_hash((whole / entry_key(n)).read_bytes())
    assert (ledger.sha256_of(0), ledger.sha256_of(7)) == (None, None)


@pytest.mark.parametrize("kept", range(1, 5))
def test_file_lists_of_entries_that_are_gone_show_the_cut(
    copy: Path, kept: int
) -> None:
    """
    Nobody verified before, and the cut is of two entries or more.
    """
    for n in range(kept + 1, 7):
        (copy / entry_key(n)).unlink()

    with pytest.raises(DamagedError, match=f"{file_list_key(6)}.*firn verify"):
        read_to_its_end(FolderObjects(copy), QUIET, None)


def test_what_is_one_after_the_last_entry_may_be_under_way(copy: Path) -> None:
    """
    A run writes its file list before its entry: only what was verified tells more.
    """
    sha256 = chain_hash((copy / entry_key(6)).read_bytes())
    (copy / entry_key(6)).unlink()
    objects = FolderObjects(copy)

    assert read_to_its_end(objects, QUIET, None).head.n == 5
    with pytest.raises(DamagedError, match=f"{entry_key(6)}: gone.*firn verify"):
        read_to_its_end(objects, QUIET, Head(6, sha256))


@pytest.mark.parametrize("n", range(7))
def test_a_ledger_that_grew_since_it_was_verified_is_whole(whole: Path, n: int) -> None:
    """
    Every head that it ever had is still in it; none at all is the empty one's.
    """
    ledger = read_ledger(FolderObjects(whole), QUIET)
    head = Head(n, ledger.sha256_of(n))

    assert read_to_its_end(FolderObjects(whole), QUIET, head) == ledger


@pytest.mark.parametrize("n", range(1, 7))
def test_another_entry_than_the_verified_one_is_damage(whole: Path, n: int) -> None:
    """
    Rewritten together with all that follow, the chain is whole in itself.
    """
    with pytest.raises(DamagedError, match=f"{entry_key(n)}: not the entry"):
        read_to_its_end(FolderObjects(whole), QUIET, Head(n, "0" * 64))


def test_an_entry_that_came_meanwhile_is_no_sign(whole: Path) -> None:
    """
    The ledger was read, two entries came, and then the items were listed.
    """
    objects = FolderObjects(whole)
    key = item_key(Partition("a", "2026-01-01"), 6)

    refuse_later(objects, Head(4, "-"), [key])
    with pytest.raises(DamagedError, match="made by entry 8"):
        refuse_later(objects, Head(4, "-"), [key.replace("06.", "08.")])
    # A name that the archive does not give.
    refuse_later(objects, Head(4, "-"), [f"{key}.copy"])


def test_both_commands_refuse_a_ledger_that_was_cut(desk: Desk) -> None:
    """
    By what later entries left behind, whatever of it is asked for.
    """
    for words in COMMANDS:
        assert desk.firn(*words).exit_code == 0
    for key in entries(desk)[1:]:
        cut(desk, key)

    for words in COMMANDS:
        ran = desk.firn(*words)
        assert (ran.exit_code, ran.stdout) == (1, ""), words
        assert "entries were cut off" in ran.stderr.splitlines()[-1]
        assert "firn verify" in ran.stderr.splitlines()[-1]


def test_objects_alone_show_the_cut_where_the_file_lists_went_too(desk: Desk) -> None:
    """
    In the partitions that a query or a restore looks at.
    """
    last = len(entries(desk))
    partition = Partition("a", desk.keys("a")[0].split("date=")[1].split("/")[0])
    backend("s3").put_object(
        desk.deployed.archive_bucket, item_key(partition, last + 2), b"x"
    )

    for words in COMMANDS:
        ran = desk.firn(*words)
        assert ran.exit_code == 1, words
        assert f"{item_key(partition, last + 2)}: made by entry" in ran.stderr


def test_one_entry_less_than_was_verified_is_refused(desk: Desk) -> None:
    """
    The verified record is out of the bucket: `firn verify` wrote it.
    """
    assert desk.firn("verify").exit_code == 0
    last = entries(desk)[-1]
    cut(desk, last)

    for words in COMMANDS:
        ran = desk.firn(*words)
        assert (ran.exit_code, ran.stdout) == (1, ""), words
        assert ran.stderr.splitlines()[-1].startswith(f"firn: {last}: gone: ")
        assert "firn verify" in ran.stderr.splitlines()[-1]


def test_another_chain_than_was_verified_is_refused(desk: Desk) -> None:
    """
    Of the same length, and with other bytes.
    """
    verified_as(Head(1, "0" * 64))

    for words in COMMANDS:
        ran = desk.firn(*words)
        assert ran.exit_code == 1, words
        assert f"{entry_key(1)}: not the entry" in ran.stderr


def test_who_may_not_see_what_was_verified_goes_on(desk: Desk) -> None:  # noqa: ARG001 - the account is entered
    """
    Refused as AWS does it, and nothing is said: an analyst of an older module.
    """
    verified_as(Head(99, "0" * 64))
    connection = connect(Place(deployment="firn"))
    assert verified_head(connection, QUIET) == Head(99, "0" * 64)

    answer = {"Error": {"Code": "AccessDeniedException", "Message": "no"}}
    connection.client("ssm").meta.events.register(
        "before-call.ssm.GetParameter",
        lambda **_: (AWSResponse("", 400, HTTPHeaders(), None), answer),
    )
    assert verified_head(connection, QUIET) is None


def test_a_record_that_is_not_there_is_told(desk: Desk) -> None:
    """
    An older module made none; the commands go on.
    """
    name = verified_parameter("firn")
    boto3.client("ssm").delete_parameter(Name=name)

    for words in COMMANDS:
        ran = desk.firn(*words)
        assert ran.exit_code == 0, words
        assert f"not compared with what was verified: {name}" in ran.stderr
