"""
A package holds its hop and archive, and the AWS services that they name.
"""

from importlib.metadata import version
from pathlib import Path

import pytest

from infra.packages.errors import PackageError
from infra.packages.plan import PACKAGES, Package
from infra.packages.project import project_tree, services

ROOT = Path(__file__).parents[3]
ABOUT = f"firn-{version('firn')}.dist-info"


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_a_package_has_its_own_hop_and_no_other(package: Package) -> None:
    """
    Neither another hop nor the command nor the emulator reaches AWS.
    """
    tree = project_tree(ROOT, package.folder)
    folders = {path.split("/")[0] for path in tree}

    assert folders == {package.folder, "archive", ABOUT}
    assert f"{package.folder}/handler.py" in tree


def test_the_metadata_names_the_version() -> None:
    """
    Entries of the ledger say which version wrote them, from this file.
    """
    metadata = project_tree(ROOT, "ingest")[f"{ABOUT}/METADATA"].decode()

    assert f"\nName: firn\nVersion: {version('firn')}\n" in metadata


def test_services_are_read_from_the_sources() -> None:
    """
    The list of models to keep is as long as the list of clients made.
    """
    tree = {
        "a/handler.py": b'import boto3\ns3 = boto3.client("s3", config=1)\n',
        "a/deep/other.py": b'def f():\n    return boto3.client("glue")\n',
        "a/notes.txt": b'boto3.client("ec2")',
    }

    assert services(tree) == {"s3", "glue"}


@pytest.mark.parametrize(
    "call",
    [
        "boto3.client(name)",
        'boto3.resource("s3")',
        "boto3.Session()",
        'boto3.client(service_name="s3")',
    ],
)
def test_a_client_that_cannot_be_read_is_refused(call: str) -> None:
    """
    Its models would be missing, and only the first invocation would say so.
    """
    tree = {"a/handler.py": f"import boto3\n\nx = {call}\n".encode()}

    with pytest.raises(PackageError, match=r"^a/handler\.py:3: "):
        services(tree)


def test_a_hop_without_sources_is_refused(tmp_path: Path) -> None:
    """
    An empty package would deploy well and never run.
    """
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())

    with pytest.raises(PackageError, match=r"^archive: no sources there$"):
        project_tree(tmp_path, "ingest")
