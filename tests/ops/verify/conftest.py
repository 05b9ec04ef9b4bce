import io
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from ops.ledger import Head
from ops.terminal import Terminal
from ops.verified import VerifyMode
from ops.verify.report import Report
from ops.verify.source import FolderArchive
from ops.verify.verification import Request, verify
from tests.ops.verify.made import NOVEMBER, copied, make

Verify = Callable[..., Report]


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    An archive of six entries; not to be changed.
    """
    folder = tmp_path_factory.mktemp("whole") / "archive"
    make(folder, tmp_path_factory.mktemp("scratch"))
    return folder


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    """
    A copy of it, to be damaged.
    """
    return copied(whole, tmp_path / "copy")


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
