"""
The key of an object that a delivery stream writes.

Rule 1: it follows from the stream's description, the arrival of the oldest
record and the draws, and from nothing else.

Amazon Data Firehose: Configure Amazon S3 object name format; Understand custom
prefixes for Amazon S3 objects.
"""

import random
import re
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

_DEFAULT_PREFIX = "!{timestamp:yyyy/MM/dd/HH}/"
_EXPRESSION = re.compile(r"!\{(\w+):([^}]*)\}")

# Java's DateTimeFormatter, as far as prefixes use it; text in quotes is literal.
_JAVA = re.compile(r"'([^']*)'|(yyyy|MM|dd|HH|mm|ss)")
_DIRECTIVES = {
    "yyyy": "%Y",
    "MM": "%m",
    "dd": "%d",
    "HH": "%H",
    "mm": "%M",
    "ss": "%S",
}


def object_key(
    description: Mapping[str, Any], first_at: int, names: random.Random
) -> str:
    """
    The key of an object whose oldest record arrived at `first_at`.
    """
    (destination,) = description["Destinations"]
    s3 = destination["ExtendedS3DestinationDescription"]
    arrived = datetime.fromtimestamp(
        first_at, ZoneInfo(s3.get("CustomTimeZone", "UTC"))
    )
    prefix = s3.get("Prefix", "")
    if not _EXPRESSION.search(prefix):
        prefix += _DEFAULT_PREFIX
    suffix = "-".join(
        (
            description["DeliveryStreamName"],
            description["VersionId"],
            f"{arrived:%Y-%m-%d-%H-%M-%S}",
            str(uuid.UUID(int=names.getrandbits(128), version=4)),
        )
    )

    def expanded(found: re.Match[str]) -> str:
        namespace, value = found.groups()
        if namespace == "timestamp":
            return _java_time(value, arrived)
        if (namespace, value) == ("firehose", "random-string"):
            return f"{names.getrandbits(52):011x}"[:11]
        msg = f"{found[0]}: this expression is not emulated"
        raise ValueError(msg)

    extension = s3.get("FileExtension", "")
    return f"{_EXPRESSION.sub(expanded, prefix)}{suffix}{extension}"


def _java_time(pattern: str, at: datetime) -> str:
    def directive(found: re.Match[str]) -> str:
        literal, letters = found.groups()
        return literal if letters is None else at.strftime(_DIRECTIVES[letters])

    return _JAVA.sub(directive, pattern)
