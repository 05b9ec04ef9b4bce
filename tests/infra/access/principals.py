"""
Who may do what in a deployment, as Terraform's state holds it.

Rule 1: documents come from the state of what was applied, so that they are
those that AWS would have, and not those that the files seem to say.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.infra.access.policy import Policy

ROLES = ("ingest", "router", "transform", "delivery", "schedule")
PEOPLE = ("analyst", "auditor", "operator")

# Before the name of a key with which a person does what is not theirs to do.
ASTRAY = "ASTRAY-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """
    A role or a person's policy, and the names that its calls are recorded under.
    """

    name: str
    policy: Policy
    signs_as: frozenset[str]


def principals_of(state: Mapping[str, Any]) -> dict[str, Principal]:
    """
    The roles of a deployment and the three policies for people, by name.
    """
    found = {}
    for name in ROLES:
        role = one(state, "aws_iam_role", name)
        found[name] = Principal(
            name=name,
            policy=Policy.of(one(state, "aws_iam_role_policy", name)["policy"]),
            # Lambda's role is that of the function's own calls, and of what
            # AWS does in its name.
            signs_as=frozenset({role["arn"], *functions(state, name)}),
        )
    for name in PEOPLE:
        policy = one(state, "aws_iam_policy", name)
        found[name] = Principal(
            name=name,
            policy=Policy.of(policy["policy"]),
            signs_as=frozenset({name.upper()}),
        )
    return found


def policies_by_key(state: Mapping[str, Any]) -> dict[str, Policy]:
    """
    What each person may do, by the keys that they have in the tests.
    """
    principals = principals_of(state)
    return {
        f"{before}{name.upper()}": principals[name].policy
        for name in PEOPLE
        for before in ("", ASTRAY)
    }


def functions(state: Mapping[str, Any], name: str) -> set[str]:
    """
    The function that acts by the role of this name, if one does.
    """
    return {
        values["function_name"]
        for label, values in of(state, "aws_lambda_function")
        if label == name
    }


def one(state: Mapping[str, Any], type_: str, name: str) -> Mapping[str, Any]:
    """
    The only resource of this type and name.
    """
    (values,) = [values for label, values in of(state, type_) if label == name]
    return values


def of(state: Mapping[str, Any], type_: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """
    All resources of a type, with their names in the module.
    """
    for resource in _resources(state["values"]["root_module"]):
        if resource["type"] == type_ and resource["mode"] == "managed":
            yield resource["name"], resource["values"]


def statements(document: str) -> Sequence[Mapping[str, Any]]:
    """
    The statements of a resource's own policy or of a role's trust.
    """
    found = json.loads(document)["Statement"]
    return found if isinstance(found, list) else [found]


def _resources(module: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from module.get("resources", [])
    for child in module.get("child_modules", []):
        yield from _resources(child)
