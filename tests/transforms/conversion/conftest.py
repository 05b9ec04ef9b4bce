from pathlib import Path

import pytest

from tests.transforms.conversion.made import Converter


@pytest.fixture
def converted(tmp_path: Path) -> Converter:
    """
    Converts landed objects in a scratch that goes with the test.
    """
    return Converter(tmp_path)
