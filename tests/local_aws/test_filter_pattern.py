import json
from typing import Any

import pytest

from local_aws.filter_pattern import Filters

TTL = {
    "eventName": ["REMOVE"],
    "userIdentity": {"type": ["Service"], "principalId": ["dynamodb.amazonaws.com"]},
}
SERVICE = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


@pytest.mark.parametrize(
    ("record", "passes"),
    [
        ({"eventName": "REMOVE", "userIdentity": SERVICE}, True),
        ({"eventName": "REMOVE"}, False),
        ({"eventName": "INSERT", "userIdentity": SERVICE}, False),
        ({"eventName": "REMOVE", "userIdentity": {"type": "Service"}}, False),
        (
            {"eventName": "REMOVE", "userIdentity": {**SERVICE, "type": "IAMUser"}},
            False,
        ),
        (
            {
                "eventName": "REMOVE",
                "userIdentity": {
                    "Type": "Service",
                    "PrincipalId": "dynamodb.amazonaws.com",
                },
            },
            False,
        ),
    ],
)
def test_the_ttl_filter_lets_ttl_deletes_pass_and_nothing_else(
    record: dict[str, Any],
    passes: bool,
) -> None:
    """
    Names are matched to the letter: the Streams API's own case passes nothing.
    """
    assert Filters([json.dumps(TTL)]).match(record) is passes


@pytest.mark.parametrize(
    ("pattern", "record", "passes"),
    [
        ({"a": ["x", "y"]}, {"a": "y"}, True),
        ({"a": [None]}, {"a": None}, True),
        ({"a": [None]}, {}, False),
        ({"a": [""]}, {"a": ""}, True),
        ({"a": [{"prefix": "AWS"}]}, {"a": "AWS::S3"}, True),
        ({"a": [{"suffix": ".png"}]}, {"a": "x.jpg"}, False),
        ({"a": [{"anything-but": ["x"]}]}, {"a": "y"}, True),
        ({"a": [{"anything-but": ["x"]}]}, {"a": "x"}, False),
        ({"a": [{"numeric": [">", 0, "<=", 5]}]}, {"a": 5}, True),
        ({"a": [{"numeric": ["=", 100]}]}, {"a": 101}, False),
        ({"a": [{"exists": True}]}, {"a": 1}, True),
        ({"a": [{"exists": False}]}, {"b": 1}, True),
        ({"a": {"b": [{"exists": False}]}}, {"a": {}}, True),
        ({"a": ["x"], "b": ["y"]}, {"a": "x", "b": "z"}, False),
        ({"$or": [{"a": ["x"]}, {"b": ["y"]}]}, {"a": "z", "b": "y"}, True),
        ({"$or": [{"a": ["x"]}, {"b": ["y"]}]}, {"a": "z", "b": "z"}, False),
        ({"a": [{"equals-ignore-case": "alice"}]}, {"a": "ALICE"}, True),
        ({}, {"a": 1}, True),
    ],
)
def test_each_rule_of_the_syntax_matches_as_documented(
    pattern: dict[str, Any],
    record: dict[str, Any],
    passes: bool,
) -> None:
    """
    Control which events Lambda sends to your function, "Filter rule syntax".
    """
    assert Filters([json.dumps(pattern)]).match(record) is passes


def test_one_of_several_filters_is_enough_and_none_lets_all_pass() -> None:
    """
    Filters of a mapping are joined by OR.
    """
    filters = Filters([json.dumps({"a": ["x"]}), json.dumps({"a": ["y"]})])
    assert filters.match({"a": "y"})
    assert not filters.match({"a": "z"})
    assert Filters([]).match({"a": "z"})


def test_a_pattern_for_a_json_body_matches_only_a_json_body() -> None:
    """
    "Incoming message format: plain string, pattern: valid JSON" is dropped.
    """
    filters = Filters([json.dumps({"body": {"kind": ["reading"]}})])
    assert filters.match_message({"body": '{"kind": "reading"}'})
    assert not filters.match_message({"body": "reading"})
    assert Filters([json.dumps({"body": ["reading"]})]).match_message(
        {"body": "reading"}
    )
