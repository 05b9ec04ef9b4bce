"""
Packages as they are really built, and tiny ones in their likeness.
"""

import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from infra.packages.contents import Tree
from infra.packages.plan import PACKAGES

ROOT = Path(__file__).parents[3]


class Built:
    """
    What `make build` leaves.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        report = json.loads((folder / "packages.json").read_text())
        self.packages = {each["file"]: each for each in report["packages"]}

    def tree(self, file: str) -> Tree:
        with zipfile.ZipFile(self.folder / file) as package:
            return {entry.filename: package.read(entry) for entry in package.infolist()}


@pytest.fixture(scope="session")
def built() -> Built:
    """
    The real packages, made anew only where their inputs have changed.
    """
    subprocess.run(
        [sys.executable, "-m", "infra.packages"], cwd=ROOT, check=True, timeout=600
    )
    return Built(ROOT / "build")


@pytest.fixture(scope="session")
def unpacked(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    The host's packages as folders, as Lambda unpacks them.
    """
    folder = tmp_path_factory.mktemp("task")
    for name in (each.name for each in PACKAGES):
        with zipfile.ZipFile(built.folder / f"host/{name}.zip") as package:
            package.extractall(folder / name)
    return folder


class Index:
    """
    A folder of wheels that pip is told to use instead of an index.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder

    def add(
        self, name: str, files: Mapping[str, bytes], tag: str = "py3-none-any"
    ) -> str:
        """
        Put a wheel of version 1.0 there, and return the line that locks it.
        """
        about = f"{name}-1.0.dist-info"
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
        wheel = f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n"
        path = self.folder / f"{name}-1.0-{tag}.whl"
        with zipfile.ZipFile(path, "w") as file:
            for each, content in files.items():
                file.writestr(each, content)
            file.writestr(f"{about}/METADATA", metadata)
            file.writestr(f"{about}/WHEEL", wheel)
            file.writestr(f"{about}/RECORD", "")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        return f"{name}==1.0 --hash=sha256:{digest}\n"


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Index:
    """
    An index that pip finds by its ordinary settings, as it does a builder's own.
    """
    made = Index(tmp_path / "index")
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(made.folder))
    return made
