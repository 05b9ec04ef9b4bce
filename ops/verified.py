"""
What the last `firn verify` of a deployment saw, which the next one compares with.

Rule 1: the SSM parameter /firn/NAME/verified holds it. The module makes it with
`{"format":1}`, which says that nobody has verified yet, and leaves it alone then.
Rule 2: it is a witness outside of the bucket: whoever can cut the ledger's newest
entries off cannot make this forget them, unless they may write here too.
"""

import json
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from archive.errors import MisconfiguredError
from ops.deployment import parameter_name
from ops.ledger import Head

if TYPE_CHECKING:
    from mypy_boto3_ssm.client import SSMClient

FORMAT = 1


class VerifyMode(Enum):
    """
    How closely the archive was looked at.
    """

    LISTING = "listing"
    CHECKSUMS = "checksums"
    DEEP = "deep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """
    One run of `firn verify` over all months: when, by whom, how, and what it saw.

    `at` is epoch seconds.
    """

    at: int
    by: str
    mode: VerifyMode
    head: Head
    objects: int
    findings: int


def verified_parameter(deployment: str) -> str:
    """
    The name of the parameter that holds the record of a deployment.
    """
    return f"{parameter_name(deployment)}/verified"


def encode_verified(verified: Verified) -> str:
    """
    The record as the parameter holds it.
    """
    return json.dumps(
        {
            "format": FORMAT,
            "at": verified.at,
            "by": verified.by,
            "mode": verified.mode.value,
            "head": {"n": verified.head.n, "sha256": verified.head.sha256},
            "objects": verified.objects,
            "findings": verified.findings,
        },
        separators=(",", ":"),
    )


def decode_verified(name: str, text: str) -> Verified | None:
    """
    The record that a parameter of this name holds; None where nobody verified.

    Raises MisconfiguredError where it is not one that this version reads.
    """
    try:
        record: Any = json.loads(text)
        if record["format"] != FORMAT:
            msg = (
                f"{name}: format {record['format']!r} is not the one that this "
                f"version of firn reads ({FORMAT}); use a newer version"
            )
            raise MisconfiguredError(msg)
        if "at" not in record:
            return None
        return Verified(
            at=int(record["at"]),
            by=str(record["by"]),
            mode=VerifyMode(record["mode"]),
            head=Head(int(record["head"]["n"]), record["head"]["sha256"]),
            objects=int(record["objects"]),
            findings=int(record["findings"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        msg = f'{name}: not what firn verify wrote there; set it to {{"format":1}}'
        raise MisconfiguredError(msg) from error


def read_verified(ssm: "SSMClient", deployment: str) -> Verified | None:
    """
    The record of a deployment; None where nobody has verified it yet.

    Raises MisconfiguredError where there is no such parameter, or no permission.
    """
    name = verified_parameter(deployment)
    try:
        answer = ssm.get_parameter(Name=name)
    except ssm.exceptions.ParameterNotFound as error:
        msg = f"{name}: there is no such parameter; apply this version of the module"
        raise MisconfiguredError(msg) from error
    return decode_verified(name, answer["Parameter"]["Value"])


def write_verified(ssm: "SSMClient", deployment: str, verified: Verified) -> None:
    """
    Put the record into the parameter, which the module has made.
    """
    ssm.put_parameter(
        Name=verified_parameter(deployment),
        Value=encode_verified(verified),
        Overwrite=True,
    )
