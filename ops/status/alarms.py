"""
The deployment's alarms, and which of them ring.

Rule 1: alarms are found by the deployment's name before them, and told from
those of a deployment with a longer name by what comes after it: the names here
are those of infra/alarms_*.tf, and a test compares them.
"""

from ops.connection import Connection
from ops.status.seen import Alarms, Ringing

NAMES = frozenset(
    {
        "damage",
        "dead-letters",
        "delivery-freshness",
        "delivery-throttled",
        "destination-failures",
        "identity-conflicts",
        "ingest-errors",
        "ingest-throttles",
        "intent-attempts",
        "iterator-age",
        "landed-age",
        "mapping-disabled",
        "mapping-failing",
        "on-failure",
        "quarantine",
        "queue-age",
        "router-errors",
        "router-throttles",
        "stray-lines",
        "stream-changed",
        "transform-errors",
        "transform-heartbeat",
        "transform-throttles",
        "ttl-disabled",
    }
)


def look_at_alarms(connection: Connection) -> Alarms:
    """
    How many there are, and those that ring.
    """
    before = f"{connection.deployment.name}-"
    pages = (
        connection.client("cloudwatch")
        .get_paginator("describe_alarms")
        .paginate(AlarmNamePrefix=before, AlarmTypes=["MetricAlarm"])
    )
    watching = 0
    ringing: list[Ringing] = []
    for page in pages:
        for alarm in page["MetricAlarms"]:
            name = alarm["AlarmName"].removeprefix(before)
            if name not in NAMES:
                continue
            watching += 1
            if alarm["StateValue"] == "ALARM":
                # When it began to ring; it may have been updated since.
                began = alarm.get("StateTransitionedTimestamp")
                since = began or alarm["StateUpdatedTimestamp"]
                ringing.append(Ringing(name, int(since.timestamp())))
    return Alarms(watching, tuple(ringing))
