import shlex

import pytest

from archive.keys import DEFAULT_PARTITION, Partition, partition_device
from ops.place import Place
from ops.restore_command import RestoreCommand

A, B = Partition("a", "2026-01-01"), Partition("b", "2026-02-01")


@pytest.mark.parametrize(
    ("partitions", "words"),
    [
        ([A], ["--device=a", "--from", "2026-01-01", "--to", "2026-01-01"]),
        (
            [B, A],
            ["--device=a", "--device=b", "--from", "2026-01-01", "--to", "2026-02-01"],
        ),
        ([A, Partition("a", DEFAULT_PARTITION)], ["--device=a"]),
        (
            [Partition(partition_device("it's"), "2026-01-01")],
            ["--device=it's", "--from", "2026-01-01", "--to", "2026-01-01"],
        ),
        (
            [Partition(partition_device("'"), "2026-01-01")],
            ["--from", "2026-01-01", "--to", "2026-01-01"],
        ),
        (
            [Partition(f"d{n}", "2026-01-01") for n in range(21)],
            ["--from", "2026-01-01", "--to", "2026-01-01"],
        ),
        (
            [Partition("-x; rm $HOME", "2026-01-01")],
            ["--device=-x; rm $HOME", "--from", "2026-01-01", "--to", "2026-01-01"],
        ),
    ],
)
def test_the_command_restores_what_is_unreadable(
    partitions: list[Partition], words: list[str]
) -> None:
    """
    As a shell reads it.

    Rows without a day are restored where no day is named; a hash is no id, and many
    devices are no command.
    """
    restore = RestoreCommand(
        place=Place(deployment="my firn", profile="p q", region="eu-west-1"),
        ids={partition_device("it's"): "it's"},
    )
    where = ["--deployment", "my firn", "--profile", "p q", "--region", "eu-west-1"]

    assert shlex.split(restore.of(partitions)) == [
        "firn",
        "restore",
        *words,
        *where,
    ]
    assert restore.of(partitions, wait=True).endswith(" --wait")
