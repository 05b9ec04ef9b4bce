"""
What stands between a query and its answer, and the command that is told.
"""

import pytest

from archive.errors import ColdError, DamagedError, UndeliveredError
from archive.files import FileRecord
from archive.keys import Partition, item_key
from ops.objects import Restored, Stored
from ops.place import Place
from ops.query.refusal import obstacles, refusal
from ops.query.survey import Seen, Survey, survey
from ops.restore_command import RestoreCommand
from ops.warmth import Warmth

NOW = 1_000_000
HOUR = 3600
A, B = Partition("a", "2026-01-01"), Partition("b", "2026-02-01")


def record(partition: Partition, n: int = 1) -> FileRecord:
    """
    A file of a partition.
    """
    return FileRecord(
        key=item_key(partition, n),
        partition=partition,
        rows=1,
        bytes=10,
        sha256="",
        md5="",
        first_created_at=None,
        last_created_at=None,
        first_deleted_at=0,
        last_deleted_at=0,
    )


def stored(
    key: str,
    *,
    archived: bool = False,
    restored: Restored | None = None,
    size: int = 10,
) -> Stored:
    """
    An object as a listing has it.
    """
    return Stored(
        key=key,
        bytes=size,
        etag="",
        modified_at=0,
        storage_class="GLACIER" if archived else "STANDARD",
        restored=restored,
    )


def found(*there: Stored, registered: tuple[Partition, ...] = (A, B)) -> Survey:
    """
    What is found of one file in each of two partitions.
    """
    files = {it.key: it for it in (record(A), record(B))}
    return survey(
        Seen(
            now=NOW,
            until=NOW + HOUR,
            files=files,
            stored={it.key: it for it in there},
            locations={it: it.prefix for it in registered},
        )
    )


KEY_A, KEY_B = record(A).key, record(B).key
RESTORE = RestoreCommand(place=Place(deployment="firn"), ids={})


@pytest.mark.parametrize(
    ("restored", "state"),
    [
        (None, Warmth.COLD),
        (Restored(None), Warmth.WARMING),
        (Restored(NOW), Warmth.COLD),
        (Restored(NOW + HOUR - 1), Warmth.LUKEWARM),
        (Restored(NOW + HOUR), None),
    ],
)
def test_a_copy_must_be_there_for_an_hour(
    restored: Restored | None, state: Warmth | None
) -> None:
    """
    As long as Athena may take, and it would leave out what is gone before.
    """
    seen = found(stored(KEY_A), stored(KEY_B, archived=True, restored=restored))

    assert dict(seen.unreadable) == ({} if state is None else {KEY_B: state})
    assert seen.whole is (state is None)
    if state is not None:
        error = refusal(seen, RESTORE)
        assert isinstance(error, ColdError)
        assert (
            f"1 of 2 objects that the query touches cannot be read (1 {state.value})"
            in str(error)
        )


def test_damage_is_told_before_all_else() -> None:
    """
    A missing object, or one of another size: no restore brings it back.
    """
    for there in ((), (stored(KEY_A, size=11),)):
        seen = found(stored(KEY_B, archived=True), *there)
        assert seen.missing == (KEY_A,)
        assert isinstance(refusal(seen, RESTORE), DamagedError)


def test_what_glue_does_not_know_is_told() -> None:
    """
    Athena would leave the partition out.
    """
    seen = found(stored(KEY_A), stored(KEY_B), registered=(A,))

    assert seen.unregistered == (B,)
    assert isinstance(refusal(seen, RESTORE), UndeliveredError)


def test_a_partition_that_is_registered_at_another_place_is_told() -> None:
    """
    It may hold no object of its own: Athena would read those of another one twice.
    """
    empty = Partition("c", "2026-01-01")
    seen = survey(
        Seen(
            now=NOW,
            until=NOW + HOUR,
            files={KEY_A: record(A)},
            stored={KEY_A: stored(KEY_A)},
            locations={A: A.prefix, B: B.prefix, empty: A.prefix},
        )
    )

    assert seen.unregistered == (empty,)
    assert not seen.whole
    assert isinstance(refusal(seen, RESTORE), UndeliveredError)


def test_a_stranger_counts_only_where_athena_reads() -> None:
    """
    In a registered partition, however deep; not what is hidden or empty.
    """
    strangers = [
        stored(f"{A.prefix}deep/er.parquet"),
        stored(f"{A.prefix}_SUCCESS"),
        stored(f"{A.prefix}.hidden"),
        stored(f"{A.prefix}folder/", size=0),
        stored("items/device=c/date=2026-01-01/x.parquet"),
    ]
    seen = found(stored(KEY_A), stored(KEY_B), *strangers)

    assert seen.strangers == (f"{A.prefix}deep/er.parquet",)
    assert isinstance(refusal(seen, RESTORE), UndeliveredError)


def test_only_the_first_few_are_named() -> None:
    """
    And how many more there are.
    """
    files = {it.key: it for it in (record(A, n) for n in range(1, 9))}
    seen = Seen(
        now=NOW,
        until=NOW,
        files=files,
        stored={key: stored(key, archived=True) for key in files},
        locations=None,
    )
    told = list(obstacles(survey(seen)))

    assert told[0] == "cannot be read: 8 of 8 objects"
    assert told[-1] == "  ... and 3 more"
    assert len(told) == 7
