import json
from typing import Any

import pytest

from local_aws.account import Account
from local_aws.deployment import Deployed
from local_aws.faults import ANY, Fault, Faults, Injector, Kind, armed
from ops.connection import Connection, connect
from ops.output import Output
from ops.place import Place
from ops.status.judge import exit_code, judge
from ops.status.look import look
from ops.status.seen import Items, Seen, Unseen
from tests.ops.conftest import START

DAY = 86_400

# A new look reads no more than this many times.
CALLS_MAX = 60


@pytest.fixture
def at_work(account: Account, deployed: Deployed) -> Deployed:
    """
    One entry is made; more has landed, and its batch closes within the day.
    """
    for day in range(3):
        message = {
            "topic": "a/SENSOR/DAT",
            "client_id": "a",
            "timestamp": START + day * DAY,
            "data": {"temp": 21.5},
        }
        account.send(deployed.queue_url, json.dumps(message))
        account.run_until(START + (day + 1) * DAY)
    account.run_until(START + 5 * DAY + 3 * 3600)
    return deployed


def seen_while(connection: Connection, prefix: str, happen: Any) -> Seen:  # noqa: ANN401 - a hook
    """
    A look during which something happens: as that prefix is listed, once.
    """
    pending = [happen]

    def asked(params: dict[str, Any], **_: object) -> None:
        if prefix in params["url"] + str(params.get("query_string")) and pending:
            pending.pop()()

    events = connection.client("s3").meta.events
    events.register("before-call.s3.ListObjectsV2", asked)
    try:
        return look(connection, Output(json=True).terminal, lists_items=True)
    finally:
        events.unregister("before-call.s3.ListObjectsV2", asked)


@pytest.mark.usefixtures("at_work")
@pytest.mark.parametrize(
    "prefix", ["open/", "ledger/entries/", "items/", "quarantine/"]
)
def test_an_entry_that_is_made_meanwhile_is_no_concern(
    account: Account, prefix: str
) -> None:
    """
    Its objects are neither missing nor unexplained, whenever it came.
    """
    connection = connect(Place(deployment="firn"))
    seen = seen_while(
        connection, prefix, lambda: account.run_until(START + 7 * DAY + 12 * 3600)
    )

    assert judge(seen) == []
    ledger, items = seen.archive.ledger, seen.archive.items
    assert not isinstance(ledger, Unseen)
    assert isinstance(items, Items)
    assert ledger.head.n >= 1
    assert sum(it.objects for it in items.classes) == len(ledger.files)


@pytest.mark.usefixtures("at_work")
@pytest.mark.parametrize("kind", [Kind.REFUSED, Kind.ANSWER_LOST])
def test_no_call_that_fails_is_taken_for_one_that_found_nothing(kind: Kind) -> None:
    """
    Each call of the look in turn: exit 4, and one part not seen.
    """
    connection = connect(Place(deployment="firn"))
    terminal = Output(json=True).terminal
    for number in range(1, CALLS_MAX):
        fault = Fault(kind=kind, operation=ANY, calls=frozenset({number}))
        struck: list[object] = []
        injector = Injector(
            Faults(calls=(fault,)), struck=lambda *what, to=struck: to.append(what)
        )
        with armed(injector):
            seen = look(connection, terminal, lists_items=True)
        concerns = judge(seen)
        if not struck:
            break
        assert (exit_code(seen, concerns), concerns) == (4, []), struck
        assert len(seen.unseen()) == 1, struck
    else:
        pytest.fail("a look that makes so many calls is another one")
    assert number > 12
    assert (exit_code(seen, concerns), concerns) == (0, [])


def test_a_look_at_what_is_always_busy_ends(
    account: Account, at_work: Deployed
) -> None:
    """
    It is made again, but not for ever.
    """
    connection = connect(Place(deployment="firn"))
    hours = iter(range(1, 100))

    def passes(params: dict[str, Any], **_: object) -> None:
        if "items" in params["url"] + str(params.get("query_string")):
            account.send(at_work.queue_url, "{}")
            account.run_until(START + (5 + 2 * next(hours)) * DAY + 12 * 3600)

    connection.client("s3").meta.events.register("before-call.s3.ListObjectsV2", passes)
    seen = look(connection, Output(json=True).terminal, lists_items=True)

    assert exit_code(seen, judge(seen)) in (0, 1)
