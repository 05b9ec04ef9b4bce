import io
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from rich.console import Console

from local_aws.account import Account
from local_aws.deploy import Deployment, deploy
from ops import connection
from ops.ledger import Head
from ops.terminal import Terminal
from ops.verified import VerifyMode, verified_parameter
from ops.verify.report import Report
from ops.verify.source import FolderArchive
from ops.verify.verification import Request, verify
from tests.ops.verify.deployed import Archived, Refusal, Refuse
from tests.ops.verify.made import NOVEMBER, keys_in

Verify = Callable[..., Report]


@pytest.fixture(scope="session")
def verified() -> Verify:
    """
    Verifies a folder.
    """

    def run(
        folder: Path,
        mode: VerifyMode = VerifyMode.LISTING,
        month: str | None = None,
        before: Head | None = None,
    ) -> Report:
        terminal = Terminal(Console(file=io.StringIO()))
        request = Request(mode=mode, now=NOVEMBER, month=month, verified=before)
        return verify(FolderArchive(folder), request, terminal)

    return run


@pytest.fixture(scope="module")
def deployment() -> Iterator[Archived]:
    """
    A deployment that has archived nothing yet.
    """
    with Account(start_at=NOVEMBER) as account:
        yield Archived(account, deploy(Deployment(retention_days=1)))


@pytest.fixture
def archived(deployment: Archived, whole: Path) -> Archived:
    """
    The archive of six entries in its bucket, in STANDARD still, never verified.
    """
    deployment.hold({key: (whole / key).read_bytes() for key in keys_in(whole)})
    boto3.client("ssm").put_parameter(
        Name=verified_parameter("firn"),
        Type="String",
        Value='{"format":1}',
        Overwrite=True,
    )
    return deployment


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch) -> Refuse:
    """
    Makes AWS refuse an operation to the command, where its clients hear it.
    """
    original = connection._client  # noqa: SLF001 - the one place that makes clients

    def arm(refusal: Refusal) -> None:
        answer = {"Error": {"Code": refusal.code, "Message": ""}}
        status = SimpleNamespace(status_code=refusal.status)

        def client(session: Any, service: str, region: str | None) -> Any:  # noqa: ANN401 - as there
            made = original(session, service, region)
            if service == refusal.service:
                made.meta.events.register_first(
                    f"before-call.{service}.{refusal.operation}",
                    lambda **_: (status, answer | {"ResponseMetadata": {}}),
                )
            return made

        monkeypatch.setattr(connection, "_client", client)

    return arm
