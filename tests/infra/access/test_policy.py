"""
What a policy allows, as IAM reads it: actions, resources, conditions.
"""

import json
from collections.abc import Mapping

import pytest

from tests.infra.access.policy import Policy, Request, matches

BUCKET = "arn:aws:s3:::firn-archive"


def policy(*statements: Mapping[str, object]) -> Policy:
    """
    The policy of these statements.
    """
    return Policy.of(json.dumps({"Version": "2012-10-17", "Statement": statements}))


def allow(action: object, resource: object, **more: object) -> dict[str, object]:
    """
    A statement that allows.
    """
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def asks(action: str, resource: str, **context: str) -> Request:
    """
    A request; a context key's first underscore stands for its colon.
    """
    return Request(
        action=action,
        resource=resource,
        context={key.replace("_", ":", 1): value for key, value in context.items()},
    )


def test_what_nobody_allows_is_refused() -> None:
    """
    An empty policy allows nothing, and another action allows nothing either.
    """
    assert not policy().allows(asks("s3:GetObject", f"{BUCKET}/items/a"))
    assert not policy(allow("s3:PutObject", "*")).allows(
        asks("s3:GetObject", f"{BUCKET}/items/a")
    )


def test_a_deny_beats_every_allow() -> None:
    """
    The order of the statements does not matter.
    """
    both = policy(
        allow("s3:*", "*"),
        {"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": f"{BUCKET}/*"},
    )
    assert both.allows(asks("s3:GetObject", f"{BUCKET}/a"))
    assert not both.allows(asks("s3:DeleteObject", f"{BUCKET}/a"))
    assert both.allows(asks("s3:DeleteObject", "arn:aws:s3:::other/a"))


def test_a_deny_whose_condition_does_not_hold_denies_nothing() -> None:
    """
    A bucket that refuses plain HTTP answers HTTPS.
    """
    tls_only = policy(
        allow("s3:GetObject", "*"),
        {
            "Effect": "Deny",
            "Action": "s3:*",
            "Resource": "*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    )
    assert tls_only.allows(asks("s3:GetObject", BUCKET, aws_SecureTransport="true"))
    assert not tls_only.allows(
        asks("s3:GetObject", BUCKET, aws_SecureTransport="false")
    )


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("items/*", "items/", True),
        ("items/*", "items/device=a/date=b/1.parquet", True),
        ("items/*", "ledger/1", False),
        ("items/*", "items", False),
        ("log-?", "log-1", True),
        ("log-?", "log-12", False),
        ("a.b", "axb", False),
        ("a[b]", "a[b]", True),
        ("*", "line\nfeed", True),
    ],
)
def test_a_star_stands_for_anything_and_a_question_mark_for_one_sign(
    pattern: str, text: str, expected: bool
) -> None:
    """
    Nothing else in a pattern is special, and a star also stands for nothing.
    """
    assert matches(pattern, text) is expected


def test_actions_are_compared_without_case_and_resources_with_it() -> None:
    """
    S3:getobject is s3:GetObject; another bucket's name is another bucket.
    """
    some = policy(allow("S3:getobject", f"{BUCKET}/Items/*"))
    assert some.allows(asks("s3:GetObject", f"{BUCKET}/Items/a"))
    assert not some.allows(asks("s3:GetObject", f"{BUCKET}/items/a"))


def test_a_list_of_actions_or_resources_means_any_of_them() -> None:
    """
    Each pair of them is a grant of its own.
    """
    some = policy(allow(["s3:GetObject", "s3:PutObject"], [f"{BUCKET}/a", BUCKET]))
    assert len(some.grants) == 4
    assert some.allows(asks("s3:PutObject", BUCKET))


@pytest.mark.parametrize(
    ("operator", "wanted", "found", "expected"),
    [
        ("StringEquals", ["a", "b"], "b", True),
        ("StringEquals", ["a"], "A", False),
        ("StringEquals", ["a*"], "ab", False),
        ("StringEquals", ["a"], None, False),
        ("StringEqualsIfExists", ["a"], None, True),
        ("StringEqualsIfExists", ["a"], "b", False),
        ("StringNotEquals", ["a", "b"], "b", False),
        ("StringNotEquals", ["a", "b"], "c", True),
        ("StringNotEquals", ["a"], None, True),
        ("StringLike", ["items/*"], "items/device=1/", True),
        ("StringLike", ["items/*"], None, False),
        ("StringNotLike", ["items/*"], "items/a", False),
        ("ArnLike", ["arn:aws:sqs:*:1:q"], "arn:aws:sqs:eu-west-1:1:q", True),
        ("ArnLike", ["arn:aws:sqs:*:q"], "arn:aws:sqs:eu-west-1:1:q", False),
        ("ArnEquals", ["arn:aws:s3:::a-*"], "arn:aws:s3:::a-b", True),
        ("ArnNotLike", ["arn:aws:s3:::a"], "arn:aws:s3:::b", True),
        ("Bool", ["true"], "true", True),
        ("Bool", ["false"], "true", False),
        ("Bool", ["false"], None, False),
        ("Null", ["true"], None, True),
        ("Null", ["true"], "a", False),
        ("Null", ["false"], "a", True),
        ("NumericLessThan", ["1.2"], "1.1", True),
        ("NumericLessThan", ["1.2"], "1.2", False),
        ("NumericEquals", ["365"], "365", True),
    ],
)
def test_a_condition_holds_as_the_user_guide_says(
    operator: str, wanted: list[str], found: str | None, expected: bool
) -> None:
    """
    One of several values is enough, and a negated operator wants none of them.

    A key that is not there fails all but the negated, IfExists and Null.
    """
    guarded = policy(allow("s3:Any", "*", Condition={operator: {"s3:key": wanted}}))
    context = {} if found is None else {"S3:KEY": found}
    asked = Request(action="s3:Any", resource=BUCKET, context=context)
    assert guarded.allows(asked) is expected


def test_all_conditions_have_to_hold() -> None:
    """
    Two keys of one operator, and two operators.
    """
    guarded = policy(
        allow(
            "s3:Any",
            "*",
            Condition={
                "StringEquals": {"s3:a": "1", "s3:b": "2"},
                "Bool": {"s3:c": "true"},
            },
        )
    )
    assert guarded.allows(asks("s3:Any", "*", s3_a="1", s3_b="2", s3_c="true"))
    assert not guarded.allows(asks("s3:Any", "*", s3_a="1", s3_b="3", s3_c="true"))
    assert not guarded.allows(asks("s3:Any", "*", s3_a="1", s3_b="2", s3_c="false"))


@pytest.mark.parametrize(
    "statement",
    [
        {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"},
        {"Effect": "Allow", "Action": "s3:*", "NotResource": "*"},
        {
            "Effect": "Allow",
            "Action": "s3:*",
            "Resource": "arn:aws:s3:::${aws:username}",
        },
    ],
)
def test_what_it_cannot_judge_it_refuses(statement: dict[str, object]) -> None:
    """
    An element that was skipped would make a policy look other than it is.
    """
    with pytest.raises(NotImplementedError, match="cannot judge"):
        policy(statement)


def test_an_unknown_operator_is_refused() -> None:
    """
    DateLessThan, ForAllValues and the rest: none of our policies uses them.
    """
    dated = policy(allow("s3:Any", "*", Condition={"DateLessThan": {"aws:a": "b"}}))
    with pytest.raises(NotImplementedError, match="DateLessThan"):
        dated.allows(asks("s3:Any", "*", aws_a="b"))
