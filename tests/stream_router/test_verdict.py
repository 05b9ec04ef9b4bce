"""
Which records are expiries, on the events that AWS publishes.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_router.verdict import Verdict, judge
from tests.stream_router.samples import sample

SERVICE = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


def test_only_a_ttl_delete_is_an_expiry() -> None:
    """
    DynamoDB signs the removals of its time to live; nothing else is one.
    """
    assert [judge(record) for record in sample("remove_by_ttl")] == [Verdict.EXPIRED]
    assert [judge(record) for record in sample("every_type")] == [Verdict.EXPIRED]


def test_a_write_and_a_delete_by_a_caller_are_none() -> None:
    """
    The Lambda guide's event: an INSERT, a MODIFY and a REMOVE without identity.
    """
    verdicts = [judge(record) for record in sample("lambda_guide")]
    assert verdicts == [Verdict.WRITTEN, Verdict.WRITTEN, Verdict.DELETED]


def test_an_insert_with_the_identity_of_the_service_is_a_write() -> None:
    """
    AWS's own sample signs an INSERT as DynamoDB: the identity alone decides nothing.
    """
    assert [judge(record) for record in sample("insert_by_service")] == [
        Verdict.WRITTEN
    ]


def test_the_spelling_of_the_streams_api_is_not_that_of_lambda() -> None:
    """
    Type and PrincipalId come from GetRecords; Lambda spells type and principalId.
    """
    records = sample("streams_api_spelling")
    assert [judge(record) for record in records] == [Verdict.DELETED]


@pytest.mark.parametrize(
    "identity",
    [
        None,
        {},
        "Service",
        ["Service"],
        {"type": "Service"},
        {"principalId": "dynamodb.amazonaws.com"},
        SERVICE | {"type": "service"},
        SERVICE | {"principalId": "dynamodb.amazonaws.com."},
        SERVICE | {"principalId": "replication.dynamodb.amazonaws.com"},
        SERVICE | {"principalId": ["dynamodb.amazonaws.com"]},
    ],
)
def test_another_identity_is_a_delete(identity: object) -> None:
    """
    Both documented values are needed, to the letter.
    """
    record = {"eventName": "REMOVE", "userIdentity": identity}
    assert judge(record) is Verdict.DELETED


def test_a_field_that_aws_adds_to_the_identity_changes_nothing() -> None:
    """
    The mapping's filter lets such a record through; dropping it here loses it.
    """
    record = {"eventName": "REMOVE", "userIdentity": SERVICE | {"accountId": "1"}}
    assert judge(record) is Verdict.EXPIRED


@pytest.mark.parametrize(
    "name", ["INSERT", "MODIFY", "remove", "", None, 1, ["REMOVE"]]
)
def test_what_is_no_removal_is_a_write(name: object) -> None:
    """
    Only REMOVE takes an item out of the table.
    """
    assert judge({"eventName": name, "userIdentity": SERVICE}) is Verdict.WRITTEN


@given(
    st.dictionaries(
        st.sampled_from(["eventName", "userIdentity", "dynamodb"]),
        st.one_of(
            st.none(),
            st.sampled_from(["REMOVE", "INSERT"]),
            st.just(SERVICE),
            st.dictionaries(st.text(), st.text()),
        ),
    )
)
def test_every_record_has_a_verdict(record: dict[str, object]) -> None:
    """
    Whatever a record holds or lacks, judging it does not stop the shard.
    """
    assert judge(record) in Verdict
