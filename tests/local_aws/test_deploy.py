from __future__ import annotations

import importlib
import json
from typing import TYPE_CHECKING

import boto3
import pytest

from archive.columns import parse_column
from archive.contract import Contract
from archive.glue_table import contract_of_table
from local_aws.deploy import Deployed, Deployment, deploy
from local_aws.events import Invoked
from transforms.settings import Settings

if TYPE_CHECKING:
    from tests.local_aws.conftest import Stage

HOUR = 3600

CONTRACT = Contract(
    columns=(parse_column("temperature", "decimal(9,2)", "Ta"),),
    time_zone="Asia/Tokyo",
)


@pytest.fixture
def deployed(stage: Stage) -> Deployed:
    """
    A deployment in an account.
    """
    del stage
    return deploy(Deployment(contract=CONTRACT, retention_days=30, app_env="Staging"))


def test_the_router_is_fed_so_that_nothing_is_lost_silently(deployed: Deployed) -> None:
    """
    Position, filter, view, finite limits, failures reported and kept.
    """
    (router,) = boto3.client("lambda").list_event_source_mappings(
        FunctionName=deployed.router
    )["EventSourceMappings"]
    assert router["StartingPosition"] == "TRIM_HORIZON"
    assert router["BisectBatchOnFunctionError"] is True
    assert router["MaximumRecordAgeInSeconds"] == 43_200
    assert router["MaximumRetryAttempts"] == 10_000
    assert router["BatchSize"] <= 10_000
    assert router["MaximumBatchingWindowInSeconds"] >= 1
    assert router["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    destination = router["DestinationConfig"]["OnFailure"]["Destination"]
    assert destination == f"arn:aws:s3:::{deployed.failures_bucket}"
    (filter_,) = router["FilterCriteria"]["Filters"]
    assert json.loads(filter_["Pattern"]) == {
        "eventName": ["REMOVE"],
        "userIdentity": {
            "type": ["Service"],
            "principalId": ["dynamodb.amazonaws.com"],
        },
    }
    table = boto3.client("dynamodb").describe_table(TableName=deployed.table)["Table"]
    assert table["StreamSpecification"]["StreamViewType"] == "OLD_IMAGE"


def test_a_message_stays_hidden_until_its_function_is_surely_over(
    deployed: Deployed,
) -> None:
    """
    Visibility is at least six times the timeout and the window.
    """
    client = boto3.client("lambda")
    timeout = client.get_function_configuration(FunctionName=deployed.ingest)["Timeout"]
    (mapping,) = client.list_event_source_mappings(FunctionName=deployed.ingest)[
        "EventSourceMappings"
    ]
    attributes = boto3.client("sqs").get_queue_attributes(
        QueueUrl=deployed.queue_url, AttributeNames=["All"]
    )["Attributes"]
    window = mapping["MaximumBatchingWindowInSeconds"]
    assert (mapping["BatchSize"], window) == (20, 60)
    assert int(attributes["VisibilityTimeout"]) >= 6 * timeout + window
    redrive = json.loads(attributes["RedrivePolicy"])
    assert redrive["deadLetterTargetArn"].endswith("dead-letters")


def test_the_contract_is_read_back_from_the_catalogue(deployed: Deployed) -> None:
    """
    One source of truth: what deploy wrote is what the transform will read.
    """
    table = boto3.client("glue").get_table(
        DatabaseName=deployed.glue_database, Name="archive"
    )["Table"]
    columns = table["StorageDescriptor"]["Columns"]
    assert contract_of_table(columns, table["Parameters"]) == CONTRACT


def test_every_function_finds_its_handler_and_its_settings(deployed: Deployed) -> None:
    """
    A deployed variable that no settings read, or the reverse, fails here.
    """
    client = boto3.client("lambda")
    for function in (deployed.ingest, deployed.router, deployed.transform):
        configuration = client.get_function_configuration(FunctionName=function)
        module, _, handler = configuration["Handler"].rpartition(".")
        assert callable(getattr(importlib.import_module(module), handler))
    ingest = client.get_function_configuration(FunctionName=deployed.ingest)
    assert ingest["Environment"]["Variables"] == {
        "DEVICE_DATA": deployed.table,
        "APP_ENV": "Staging",
        "RETENTION_DAYS": "30",
    }
    transform = client.get_function_configuration(FunctionName=deployed.transform)
    settings = Settings.of(transform["Environment"]["Variables"])
    assert settings.source_table == deployed.table
    assert settings.source_ttl_attribute == CONTRACT.source.ttl_attribute
    mapping = client.get_event_source_mapping(UUID=settings.router_mapping)
    assert mapping["FunctionArn"].endswith(deployed.router)


def test_a_source_that_is_switched_off_is_found_by_the_next_run(
    deployed: Deployed, stage: Stage
) -> None:
    """
    And found mended by the one after the repair.
    """
    client = boto3.client("lambda")
    (mapping,) = client.list_event_source_mappings(FunctionName=deployed.router)[
        "EventSourceMappings"
    ]
    for enabled in (True, False, True):
        client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=enabled)
        boto3.client("dynamodb").update_time_to_live(
            TableName=deployed.table,
            TimeToLiveSpecification={"Enabled": enabled, "AttributeName": "expiredAt"},
        )
        stage.account.run_until(stage.account.clock.now() + HOUR)
    runs = [it.log for it in stage.seen(Invoked) if it.function == deployed.transform]
    found = [
        (metrics["TtlDisabled"], metrics["MappingDisabled"])
        for log in runs
        for metrics in log
        if "TtlDisabled" in metrics
    ]
    assert found == [([0.0], [0.0]), ([1.0], [1.0]), ([0.0], [0.0])]
