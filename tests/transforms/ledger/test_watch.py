"""
What is wrong with the source, and what is only being changed.
"""

from dataclasses import replace

import pytest

from transforms.watch import Finding, Mapping, Table, judge

STREAM = "arn:aws:dynamodb:eu-central-1:123456789012:table/items/stream/1"
TABLE = Table(
    ttl_status="ENABLED", ttl_attribute="expiredAt", stream=STREAM, view="OLD_IMAGE"
)
MAPPING = Mapping(state="Enabled", stream=STREAM, last_result="OK")

TTL = frozenset({Finding.TTL_DISABLED})
OFF = frozenset({Finding.MAPPING_DISABLED})
FAILING = frozenset({Finding.MAPPING_FAILING})
STREAM_CHANGED = frozenset({Finding.STREAM_CHANGED})
NOTHING: frozenset[Finding] = frozenset()


@pytest.mark.parametrize(
    ("status", "attribute", "found"),
    [
        ("ENABLED", "expiredAt", NOTHING),
        ("ENABLING", "expiredAt", NOTHING),
        ("DISABLING", "expiredAt", TTL),
        ("DISABLED", "", TTL),
        ("", "", TTL),
        # Another attribute deletes at another time, or nothing at all.
        ("ENABLED", "expiredat", TTL),
        ("ENABLED", "", TTL),
    ],
)
def test_time_to_live_is_on_only_on_its_own_attribute(
    status: str, attribute: str, found: frozenset[Finding]
) -> None:
    """
    Without it nothing ever expires, and no error says so.
    """
    table = replace(TABLE, ttl_status=status, ttl_attribute=attribute)
    assert judge(table, MAPPING, "expiredAt") == found


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("Creating", NOTHING),
        ("Enabling", NOTHING),
        ("Enabled", NOTHING),
        ("Updating", NOTHING),
        ("Disabling", OFF),
        ("Disabled", OFF),
        ("Deleting", OFF),
        ("", OFF),
    ],
)
def test_a_mapping_feeds_the_router_unless_it_is_or_goes_off(
    state: str, found: frozenset[Finding]
) -> None:
    """
    Each of the states that Lambda documents, and one that it may add.
    """
    assert judge(TABLE, replace(MAPPING, state=state), "expiredAt") == found


@pytest.mark.parametrize(
    ("result", "found"),
    [
        ("", NOTHING),
        ("No records processed", NOTHING),
        ("OK", NOTHING),
        ("PROBLEM: Function call failed", FAILING),
        ("PROBLEM: Lambda internal error", FAILING),
    ],
)
def test_an_enabled_mapping_that_reads_or_calls_in_vain_is_found(
    result: str, found: frozenset[Finding]
) -> None:
    """
    Its state says nothing of it, and neither does any metric.
    """
    assert judge(TABLE, replace(MAPPING, last_result=result), "expiredAt") == found


def test_a_mapping_that_is_off_is_not_failing_as_well() -> None:
    """
    One cause, one alarm.
    """
    mapping = replace(MAPPING, state="Disabled", last_result="PROBLEM: anything")
    assert judge(TABLE, mapping, "expiredAt") == OFF


@pytest.mark.parametrize(
    ("stream", "view", "found"),
    [
        (STREAM, "OLD_IMAGE", NOTHING),
        (STREAM, "NEW_AND_OLD_IMAGES", NOTHING),
        (STREAM, "NEW_IMAGE", STREAM_CHANGED),
        (STREAM, "KEYS_ONLY", STREAM_CHANGED),
        (STREAM + "2", "OLD_IMAGE", STREAM_CHANGED),
        ("", "", STREAM_CHANGED),
    ],
)
def test_the_stream_is_the_mappings_own_and_shows_what_was_deleted(
    stream: str, view: str, found: frozenset[Finding]
) -> None:
    """
    Off and on again is another stream, and the mapping stays on the old one.
    """
    table = replace(TABLE, stream=stream, view=view)
    assert judge(table, MAPPING, "expiredAt") == found


def test_what_is_gone_feeds_nothing() -> None:
    """
    A deleted table, a deleted mapping, or both.
    """
    assert judge(None, MAPPING, "expiredAt") == TTL | STREAM_CHANGED
    assert judge(TABLE, None, "expiredAt") == OFF
    assert judge(None, None, "expiredAt") == TTL | OFF
