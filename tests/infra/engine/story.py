"""
What happened to an archive in which columns were declared late.

Terraform makes the catalogue, the transform's own conversion writes the files:
first as entry 1 without declared columns, then the same lines as entry 2 with.
"""

from dataclasses import dataclass
from typing import Any

import boto3

from tests.infra.engine.scene import VIEWS, Scene
from tests.infra.engine.values import DECLARED, images
from tests.transforms.conversion.made import line

CREATED_AT = 1_700_000_000_000  # 2023-11-14 22:13:20 in UTC, the 15th in Tokyo

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """
    An archive in which columns were declared late, and what was seen before.
    """

    scene: Scene
    empty: dict[str, Rows]
    undeclared: dict[str, int]
    partitions_before: list[Any]
    partitions_after: list[Any]
    older: Rows
    newer: Rows


def tell(made: Scene) -> Story:
    """
    No columns, then files, then columns, then the same files again.
    """
    empty = {view: made.query(f"SELECT * FROM {{{view}}}") for view in VIEWS}  # noqa: S608 - our own names
    grid = [
        line({**image_of("grid"), **image}, str(number))
        for number, image in enumerate(images(), 1)
    ]
    twins = [line({**image_of("twins"), **image}, "1") for image in images()]
    before = line({**image_of("before"), "Temperature": {"N": "1.5"}}, "1")
    made.store(1, [*grid, *twins, before])
    undeclared = {
        view: made.query(f"SELECT count(*) AS n FROM {{{view}}} WHERE device = 'twins'")  # noqa: S608 - our own names
        for view in VIEWS
    }
    partitions = _partitions()
    made.deploy(DECLARED)
    return Story(
        scene=made,
        empty=empty,
        undeclared={view: rows[0]["n"] for view, rows in undeclared.items()},
        partitions_before=partitions,
        partitions_after=_partitions(),
        older=made.query("SELECT * FROM {items} WHERE device = 'grid'"),
        newer=[
            row for row in made.store(2, [*grid, *twins]) if row["device_id"] == "grid"
        ],
    )


def image_of(device: str) -> dict[str, object]:
    """
    The least image of a device.
    """
    return {"deviceID": {"S": device}, "createdAt": {"N": str(CREATED_AT)}}


def _partitions() -> list[Any]:
    glue = boto3.client("glue")
    return glue.get_partitions(DatabaseName="firn", TableName="archive")["Partitions"]
