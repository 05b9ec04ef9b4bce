"""
An account, and functions of a test's own to deploy in it.
"""

import io
import json
import sys
import types
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Literal

import boto3
import pytest

from local_aws.account import Account, Pace
from local_aws.events import Event
from local_aws.faults import NO_FAULTS, Faults
from local_aws.packaged import Packaged
from local_aws.served import Served
from tests.local_aws.over_http import client_of

# 1 March 2021, midnight UTC.
START = 1_614_556_800

Handler = Callable[[dict[str, Any], Any], Any]


class Router:
    """
    A handler that notes what it is given and answers as it is told.
    """

    def __init__(self, *answers: object) -> None:
        """
        Answer one call with each; a callable is asked, an error is raised.
        """
        self.answers = list(answers)
        self.batches: list[list[dict[str, Any]]] = []

    def __call__(self, event: dict[str, Any], _context: object) -> object:
        """
        Note the records, and answer.
        """
        self.batches.append(event["Records"])
        answer = self.answers.pop(0) if self.answers else None
        if callable(answer):
            answer = answer(event["Records"])
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def sort_keys(self) -> list[list[str]]:
        """
        The sort keys of each batch's items.
        """
        return [[it["dynamodb"]["Keys"]["at"]["N"] for it in b] for b in self.batches]


def zipped(files: dict[str, str]) -> bytes:
    """
    A package with these files.
    """
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        for name, text in files.items():
            # A zip holds no year before 1980, where the clock may stand.
            archive.writestr(zipfile.ZipInfo(name), text)
    return package.getvalue()


class Stage:
    """
    One account with what a test deploys in it, and all that was seen there.
    """

    def __init__(self, account: Account) -> None:
        self.account = account
        self.events: list[Event] = []
        self.modules: list[str] = []
        account.observe(self.events.append)

    def seen(self, kind: type[Event]) -> list[Any]:
        """
        The events of one kind so far.
        """
        return [event for event in self.events if isinstance(event, kind)]

    def function(self, name: str, handler: Handler, **settings: Any) -> str:  # noqa: ANN401 - boto3's own
        """
        Deploy a Python callable; give the function's ARN.
        """
        module = types.ModuleType(f"probe_{name}")
        module.handler = handler  # type: ignore[attr-defined]
        sys.modules[module.__name__] = module
        self.modules.append(module.__name__)
        package = io.BytesIO()
        with zipfile.ZipFile(package, "w") as archive:
            archive.writestr("probe.py", "")
        role = boto3.client("iam").create_role(
            RoleName=name, AssumeRolePolicyDocument="{}"
        )["Role"]["Arn"]
        created = boto3.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=role,
            Handler=f"{module.__name__}.handler",
            Code={"ZipFile": package.getvalue()},
            **{"Timeout": 60, **settings},
        )
        return str(created["FunctionArn"])

    def package(self, source: str, name: str = "probe", **settings: Any) -> str:  # noqa: ANN401 - boto3's own
        """
        Deploy the source of a module as a function's package; give its ARN.
        """
        role = boto3.client("iam").create_role(
            RoleName=name, AssumeRolePolicyDocument="{}"
        )["Role"]["Arn"]
        created = boto3.client("lambda").create_function(
            FunctionName=name,
            Role=role,
            **{
                "Runtime": "python3.13",
                "Handler": "probe.handler",
                "Timeout": 60,
                "Code": {"ZipFile": zipped({"probe.py": source})},
                **settings,
            },
        )
        return str(created["FunctionArn"])

    def answer(self, event: object = None, name: str = "probe") -> Any:  # noqa: ANN401 - whatever it answers
        """
        What a function answers.
        """
        outcome, _ = self.account.functions.invoke(name, json.dumps(event).encode())
        assert outcome.error is None
        return outcome.value

    def queue(self, name: str = "messages", **attributes: str) -> tuple[str, str]:
        """
        Make a queue; give its URL and ARN.
        """
        client = boto3.client("sqs")
        url = client.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        arn = client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return url, arn["Attributes"]["QueueArn"]

    def table(self, name: str = "items", view: str = "OLD_IMAGE") -> str:
        """
        Make a table with TTL on `expiry`; give its stream's ARN.
        """
        client = boto3.client("dynamodb")
        created = client.create_table(
            TableName=name,
            KeySchema=[
                {"AttributeName": "id", "KeyType": "HASH"},
                {"AttributeName": "at", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "id", "AttributeType": "S"},
                {"AttributeName": "at", "AttributeType": "N"},
            ],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": view},
        )
        client.update_time_to_live(
            TableName=name,
            TimeToLiveSpecification={"Enabled": True, "AttributeName": "expiry"},
        )
        return str(created["TableDescription"]["LatestStreamArn"])

    def put(self, table: str = "items", at: str = "1", **attributes: Any) -> None:  # noqa: ANN401 - boto3's own
        """
        Put an item of the device BH.
        """
        boto3.client("dynamodb").put_item(
            TableName=table,
            Item={"id": {"S": "BH"}, "at": {"N": at}, **attributes},
        )

    def mapping(self, function: str, source: str, **settings: Any) -> str:  # noqa: ANN401 - boto3's own
        """
        Map a source to a function; give the mapping's id.
        """
        created = boto3.client("lambda").create_event_source_mapping(
            FunctionName=function, EventSourceArn=source, **settings
        )
        return str(created["UUID"])

    def router(self, *answers: object) -> Router:
        """
        A handler for a stream that answers as it is told.
        """
        return Router(*answers)

    def stream_to(self, router: Router, **settings: Any) -> str:  # noqa: ANN401 - boto3's own
        """
        A table whose stream feeds a router; the mapping's id.
        """
        stream = self.table()
        self.function("router", router)
        boto3.client("s3").create_bucket(Bucket="failures")
        defaults = {
            "StartingPosition": "TRIM_HORIZON",
            "BatchSize": 100,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
        }
        return self.mapping("router", stream, **{**defaults, **settings})

    def keys(self, bucket: str) -> list[str]:
        """
        The keys of a bucket.
        """
        listed = boto3.client("s3").list_objects_v2(Bucket=bucket)
        return [entry["Key"] for entry in listed.get("Contents", [])]


@pytest.fixture
def faults() -> Faults:
    """
    Nothing goes wrong, unless a test says otherwise.
    """
    return NO_FAULTS


@pytest.fixture
def pace() -> Pace:
    """
    Time passes as it does by default, unless a test says otherwise.
    """
    return Pace()


@pytest.fixture
def stage(faults: Faults, pace: Pace) -> Iterator[Stage]:
    """
    An account that starts at midnight and holds nothing yet.
    """
    with Account(START, faults, pace) as account:
        opened = Stage(account)
        yield opened
    for name in opened.modules:
        del sys.modules[name]


@pytest.fixture(name="zipped")
def zipped_fixture() -> Callable[[dict[str, str]], bytes]:
    """
    Makes a package of files.
    """
    return zipped


@pytest.fixture(params=["plain", "awslambdaric"])
def runtime(request: pytest.FixtureRequest) -> Literal["plain", "awslambdaric"]:
    """
    Our own client of Lambda's Runtime API, and AWS's.
    """
    client: Literal["plain", "awslambdaric"] = request.param
    return client


@pytest.fixture
def packaged(
    stage: Stage, runtime: Literal["plain", "awslambdaric"]
) -> Iterator[Packaged]:
    """
    The stage's functions run from their packages.
    """
    with (
        Served(stage.account) as served,
        Packaged(stage.account, served, runtime=runtime) as packaged,
    ):
        yield packaged


@pytest.fixture
def served(stage: Stage) -> Iterator[Served]:
    """
    The stage's account, served.
    """
    with Served(stage.account) as served:
        yield served


@pytest.fixture
def reach(served: Served) -> Callable[[str], Any]:
    """
    Makes a client of a service; its calls go over HTTP.
    """
    return partial(client_of, served)
