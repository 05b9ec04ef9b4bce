"""
The packages that are like Lambda's run with nothing else that could be imported.
"""

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from infra.packages.plan import PACKAGES, Package
from tests.infra.packages.conftest import ROOT, Built

ALONE = Path(__file__).parent / "alone"

# What a deployment sets; that the values are right is not the matter here.
ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "DEVICE_DATA": "items",
    "APP_ENV": "Production",
    "RETENTION_DAYS": "365",
    "DELIVERY_STREAM": "expiries",
    "ARCHIVE_BUCKET": "archive",
    "LANDING_BUCKET": "landing",
    "GLUE_DATABASE": "firn",
    "SOURCE_TABLE": "items",
    "SOURCE_TTL_ATTRIBUTE": "expiredAt",
    "ROUTER_MAPPING": "6f8f2f3e-0000-4000-8000-000000000000",
}


def alone(script: str, *arguments: str) -> dict[str, object]:
    """
    What a script prints when nothing but the package can be imported.
    """
    done = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-I", "-S", str(ALONE / script), *arguments],
        cwd="/",
        env=ENVIRONMENT,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, object] = json.loads(done.stdout)
    return result


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_a_function_starts_cold_with_nothing_but_its_package(
    unpacked: Path, tmp_path: Path, package: Package
) -> None:
    """
    The handler is imported, settings are read and each AWS client is made.
    """
    shutil.copytree(unpacked / package.name, tmp_path / "task")

    result = alone("cold_start.py", str(tmp_path / "task"), f"{package.folder}.handler")

    assert result == {"numpy": False, "elsewhere": []}


def test_the_transform_converts_with_nothing_but_its_package(
    built: Built, unpacked: Path, tmp_path: Path
) -> None:
    """
    What was pruned is not missed: a frame becomes a Parquet file that reads back.
    """
    pyarrow = built.packages["host/transform.zip"]["distributions"]["pyarrow"]

    result = alone("convert.py", str(unpacked / "transform"), str(tmp_path / "scratch"))

    assert result == {
        "key": "items/device=d1/date=2024-11-14/00000001.parquet",
        "temperature": "21.50",
        "rest": {"odd": {"L": [{"BOOL": True}, {"N": "1E+125"}]}},
        "quarantined": True,
        "writer": {"firn": version("firn"), "pyarrow": pyarrow},
    }


@pytest.mark.slow
def test_the_conversions_own_tests_pass_with_the_packed_libraries(
    unpacked: Path,
) -> None:
    """
    Of pyarrow, DuckDB and the rest, what was pruned is not missed anywhere.
    """
    environment = {**os.environ, "PYTHONPATH": str(unpacked / "transform")}
    where = "import pyarrow, duckdb; print(pyarrow.__file__, duckdb.__file__)"
    tests = ("-m", "pytest", "tests/transforms/conversion", "-q", "-m", "not slow")

    for arguments in (("-c", where), (*tests, "-p", "no:cacheprovider")):
        done = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert done.returncode == 0, done.stdout
        if arguments[0] == "-c":
            assert done.stdout.count(str(unpacked)) == 2
