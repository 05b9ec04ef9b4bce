"""
Two deployments in one account, one of them beside a table that stood there.

Rule 1: nothing is asserted here; what comes out are plain values.
"""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from archive.keys import ITEMS
from local_aws.account import Account
from local_aws.deployment import Deployed
from local_aws.served import Call, Served
from ops.local.bucket import Bucket
from tests.infra.deployment import DEPLOYER, Root
from tests.infra.inventory import inventory

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.literals import ScalarAttributeTypeType, StreamViewTypeType

START_AT = 1_767_225_600
DAY = 86_400
RETENTION_DAYS = 3

OWN, BESIDE = "firn-own", "firn-beside"
TABLE = "readings"

# The names that the table that stands already has for things, and its keys.
SOURCE = {
    "device_attribute": "station",
    "created_at_attribute": "taken_at",
    "created_at_unit": "s",
    "ttl_attribute": "gone_at",
}
KEYS: "Mapping[str, ScalarAttributeTypeType]" = {"station": "S", "taken_at": "N"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """
    What was seen of the two, in the order in which it happened.
    """

    second_plans: Mapping[str, str]
    table_before: Mapping[str, Any]
    table_after: Mapping[str, Any]
    calls_on_the_table: frozenset[str]
    devices: Mapping[str, frozenset[str]]
    beside_before: frozenset[str]
    beside_after: frozenset[str]
    plan_after_the_others_end: str
    devices_afterwards: frozenset[str]
    left: frozenset[str]
    refusals: str
    not_emulated: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Stage:
    """
    The account that both are made in, and a root module for each.
    """

    account: Account
    roots: Mapping[str, Root]
    variables: Mapping[str, Mapping[str, object]]

    def make(self) -> Mapping[str, str]:
        """
        Apply both at the same time, and plan again; gives the second plans.
        """
        with ThreadPoolExecutor() as people:
            return dict(
                zip(self.roots, people.map(self._make, self.roots), strict=True)
            )

    def use(self) -> Mapping[str, frozenset[str]]:
        """
        Send to one, write to the other; gives the devices that each archived.
        """
        own = self.deployed(OWN)
        for number in range(5):
            at = self.account.clock.now()
            self.account.send(own.queue_url, _message(f"own-{number}", at))
            _put(f"beside-{number}", at)
        self.wait()
        return {name: _devices(self.deployed(name)) for name in self.roots}

    def wait(self) -> None:
        """
        Ten days pass: all that was sent expires and is archived.
        """
        self.account.run_until(self.account.clock.now() + 10 * DAY)

    def end(self, name: str) -> None:
        """
        Take one of them away.
        """
        self.roots[name].end(**self.variables[name])

    def deployed(self, name: str) -> Deployed:
        """
        The names of what one of them made.
        """
        return self.roots[name].deployed()

    def _make(self, name: str) -> str:
        self.roots[name].apply(**self.variables[name])
        return self.roots[name].terraform.differences()


def go_side_by_side(folder: Path, packages: Path) -> SideBySide:
    """
    Make both, use both, end one, use the other, end it too.
    """
    with Account(START_AT) as account, Served(account) as served:
        variables = _variables(make_table(TABLE))
        table_before = _table(TABLE)
        roots = {name: Root.made(folder / name, packages, served) for name in variables}
        stage = _Stage(account, roots, variables)
        second_plans, devices = stage.make(), stage.use()

        beside_before = _names_of(BESIDE)
        stage.end(OWN)
        beside_after = _names_of(BESIDE)
        plan_after_the_others_end = roots[BESIDE].terraform.differences()
        _put("afterwards", account.clock.now())
        stage.wait()
        devices_afterwards = _devices(stage.deployed(BESIDE))

        stage.end(BESIDE)
        return SideBySide(
            second_plans=second_plans,
            table_before=table_before,
            table_after=_table(TABLE),
            calls_on_the_table=_calls_on(TABLE, served.calls),
            devices=devices,
            beside_before=beside_before,
            beside_after=beside_after,
            plan_after_the_others_end=plan_after_the_others_end,
            devices_afterwards=devices_afterwards,
            left=inventory(),
            refusals=refusals(roots[BESIDE]),
            not_emulated=tuple(served.failures),
        )


def _variables(stream_arn: str) -> Mapping[str, Mapping[str, object]]:
    return {
        OWN: {"name": OWN, "retention_days": RETENTION_DAYS},
        BESIDE: {
            "name": BESIDE,
            "existing_table": {"name": TABLE, "stream_arn": stream_arn},
            "source_attributes": SOURCE,
        },
    }


def refusals(root: Root) -> str:
    """
    What a plan says about tables of which nothing could be archived.
    """
    tables = {
        "keys-only": make_table("keys-only", view="KEYS_ONLY"),
        "new-image": make_table("new-image", view="NEW_IMAGE"),
        "without-ttl": make_table("without-ttl", ttl=None),
        "another-ttl": make_table("another-ttl", ttl="expires"),
        "another-key": make_table("another-key", keys={"device": "S", "taken_at": "N"}),
        "text-as-time": make_table(
            "text-as-time", keys={"station": "S", "taken_at": "S"}
        ),
        "former-stream": make_table("former-stream") + "9",
        # A stream is what its ARN says; this table has none.
        "without-stream": make_table("without-stream", view=None),
    }
    wanted = {
        "module": {
            name: {
                "source": "./infra",
                "name": f"r{number}",
                "packages_dir": str(root.packages),
                "source_attributes": SOURCE,
                "existing_table": {"name": name, "stream_arn": stream_arn},
            }
            for number, (name, stream_arn) in enumerate(tables.items())
        },
    }
    (root.terraform.folder / "main.tf.json").write_text(json.dumps(wanted))
    root.terraform.init()
    done = root.terraform.start("plan", "-input=false", "-no-color")
    return " ".join(done.stderr.split()) if done.returncode == 1 else ""


def make_table(
    name: str,
    *,
    keys: "Mapping[str, ScalarAttributeTypeType]" = KEYS,
    view: "StreamViewTypeType | None" = "NEW_AND_OLD_IMAGES",
    ttl: str | None = "gone_at",
) -> str:
    """
    A table as someone made it before Firn came; gives its stream's ARN.
    """
    client = boto3.client("dynamodb")
    device, created_at = keys
    created = client.create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": device, "KeyType": "HASH"},
            {"AttributeName": created_at, "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": key, "AttributeType": type_}
            for key, type_ in keys.items()
        ],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": view}
        if view
        else {"StreamEnabled": False},
    )["TableDescription"]
    if ttl is not None:
        client.update_time_to_live(
            TableName=name,
            TimeToLiveSpecification={"Enabled": True, "AttributeName": ttl},
        )
    none = f"{created['TableArn']}/stream/2026-01-01T00:00:00.000"
    return created.get("LatestStreamArn", none)


def _put(station: str, at: int) -> None:
    boto3.client("dynamodb").put_item(
        TableName=TABLE,
        Item={
            "station": {"S": station},
            "taken_at": {"N": str(at)},
            "gone_at": {"N": str(at + DAY)},
            "readings": {"NS": ["1.5", "2"]},
        },
    )


def _message(device: str, at: int) -> str:
    return json.dumps(
        {"topic": f"{device}/SENSOR/DAT", "timestamp": at, "data": {"Ta": 1.5}}
    )


def _devices(deployed: Deployed) -> frozenset[str]:
    keys = Bucket.of(deployed.archive_bucket).storage_classes(ITEMS)
    return frozenset(key.split("/")[1].removeprefix("device=") for key in keys)


def _names_of(deployment: str) -> frozenset[str]:
    glue = deployment.replace("-", "_")
    return frozenset(name for name in inventory() if deployment in name or glue in name)


def _table(name: str) -> Mapping[str, Any]:
    client = boto3.client("dynamodb")
    table: dict[str, Any] = {**client.describe_table(TableName=name)["Table"]}
    # What its own users change.
    for counted in ("ItemCount", "TableSizeBytes"):
        table.pop(counted, None)
    return {
        "table": table,
        "ttl": client.describe_time_to_live(TableName=name)["TimeToLiveDescription"],
        "backups": client.describe_continuous_backups(TableName=name)[
            "ContinuousBackupsDescription"
        ],
        "tags": client.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"],
    }


def _calls_on(table: str, calls: list[Call]) -> frozenset[str]:
    return frozenset(
        call.action
        for call in calls
        if call.principal == DEPLOYER
        and call.service == "dynamodb"
        and call.resource.endswith(f"table/{table}")
    )
