import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import boto3
import pytest

from local_aws.served import Served
from tests.ops.restore.shelf import Shelf, Thing

FIRN = Path(sys.executable).with_name("firn")


def typed(
    environment: dict[str, str], answer: str, meanwhile: Callable[[], object] = bool
) -> tuple[int, str]:
    """
    The exit code and the screen of a restore at a terminal, and what is typed there.

    `meanwhile` happens while the question stands on the screen.
    """
    ours, theirs = pty.openpty()
    with subprocess.Popen(  # noqa: S603 - our own command
        [FIRN, "restore", "--device", "a"],
        env={**environment, "PATH": os.environ["PATH"], "COLUMNS": "80"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as running:
        os.close(theirs)
        screen = b""
        answered = False
        # At its end a terminal is an error on Linux.
        try:
            while block := os.read(ours, 4096):
                screen += block
                if not answered and b"[y/N]" in screen:
                    meanwhile()
                    os.write(ours, f"{answer}\n".encode())
                    answered = True
        except OSError:
            pass
    os.close(ours)
    return running.returncode, screen.decode()


@pytest.mark.parametrize(
    ("answer", "exit_code", "restores"), [("n", 2, 0), ("", 2, 0), ("y", 0, 1)]
)
def test_nothing_is_asked_of_s3_before_a_person_agrees(
    shelf: Shelf, answer: str, exit_code: int, restores: int
) -> None:
    """
    At a terminal the price is told, and only a yes spends it.
    """
    shelf.put([Thing(), Thing(device="b")])

    with Served(shelf.account) as served:
        code, screen = typed(served.environment("ANALYST"), answer)
        made = [call for call in served.calls if call.action == "s3:RestoreObject"]

    assert code == exit_code, screen
    assert "Ask S3 for 1 object, for up to 0.0001 USD?" in screen
    assert ("Nothing was asked for." in screen) == (not restores)
    assert len(made) == restores


def test_an_analyst_needs_no_more_than_their_policy(shelf: Shelf) -> None:
    """
    LIST and GET under items/ and ledger/, RestoreObject of items, one parameter.
    """
    shelf.put([Thing(), Thing(device="b")])
    bucket = f"arn:aws:s3:::{shelf.deployed.archive_bucket}"

    with Served(shelf.account) as served:
        typed(served.environment("ANALYST"), "y")
        calls = {(call.action, call.resource) for call in served.calls}
        prefixes = {
            call.context["s3:prefix"]
            for call in served.calls
            if call.action == "s3:ListBucket"
        }

    assert {action for action, _ in calls} == {
        "ssm:GetParameter",
        "s3:ListBucket",
        "s3:GetObject",
        "s3:RestoreObject",
    }
    for action, resource in calls:
        if action == "s3:GetObject":
            assert resource.startswith(f"{bucket}/ledger/")
        if action == "s3:RestoreObject":
            assert resource.startswith(f"{bucket}/items/")
    assert all(it.startswith(("items/", "ledger/")) for it in prefixes)


def test_what_somebody_else_asks_for_meanwhile_is_not_asked_for_again(
    shelf: Shelf,
) -> None:
    """
    A question can stand for hours; S3 would take a faster tier, and bill both.
    """
    shelf.put([Thing(), Thing(date="2023-01-02")])

    def asked_for_by_hand() -> None:
        boto3.client("s3").restore_object(
            Bucket=shelf.deployed.archive_bucket,
            Key=Thing().key,
            RestoreRequest={"Days": 7, "GlacierJobParameters": {"Tier": "Bulk"}},
        )

    with Served(shelf.account) as served:
        code, screen = typed(served.environment("ANALYST"), "y", asked_for_by_hand)
        made = [call for call in served.calls if call.action == "s3:RestoreObject"]

    assert code == 0, screen
    assert "asked for 1 object" in screen
    assert [call.resource.rsplit("/", 2)[1] for call in made] == ["date=2023-01-02"]
