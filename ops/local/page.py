"""
The summary as a person likes to read it, in 80 columns.

Rule 1: the page only says what the summary and its setting hold; it counts
nothing itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

from ops.local.summary import Summary
from ops.words import counted

Row = tuple[str, int, str]

# The rest of a long list says no more than its beginning.
TROUBLES_SHOWN_MAX = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """
    Under which circumstances a run came to its summary.

    `kept` is None where the archive was not left in a folder; `served` says that
    the account stays. `alarms` counts what an operator would have been woken for,
    `unfinished` says what is not as it must be at the end; both in words.
    """

    devices: int
    first_day: str
    last_day: str
    seconds: float
    refused_frames: int
    alarms: Mapping[str, int]
    unfinished: Sequence[str]
    kept: Path | None
    served: bool = False


def print_page(console: Console, summary: Summary, setting: Setting) -> None:
    """
    Print the summary, the verdict, and where to look next.
    """
    console.print()
    console.print(Text(_title(summary, setting), style="bold"))
    for name, rows in _sections(summary, setting):
        console.print()
        console.print(Text(f"  {name}", style="dim"))
        for row in rows:
            console.print(_row(*row))
    console.print()
    for alarm, times in setting.alarms.items():
        console.print(Text(f"  {times:,} x {alarm}", style="yellow"), soft_wrap=True)
    for trouble in setting.unfinished[:TROUBLES_SHOWN_MAX]:
        console.print(Text(f"  {trouble}", style="bold red"), soft_wrap=True)
    console.print(_verdict(summary))
    for line in _next(summary, setting):
        # A long path stays one path.
        console.print(line, soft_wrap=True)


def _title(summary: Summary, setting: Setting) -> str:
    messages = counted(summary.messages, "message")
    devices = counted(setting.devices, "device")
    return (
        f"{messages} of {devices}, from {setting.first_day} to "
        f"{setting.last_day}, in {setting.seconds:.0f} s"
    )


def _sections(summary: Summary, setting: Setting) -> Iterator[tuple[str, list[Row]]]:
    yield (
        "ingest",
        [
            ("messages in", summary.messages, ""),
            ("dropped", summary.dropped_by_app_env, "of another APP_ENV"),
            ("dead letters", summary.dead_letters, "messages no item can be made of"),
            ("nulls skipped", summary.skipped_nulls, "in lists"),
            ("items stored", summary.items_written, ""),
            ("overwritten", summary.items_overwritten, "same device and createdAt"),
            ("expired", summary.expired, "deleted by time to live"),
        ],
    )
    yield (
        "landing",
        [
            ("lines", summary.lines, "one expired item each, doubles included"),
            ("frames", summary.frames, _refusals(setting)),
            ("landed objects", summary.landed_objects, ""),
        ],
    )
    yield (
        "archive",
        [
            ("Parquet files", summary.files, "one per device and date"),
            ("in GLACIER", summary.glacier_objects, _cold(summary)),
            ("rows", summary.rows, ""),
            ("doubles dropped", summary.doubles_dropped, "before writing"),
            ("doubles kept", summary.doubles_kept, "items_distinct shows one of each"),
            ("quarantined", summary.quarantined, "lines that can never be rows"),
            ("damaged ranges", summary.damaged_ranges, ""),
            ("bytes", summary.archive_bytes, _ratio(summary)),
        ],
    )


def _refusals(setting: Setting) -> str:
    if not setting.refused_frames:
        return ""
    return f"{setting.refused_frames:,} times refused and sent again"


def _cold(summary: Summary) -> str:
    if summary.glacier_objects == summary.files:
        return "all of them"
    return f"{summary.files - summary.glacier_objects:,} are not there yet"


def _ratio(summary: Summary) -> str:
    if not summary.expired or not summary.archive_bytes:
        return ""
    ours = summary.archive_bytes / summary.expired
    json = summary.json_bytes / summary.expired
    return f"{ours:.1f} an item; as JSON {json:.1f}, {json / ours:.1f} times that"


def _row(name: str, number: int, remark: str) -> Text:
    row = Text(f"  {name:<16}{number:>14,}")
    return row.append(f"  {remark}", style="dim") if remark else row


def _verdict(summary: Summary) -> Text:
    if summary.lost:
        return Text(f"  lost: {summary.lost:,}", style="bold red")
    return Text("  lost: 0", style="bold green")


def _next(summary: Summary, setting: Setting) -> Iterator[Text]:
    if summary.lost or setting.unfinished:
        yield Text("  Something is wrong with Firn itself: please report it, with the")
        yield Text("  command you ran. The same seed loses the same items again.")
    yield Text()
    yield Text("  Where to look next", style="dim")
    if setting.kept is None:
        yield Text("  firn local --keep DIR       leaves the archive as plain files")
    else:
        glob = setting.kept / "archive" / "items" / "*" / "*" / "*.parquet"
        yield Text(f"  {glob}")
        yield Text("    open these with DuckDB: select * from read_parquet('...')")
        yield Text(f"  {setting.kept / 'dead-letters.jsonl'}")
        yield Text("    the messages no item can be made of, as they were sent")
    if not setting.served:
        yield Text("  firn local --keep-running   stays, for status, restore, query")
    yield Text("  firn local --help           other fleets, your messages, troubles")
    yield Text("  docs/FORMAT.md              what every byte of the archive means")
