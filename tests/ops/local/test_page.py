import io
from dataclasses import fields
from pathlib import Path

import pytest
from rich.console import Console

from ops.local.page import Setting, print_page
from ops.local.summary import Summary


def _summary(**changes: int) -> Summary:
    large = {field.name: 123_456_789_012 for field in fields(Summary)}
    return Summary(**(large | {"lost": 0} | changes))


def _setting(**changes: object) -> Setting:
    values: dict[str, object] = {
        "devices": 1,
        "first_day": "2021-03-01",
        "last_day": "2021-03-07",
        "seconds": 21.4,
        "refused_frames": 0,
        "alarms": {},
        "unfinished": (),
        "kept": None,
    }
    return Setting(**(values | changes))  # type: ignore[arg-type]


def _page(summary: Summary, setting: Setting) -> str:
    file = io.StringIO()
    print_page(Console(file=file, width=80, highlight=False), summary, setting)
    return file.getvalue()


def test_the_page_fits_80_columns_however_large_the_numbers() -> None:
    """
    And every number of the summary is on it.
    """
    page = _page(_summary(), _setting(refused_frames=1_000_000))

    assert max(map(len, page.splitlines())) <= 80
    assert page.count("123,456,789,012") >= len(fields(Summary)) - 2
    assert "  lost: 0\n" in page


def test_the_page_says_how_small_an_item_is() -> None:
    """
    Beside its JSON, which is what the system before kept.
    """
    page = _page(_summary(expired=10, archive_bytes=200, json_bytes=3_000), _setting())

    assert "20.0 an item; as JSON 300.0, 15.0 times that" in page


def test_an_empty_archive_has_no_bytes_an_item() -> None:
    """
    Nothing is divided by nothing.
    """
    assert "an item" not in _page(_summary(expired=0, archive_bytes=0), _setting())


@pytest.mark.parametrize(
    ("summary", "setting"),
    [
        (_summary(lost=3), _setting()),
        (_summary(), _setting(unfinished=("2 items never expired",))),
    ],
)
def test_what_went_wrong_stands_beside_the_verdict(
    summary: Summary, setting: Setting
) -> None:
    """
    With what to do about it.
    """
    page = _page(summary, setting)

    assert f"lost: {summary.lost}" in page
    assert all(trouble in page for trouble in setting.unfinished)
    assert "please report it" in page


def test_alarms_are_told_with_their_number() -> None:
    """
    They are no loss, but an operator would have been woken.
    """
    page = _page(_summary(), _setting(alarms={"firn-router failed: boom": 1_234}))

    assert "1,234 x firn-router failed: boom" in page
    assert "please report it" not in page


def test_the_kept_files_are_where_to_look_next() -> None:
    """
    With what opens them.
    """
    page = _page(_summary(), _setting(kept=Path("out")))

    assert "out/archive/items/*/*/*.parquet" in page
    assert "out/dead-letters.jsonl" in page
    assert "--keep DIR" not in page


def test_a_long_path_is_not_broken() -> None:
    """
    It is there to be copied, also where that is wider than the page.
    """
    folder = "/data/" + "x" * 90

    assert f"{folder}/dead-letters.jsonl\n" in _page(
        _summary(), _setting(kept=Path(folder))
    )
