import re
from pathlib import Path
from types import MappingProxyType

import pytest
import typer

from ops import prices
from ops.cli import app
from ops.restore.found import Found
from ops.restore.moves import Lifecycle
from ops.restore.plan import Wish
from ops.restore.quote import quote
from ops.restore.result import Outcome, result
from ops.restore.tiers import Tier
from ops.selection import Selection

PAGE = Path(__file__).parents[3] / "docs" / "RESTORING.md"


@pytest.fixture(scope="module")
def page() -> str:
    """
    The page about restoring.
    """
    return PAGE.read_text()


def test_every_key_of_the_json_is_documented(page: str) -> None:
    """
    And every outcome.
    """
    found = Found(
        files=MappingProxyType({}), stored={}, archive_objects=0, empty_devices=()
    )
    rules = Lifecycle(
        storage_class="GLACIER", after_days=45, size_min_bytes=0, expiry_days=None
    )
    wish = Wish(now=0, days=1, tier=Tier.BULK)
    made = result(quote(found, Selection(), wish, rules), Outcome.READABLE, None, None)
    table = page[page.index("| key | value |") :]
    keys = re.findall(
        r"`(\w+)`", " ".join(re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE))
    )

    assert set(keys) - {"key"} == set(made)
    assert all(f"`{outcome.value}`" in table for outcome in Outcome)
    assert all(f"`{key}`" in table for key in made["asked"])


def test_every_option_is_documented(page: str) -> None:
    """
    As the command line spells it.
    """
    command = typer.main.get_command(app)
    options = {
        option
        for parameter in command.commands["restore"].params  # type: ignore[attr-defined]
        for option in parameter.opts
    }

    assert "--max-cost" in options
    assert {it for it in options - {"--help"} if f"`{it}" not in page} == set()


def test_the_prices_of_the_page_are_those_of_the_command(page: str) -> None:
    """
    The tiers that cost something.
    """
    costs = page[page.index("## What it costs") : page.index("## Again")]
    for price in (
        *prices.RETRIEVAL_USD_PER_GB.values(),
        *prices.RETRIEVAL_USD_PER_1000_REQUESTS.values(),
    ):
        assert not price or str(price) in costs
