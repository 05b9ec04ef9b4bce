"""
Which stream records are TTL expiries.

Rule 1: this is the only file that knows how DynamoDB marks a TTL delete.
Rule 2: it sees one record and nothing else: no clock, no settings, no AWS.

The event source mapping filters on the same marks. A filter that is wrong
drops items without a trace, so the code decides a second time.
"""

from collections.abc import Mapping
from enum import Enum

# DynamoDB Developer Guide, "DynamoDB Streams and Time to Live": in the region
# where the time to live ran, these two fields have these two values.
_TYPE = "Service"
_PRINCIPAL_ID = "dynamodb.amazonaws.com"


class Verdict(Enum):
    """
    What happened to the item that a record tells of.
    """

    WRITTEN = "written"
    DELETED = "deleted"
    EXPIRED = "expired"


def judge(record: Mapping[str, object]) -> Verdict:
    """
    The verdict on one record as Lambda delivers it.
    """
    # An identity alone says nothing: an INSERT can carry one.
    if record.get("eventName") != "REMOVE":
        return Verdict.WRITTEN

    # A delete by a caller carries no identity at all, so this must be .get:
    # indexing it fails the whole batch on the first ordinary delete.
    identity = record.get("userIdentity")

    # The two documented fields decide, as in the mapping's filter. Were the
    # whole identity compared, a field that AWS adds one day would turn every
    # expiry into a delete. The Streams API spells the fields PrincipalId and
    # Type; Lambda never does, and what Lambda did not send is not trusted.
    if (
        isinstance(identity, dict)
        and identity.get("type") == _TYPE
        and identity.get("principalId") == _PRINCIPAL_ID
    ):
        return Verdict.EXPIRED

    return Verdict.DELETED
