"""
How far a stream batch has come, by what its function answered.

Rule 1: a total function of the outcome; it knows no mapping and no clock.

Lambda: Configuring partial batch response with DynamoDB and Lambda, "Success
and failure conditions".
"""

from collections.abc import Sequence
from dataclasses import dataclass

from local_aws.functions import Outcome


@dataclass(frozen=True, slots=True)
class Answer:
    """
    How many records passed, from the first on.

    `error` is set where the function failed as such.
    """

    passed: int
    error: str | None


def judge(outcome: Outcome, numbers: Sequence[str], reports_failures: bool) -> Answer:  # noqa: FBT001 - a fact of the mapping
    """
    Judge an outcome for a batch of records with these sequence numbers.

    The lowest failed number is the checkpoint: everything from it on is
    retried, whatever else the answer names.
    """
    if outcome.error is not None:
        return Answer(0, outcome.error)
    value = outcome.value
    if not reports_failures or value is None or value == {}:
        return Answer(len(numbers), None)
    failures = value.get("batchItemFailures", ()) if isinstance(value, dict) else ()
    if failures is None or failures == []:
        return Answer(len(numbers), None)
    if not isinstance(failures, list):
        return Answer(0, None)

    places = {number: place for place, number in enumerate(numbers)}
    named = [
        places.get(str(it.get("itemIdentifier"))) if isinstance(it, dict) else None
        for it in failures
    ]
    known = [place for place in named if place is not None]
    # An identifier that is empty, null or of another batch fails all of it.
    return Answer(min(known) if len(known) == len(named) else 0, None)
