import base64
import json
from dataclasses import replace

from ingest.item import Key
from ops.local.census import Census, Witness, take_census
from ops.local.sending import AHEAD_SECONDS_MAX, Sending

NOON = 1_614_600_000


def _sending(message: object, at: int = NOON) -> Sending:
    return Sending(at, base64.b64encode(json.dumps(message).encode()).decode())


def _message(data: object, **fields: object) -> dict[str, object]:
    return {"topic": "BH/SENSOR/DAT", "timestamp": NOON, "data": data} | fields


def _witness(
    *dead_letters: Sending, held: int = 1, app_env: str = "Production"
) -> Witness:
    return Witness(
        app_env=app_env,
        retention_days=365,
        dead_letters=[sending.body for sending in dead_letters],
        keys={Key("BH", str((NOON + n) * 1000)): 1 for n in range(held)},
    )


def test_a_message_is_stored_when_the_table_held_its_items() -> None:
    """
    All of them: a list of which one item is missing is lost.
    """
    sendings = [_sending(_message([{"t": 1}, {"t": 2, "createdAt": NOON + 1}]))]

    assert take_census(sendings, _witness(held=2)) == Census(
        messages=1, stored=1, items=2
    )
    assert take_census(sendings, _witness(held=1)) == Census(messages=1, lost=1)


def test_a_message_of_another_environment_is_dropped() -> None:
    """
    On purpose, and so it is not lost.
    """
    sendings = [_sending(_message({"t": 1}, client_id="stg-BH"))]

    assert take_census(sendings, _witness(held=0)).dropped == 1
    assert take_census(sendings, _witness(held=0, app_env="Staging")).lost == 1


def test_a_message_that_no_item_can_be_made_of_must_be_dead_lettered() -> None:
    """
    A pipeline that swallowed it would be caught.
    """
    sending = _sending(_message("text"))

    assert take_census([sending], _witness(sending)).dead_letters == 1
    assert take_census([sending], _witness()).lost == 1


def test_each_dead_letter_answers_for_one_message() -> None:
    """
    The same body sent twice needs two of them.
    """
    sending = _sending({})
    census = take_census([sending, sending], _witness(sending))

    assert (census.dead_letters, census.lost) == (1, 1)


def test_a_good_message_may_be_dead_lettered_too() -> None:
    """
    After an outage, say: it is kept, so not lost, and what is stored counts.
    """
    sending = _sending(_message({"t": 1}))

    assert take_census([sending], _witness(sending, held=0)) == Census(
        messages=1, dead_letters=1, faultless=1
    )
    assert take_census([sending], _witness(sending)).items == 1


def test_the_good_elements_of_a_bad_list_count_as_written() -> None:
    """
    The message fails after they were stored.
    """
    sending = _sending(_message([{"t": 1}, None, 5]))

    assert take_census([sending], _witness(sending)) == Census(
        messages=1, dead_letters=1, items=1
    )


def test_what_expired_between_the_tries_of_a_bad_list_counts_again() -> None:
    """
    Each try makes it anew, and each of them expires; another's keys do not count.
    """
    bad, good = _sending(_message([{"t": 1}, 5])), _sending(_message({"t": 2}))
    witness = replace(_witness(bad), keys={Key("BH", str(NOON * 1000)): 5})

    assert take_census([bad], witness).items == 5
    assert take_census([bad, good], witness).items == 5
    assert take_census([good], replace(witness, dead_letters=[])).items == 1


def test_nulls_of_stored_messages_are_counted() -> None:
    """
    A list of nothing else is stored with nothing to store.
    """
    sendings = [_sending(_message([None, {"t": 1}])), _sending(_message([None, None]))]

    assert take_census(sendings, _witness()) == Census(
        messages=2, stored=2, items=1, skipped_nulls=3
    )


def test_a_message_too_far_ahead_may_be_stored_at_a_later_try() -> None:
    """
    The clock moved on between its tries.
    """
    early = _sending(_message({"t": 1}), at=NOON - AHEAD_SECONDS_MAX - 60)

    assert take_census([early], _witness()).stored == 1
    assert take_census([early], _witness(held=0)).lost == 1
