import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import boto3
import pytest

from archive.contract import CreatedAtUnit
from archive.errors import MisconfiguredError
from local_aws.deployment import Deployed
from ops.deployment import Deployment, decode_deployment, parameter_name
from tests.ops.facts import FACTS, parameter

ROOT = Path(__file__).parents[2]
MODULE = (ROOT / "infra/deployment.tf").read_text()


def test_the_facts_are_those_of_the_parameter() -> None:
    """
    Under the same names, the source as the archive knows it.
    """
    deployment = decode_deployment("firn", parameter())

    for field in fields(Deployment):
        if field.name not in ("source", "clock"):
            assert getattr(deployment, field.name) == FACTS[field.name]
    assert deployment.source.ttl_attribute == "expiredAt"
    assert deployment.source.created_at_unit is CreatedAtUnit.MILLISECONDS
    assert deployment.clock is None


def test_the_module_writes_every_fact_that_is_read() -> None:
    """
    All but the clock, which only an emulated account has.
    """
    value = re.search(r"jsonencode\(\{\n(.*?)\n  \}\)", MODULE, re.DOTALL)
    assert value is not None
    written = set(re.findall(r"^    (\w+) += ", value[1], re.MULTILINE))

    assert {field.name for field in fields(Deployment)} - {"clock"} <= written
    assert set(FACTS) == written


def test_a_deployment_on_one_machine_has_the_modules_facts(deployed: Deployed) -> None:
    """
    So that no command can tell the two apart.
    """
    found = boto3.client("ssm").get_parameter(Name=deployed.parameter)
    document = json.loads(found["Parameter"]["Value"])

    assert set(document) == set(FACTS)
    assert decode_deployment("firn", json.dumps(document)).table == deployed.table


@pytest.mark.parametrize(
    "name",
    ["queue_url", "dead_letter_url", "ingest_mapping", "archive_expiry_days"],
)
def test_what_a_deployment_does_not_have_is_null(name: str) -> None:
    """
    A table that stood already has no queue.
    """
    deployment = decode_deployment("firn", parameter(**{name: None}))

    assert getattr(deployment, name) is None


def test_a_fact_that_is_not_known_is_left_alone() -> None:
    """
    The module may have learned something since.
    """
    assert decode_deployment("firn", parameter(more={"x": 1})).name == "firn"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "not what the module wrote"),
        ("no JSON", "not what the module wrote"),
        ("[]", "not what the module wrote"),
        ("{}", "not what the module wrote"),
        ("null", "not what the module wrote"),
        (parameter(format=2), "format 2 is not the one"),
        (parameter(format="1"), "format '1' is not the one"),
        (parameter(table=None), "table is None"),
        (parameter(batch_hours="24"), "batch_hours is '24'"),
        (parameter(source=None), "source names no attributes"),
        (parameter(source={"device_attribute": "d"}), "source names no attributes"),
    ],
)
def test_what_is_no_deployment_is_refused_by_name(text: str, told: str) -> None:
    """
    The parameter, what is wrong with it, and what to apply.
    """
    with pytest.raises(MisconfiguredError) as refusal:
        decode_deployment("plant-7", text)

    assert str(refusal.value).startswith("/firn/plant-7: ")
    assert told in str(refusal.value)


@pytest.mark.parametrize(
    "field", [it.name for it in fields(Deployment) if it.name != "clock"]
)
def test_a_fact_that_is_missing_is_named(field: str) -> None:
    """
    An older module wrote it.
    """
    facts: dict[str, Any] = {k: v for k, v in FACTS.items() if k != field}

    with pytest.raises(
        MisconfiguredError, match=field if field != "source" else "source"
    ):
        decode_deployment("firn", json.dumps(facts))


@pytest.mark.parametrize("value", [True, False])
def test_a_boolean_is_no_number(value: bool) -> None:
    """
    Python takes one for the other.
    """
    with pytest.raises(MisconfiguredError, match="batch_hours"):
        decode_deployment("firn", parameter(batch_hours=value))


def test_the_parameter_has_the_modules_name() -> None:
    """
    /firn/ and the module's `name`.
    """
    assert parameter_name("plant-7") == "/firn/plant-7"
    assert (
        'parameter       = "/firn/${var.name}"'
        in (ROOT / "infra/locals.tf").read_text()
    )
