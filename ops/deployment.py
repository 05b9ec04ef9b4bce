"""
The facts of one deployment, as the module has written them down.

Rule 1: the SSM parameter /firn/NAME is where a deployment says what belongs to
it (infra/deployment.tf); nothing is guessed from its name.
Rule 2: a format that is not known is refused. A key that is not known is left
alone: the module may have learned something since.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, get_type_hints

from archive.contract import CreatedAtUnit, Source
from archive.errors import MisconfiguredError

FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """
    Where everything of one deployment is, and how it is set.

    None where it has no such thing: a table that stood already has no queue.
    `clock` is the address at which an emulated account's time is moved; a
    deployment on AWS has none.
    """

    name: str
    region: str
    account: str
    table: str
    source: Source
    queue_url: str | None
    dead_letter_url: str | None
    ingest_mapping: str | None
    router_mapping: str
    transform: str
    schedule: str
    landing_bucket: str
    archive_bucket: str
    failures_bucket: str
    athena_results: str
    glue_database: str
    archive_table: str
    files_table: str
    athena_workgroup: str
    athena_scan_max_gib: int | float
    time_zone: str
    granularity: str
    batch_hours: int
    archive_after_days: int
    storage_class: str
    size_min_bytes: int
    archive_expiry_days: int | None
    clock: str | None = None


def parameter_name(name: str) -> str:
    """
    The name of the parameter of the deployment that is called so.
    """
    return f"/firn/{name}"


def decode_deployment(name: str, text: str) -> Deployment:
    """
    The deployment that a parameter holds; `name` is what an error calls it.

    Raises MisconfiguredError where it is not one that this version reads.
    """
    parameter = parameter_name(name)
    try:
        document: Mapping[str, Any] = json.loads(text)
        form = document["format"]
    except (KeyError, TypeError, ValueError) as error:
        msg = f"{parameter}: not what the module wrote there; apply the module again"
        raise MisconfiguredError(msg) from error
    if form != FORMAT:
        msg = (
            f"{parameter}: format {form!r} is not the one that this version of firn "
            f"reads ({FORMAT}); use the version that was deployed"
        )
        raise MisconfiguredError(msg)

    types = get_type_hints(Deployment)
    values = {"clock": None, **document, "source": _source(parameter, document)}
    for field in fields(Deployment):
        value = values.get(field.name, ...)
        # To Python a boolean is a number; to a deployment none of these is one.
        if isinstance(value, bool) or not isinstance(value, types[field.name]):
            told = "is missing" if value is ... else f"is {value!r}"
            msg = f"{parameter}: {field.name} {told}; apply this version of the module"
            raise MisconfiguredError(msg)
    return Deployment(
        **{field.name: values[field.name] for field in fields(Deployment)}
    )


def _source(parameter: str, document: Mapping[str, Any]) -> Source:
    try:
        source = document["source"]
        return Source(
            device_attribute=source["device_attribute"],
            created_at_attribute=source["created_at_attribute"],
            created_at_unit=CreatedAtUnit(source["created_at_unit"]),
            ttl_attribute=source["ttl_attribute"],
        )
    except (KeyError, TypeError, ValueError) as error:
        msg = f"{parameter}: source names no attributes; apply the module again"
        raise MisconfiguredError(msg) from error
