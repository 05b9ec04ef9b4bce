import pytest

from ops.words import age

DAY, HOUR = 86_400, 3600


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 s"),
        (0, "0 s"),
        (59, "59 s"),
        (119, "119 s"),
        (120, "2 min"),
        (2 * HOUR - 1, "119 min"),
        (2 * HOUR, "2 h"),
        (2 * DAY - 1, "47 h"),
        (2 * DAY, "2 days"),
        (3_000 * DAY, "3,000 days"),
    ],
)
def test_an_age_has_one_unit(seconds: int, words: str) -> None:
    """
    The largest of which there are two.
    """
    assert age(seconds) == words
