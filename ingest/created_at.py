"""
When an item was created, and from that when it expires.

Rule 1: this is the only file that knows which timestamps devices send.
Rule 2: it computes exactly, and reads no clock: now comes in as a value.
"""

import math
import re
from dataclasses import dataclass
from decimal import Decimal

from archive.errors import PoisonError
from ingest.message import Json
from ingest.number import spell

DAY_SECONDS = 24 * 60 * 60

# "Time to Live": an expiry more than five years past is never deleted, so the
# item would stay for ever and never reach the archive.
PAST_SECONDS_MAX = 5 * 365 * DAY_SECONDS
# Ours: further ahead than this is a wrong unit or a wrong clock.
AHEAD_SECONDS_MAX = 366 * DAY_SECONDS

# Epoch seconds print as ten characters from 2001 to 2286, and milliseconds do
# only in 1970.
SECONDS_PRINTED = 10

_NUMERIC = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class Terms:
    """
    The time of this invocation, and how long items are kept.
    """

    now: int
    retention_days: int


@dataclass(frozen=True, slots=True)
class Lifetime:
    """
    When an item was created (epoch milliseconds) and expires (epoch seconds).

    A Lifetime that exists is one that DynamoDB will end.
    """

    created_at: Decimal
    expired_at: int


def lifetime_of(timestamp: Json, terms: Terms) -> Lifetime:
    """
    The lifetime that a timestamp gives; PoisonError where it gives none.
    """
    created_at = created_at_of(timestamp)
    retention = terms.retention_days * DAY_SECONDS
    expired_at = math.floor(_shifted(created_at, -3)) + retention
    if expired_at < terms.now - PAST_SECONDS_MAX:
        msg = "expiredAt: more than five years past, DynamoDB would never delete it"
        raise PoisonError(msg)
    if expired_at > terms.now + retention + AHEAD_SECONDS_MAX:
        msg = "createdAt: more than 366 days ahead, a wrong unit or clock"
        raise PoisonError(msg)
    return Lifetime(created_at, expired_at)


def created_at_of(timestamp: Json) -> Decimal:
    """
    The epoch milliseconds that a timestamp says; PoisonError where it says none.
    """
    return _milliseconds(_decimal(timestamp))


def _decimal(timestamp: Json) -> Decimal:
    if isinstance(timestamp, str) and _NUMERIC.fullmatch(timestamp.strip()):
        timestamp = Decimal(timestamp.strip())
    # A boolean is no number here: JSON's true is not the second after 1970.
    if not isinstance(timestamp, Decimal) or not timestamp.is_finite():
        msg = "createdAt: no usable timestamp"
        raise PoisonError(msg)
    # As it will stand in the key. This bounds the digits that follow, and makes
    # equal numbers print alike: 1700000000, 1700000000.0 and 1.7E9.
    return Decimal(spell(timestamp))


def _milliseconds(timestamp: Decimal) -> Decimal:
    # The whole part decides, or fractional seconds would print as too many.
    if len(str(math.floor(timestamp))) == SECONDS_PRINTED:
        return _shifted(timestamp, 3)
    return timestamp


def _shifted(number: Decimal, places: int) -> Decimal:
    # Not `* 1000`: decimal's arithmetic rounds to 28 digits, a key holds 38.
    sign, digits, exponent = number.as_tuple()
    shifted = Decimal((sign, digits, int(exponent) + places))
    return Decimal(format(shifted, "f"))  # 1700000000000, not 1.700000000E+12
