"""
Stream records: those that AWS publishes, and made ones.
"""

import json
from pathlib import Path
from typing import Any

EVENTS = Path(__file__).parent.parent / "events"

Record = dict[str, Any]


def sample(name: str) -> list[Record]:
    """
    The records of one of the events in tests/events.
    """
    event = json.loads((EVENTS / f"stream_{name}.json").read_text())
    records: list[Record] = event["Records"]
    return records


def expiry(number: int) -> Record:
    """
    The record of an expiry, by its number in the stream.
    """
    return {
        "eventID": f"{number:032x}",
        "eventName": "REMOVE",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "userIdentity": {"type": "Service", "principalId": "dynamodb.amazonaws.com"},
        "dynamodb": {
            "ApproximateCreationDateTime": 1646093400,
            "OldImage": {"deviceID": {"S": "BH"}, "n": {"N": str(number)}},
            "SequenceNumber": sequence_number(number),
            "StreamViewType": "OLD_IMAGE",
        },
    }


def sequence_number(number: int) -> str:
    """
    The sequence number of such a record.
    """
    return str(10**21 + number)
