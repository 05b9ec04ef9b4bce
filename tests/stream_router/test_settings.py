"""
What the router is told, and what it says when it is not told.
"""

import pytest

from archive.errors import MisconfiguredError
from stream_router.settings import read_settings


def test_the_delivery_stream_comes_from_the_environment() -> None:
    """
    DELIVERY_STREAM, and nothing else.
    """
    settings = read_settings({"DELIVERY_STREAM": "expired-items", "OTHER": "x"})
    assert settings.delivery_stream == "expired-items"


@pytest.mark.parametrize("environment", [{}, {"DELIVERY_STREAM": ""}])
def test_a_name_that_is_not_set_is_named(environment: dict[str, str]) -> None:
    """
    There is no default: items would go elsewhere, or nowhere.
    """
    with pytest.raises(MisconfiguredError, match="not set: DELIVERY_STREAM"):
        read_settings(environment)
