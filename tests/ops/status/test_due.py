import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.status.due import due_at
from tests.ops.status.healthy import DAY, HOUR, NOW


@given(
    created_at=st.integers(0, NOW), number=st.integers(1, 48), seconds=st.integers(0)
)
def test_the_next_tick_is_the_first_one_after_now(
    created_at: int, number: int, seconds: int
) -> None:
    """
    Whole periods after the creation.
    """
    now = created_at + seconds
    due = due_at(f"rate({number} hours)", created_at, now)

    assert due is not None
    assert now < due <= now + number * HOUR
    assert (due - created_at) % (number * HOUR) == 0


@pytest.mark.parametrize(
    ("expression", "period"),
    [("rate(1 hour)", HOUR), ("rate(15 minutes)", 900), ("rate(1 day)", DAY)],
)
def test_a_rate_is_read_in_its_unit(expression: str, period: int) -> None:
    """
    One of it, or several.
    """
    assert due_at(expression, NOW, NOW) == NOW + period


@pytest.mark.parametrize(
    "expression", ["cron(0 * * * ? *)", "at(2025-01-01T00:00:00)", ""]
)
def test_what_is_no_rate_is_not_guessed(expression: str) -> None:
    """
    The expression itself is shown.
    """
    assert due_at(expression, NOW, NOW) is None
