from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from local_aws.faults import Fault, Faults, Injector, Killed, Kind, armed
from tests.ops.restore.shelf import HOUR, START, Shelf, Thing

THINGS = [Thing(date=f"2023-01-{day:02}") for day in range(1, 29)]
COPIES = [
    Thing(date=f"2023-02-{day:02}", ready_at=START - 1, expires_at=START + HOUR)
    for day in range(1, 29)
]


@contextmanager
def struck(
    kind: Kind, call: int, code: str = "SlowDown", status: int = 503
) -> Iterator[None]:
    """
    While it lasts, a fault befalls one RestoreObject request.
    """
    fault = Fault(
        kind=kind,
        service="s3",
        operation="RestoreObject",
        calls=frozenset({call}),
        code=code,
        status=status,
    )
    with armed(Injector(Faults(calls=(fault,)))):
        yield


@pytest.mark.parametrize("kind", [Kind.REFUSED, Kind.ANSWER_LOST])
@pytest.mark.parametrize("call", [1, 7, 28])
def test_a_fault_is_told_and_the_same_command_asks_for_the_rest_alone(
    shelf: Shelf, kind: Kind, call: int
) -> None:
    """
    It did not happen, or it happened and the answer was lost: one request each.
    """
    shelf.put(THINGS)

    with struck(kind, call):
        ran = shelf.firn("--yes", "--json")
    assert ran.exit_code == 4
    assert ran.document["outcome"] == "stopped"
    assert "repeat the same command" in ran.stderr
    asked = ran.document["asked"]
    assert sum(asked.values()) == len(THINGS)
    assert asked["unknown"] == 1
    assert asked["unsent"] == len(THINGS) - 1 - asked["begun"]

    taken = asked["begun"] + (kind is Kind.ANSWER_LOST)
    again = shelf.firn("--yes", "--json")
    assert again.exit_code == 0
    assert again.document["objects"]["warming"]["objects"] == taken
    assert again.document["asked"]["begun"] == len(THINGS) - taken
    assert again.document["asked"]["already"] == 0


@pytest.mark.parametrize("kind", [Kind.REFUSED, Kind.ANSWER_LOST])
def test_a_renewal_is_not_made_twice(shelf: Shelf, kind: Kind) -> None:
    """
    The next run sees in a listing which copies stay long enough by now.
    """
    shelf.put(COPIES)

    with struck(kind, 5):
        ran = shelf.firn("--yes", "--json")
    assert ran.exit_code == 4

    done = ran.document["asked"]["renewed"] + (kind is Kind.ANSWER_LOST)
    again = shelf.firn("--yes", "--json")
    assert again.document["outcome"] == "readable"
    assert again.document["asked"]["renewed"] == len(COPIES) - done


@pytest.mark.parametrize("kind", [Kind.KILLED_BEFORE, Kind.KILLED_AFTER])
@pytest.mark.parametrize("call", [1, 9])
def test_a_run_that_was_killed_is_taken_up_where_it_was(
    shelf: Shelf, kind: Kind, call: int
) -> None:
    """
    Nothing is remembered but in S3 itself, so nothing can be forgotten.
    """
    shelf.put(THINGS)

    with pytest.raises(Killed), struck(kind, call):
        shelf.firn("--yes")
    before = shelf.restores

    again = shelf.firn("--yes", "--wait", "--json")
    assert (again.exit_code, again.document["outcome"]) == (0, "readable")
    warming = again.document["objects"]["warming"]["objects"]
    assert shelf.restores - before == len(THINGS) - warming
    assert again.document["asked"]["already"] == 0


def test_an_object_that_somebody_else_asks_for_meanwhile_is_on_its_way(
    shelf: Shelf,
) -> None:
    """
    409 RestoreAlreadyInProgress is no failure: it comes, and was not paid by us.
    """
    shelf.put(THINGS)

    with struck(Kind.REFUSED, 3, "RestoreAlreadyInProgress", 409):
        ran = shelf.firn("--yes", "--json")

    assert ran.exit_code == 0
    assert ran.document["asked"]["already"] == 1
    assert ran.document["asked"]["begun"] == len(THINGS) - 1


def test_expedited_without_capacity_is_told_with_the_way_out(shelf: Shelf) -> None:
    """
    What S3 took stays asked for; the rest comes with another tier.
    """
    shelf.put(THINGS)

    with struck(Kind.REFUSED, 20, "GlacierExpeditedRetrievalNotAvailable"):
        ran = shelf.firn("--tier", "Expedited", "--yes", "--json")
    assert ran.exit_code == 4
    assert "--tier Standard" in ran.stderr
    begun = ran.document["asked"]["begun"]

    again = shelf.firn("--tier", "Standard", "--yes", "--wait", "--json")
    assert again.exit_code == 0
    assert again.document["asked"]["begun"] == len(THINGS) - begun


@pytest.mark.parametrize(
    ("code", "status", "exit_code", "told"),
    [
        ("AccessDenied", 403, 2, "these credentials may not"),
        ("ExpiredToken", 400, 2, "these credentials have expired"),
        ("SlowDown", 503, 4, "AWS was too busy"),
        ("NoSuchKey", 404, 4, "went away just now"),
        ("InvalidRequest", 400, 2, "AWS answers InvalidRequest"),
    ],
)
def test_a_refusal_names_the_reason_and_what_to_do(
    shelf: Shelf, code: str, status: int, exit_code: int, told: str
) -> None:
    """
    In one line, after what was asked for before it.
    """
    shelf.put(THINGS)

    with struck(Kind.REFUSED, 2, code, status):
        ran = shelf.firn("--yes")

    assert ran.exit_code == exit_code
    assert "left for the next run" in ran.stdout
    assert told in ran.stderr
    assert len(ran.stderr.splitlines()) == 1


def test_what_becomes_cold_again_while_it_is_waited_for_is_told(shelf: Shelf) -> None:
    """
    Waiting for it would never end.
    """
    shelf.put([Thing(date="2023-01-01", ready_at=START + 1, expires_at=START + 2)])

    ran = shelf.firn("--yes", "--wait")

    assert ran.exit_code == 4
    assert "is not on its way any more; repeat the same command" in ran.stderr
