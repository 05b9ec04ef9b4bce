from collections.abc import Iterator

import pytest

from tests.ops.restore.shelf import Shelf, shelved


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    """
    An empty shelf in an account of its own.
    """
    with shelved() as made:
        yield made
