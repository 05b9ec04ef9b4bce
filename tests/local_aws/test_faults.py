from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from local_aws.account import Account
from local_aws.events import FaultStruck
from local_aws.faults import ANY_WRITE, Fault, Faults, Injector, Killed, Kind, armed

if TYPE_CHECKING:
    from tests.local_aws.conftest import Stage

START = 1_614_556_800


def strike(kind: Kind, *calls: int, **more: object) -> Faults:
    """
    One fault that strikes writes to S3.
    """
    fault = Fault(kind=kind, service="s3", calls=frozenset(calls), **more)  # type: ignore[arg-type]
    return Faults(calls=(fault,))


def store(key: str) -> str:
    """
    Put an object and say what became of it, as the caller knows it.
    """
    try:
        boto3.client("s3").put_object(Bucket="bucket", Key=key, Body=b"")
    except ClientError as error:
        return error.response["Error"]["Code"]
    except ConnectionClosedError:
        return "no answer"
    except Killed:
        return "killed"
    return "stored"


@pytest.mark.parametrize(
    ("faults", "told", "keys"),
    [
        (strike(Kind.REFUSED, 3), ["stored", "InternalError", "stored"], ["1", "3"]),
        (
            strike(Kind.REFUSED, 3, code="SlowDown"),
            ["stored", "SlowDown", "stored"],
            ["1", "3"],
        ),
        (
            strike(Kind.ANSWER_LOST, 3),
            ["stored", "no answer", "stored"],
            ["1", "2", "3"],
        ),
        (strike(Kind.KILLED_BEFORE, 3), ["stored", "killed", "stored"], ["1", "3"]),
        (strike(Kind.KILLED_AFTER, 3), ["stored", "killed", "stored"], ["1", "2", "3"]),
        (
            strike(Kind.REFUSED, 2, 4, operation="PutObject"),
            ["stored", "InternalError", "stored", "InternalError"],
            ["1", "3"],
        ),
        (strike(Kind.REFUSED, operation="GetObject", probability=1), ["stored"], ["1"]),
    ],
)
def test_faults_come_in_pairs(
    stage: Stage, faults: Faults, told: list[str], keys: list[str]
) -> None:
    """
    Either it did not happen, or it did and the caller was not told.
    """
    del faults
    boto3.client("s3").create_bucket(Bucket="bucket")
    outcome = [store(str(number)) for number in range(1, len(told) + 1)]
    assert outcome == told
    assert stage.keys("bucket") == keys
    assert len(stage.seen(FaultStruck)) == len(told) - told.count("stored")


@pytest.mark.parametrize("faults", [strike(Kind.SLOW, 2, seconds=30)])
def test_a_slow_call_takes_simulated_time(stage: Stage) -> None:
    """
    And then does what it was asked.
    """
    boto3.client("s3").create_bucket(Bucket="bucket")
    assert store("1") == "stored"
    assert stage.account.clock.now() == START + 30
    assert stage.keys("bucket") == ["1"]


def outcomes(seed: int) -> list[str]:
    """
    What becomes of twenty writes, each of which fails half the time.
    """
    fault = Fault(kind=Kind.REFUSED, operation="PutObject", probability=0.5)
    with Account(START, Faults(calls=(fault,), seed=seed)):
        boto3.client("s3").create_bucket(Bucket="bucket")
        return [store(str(number)) for number in range(20)]


def test_the_same_seed_strikes_the_same_calls() -> None:
    """
    A failure that was found once can be looked at again.
    """
    first = outcomes(1)
    assert set(first) == {"stored", "InternalError"}
    assert first == outcomes(1)
    assert first != outcomes(2)


def test_every_write_of_a_run_can_be_the_last() -> None:
    """
    Any client, any operation: killed after the n-th write, n - 1 answers came.
    """
    for number in range(1, 5):
        fault = Fault(
            kind=Kind.KILLED_AFTER, operation=ANY_WRITE, calls=frozenset({number})
        )
        done = 0
        with Account(START) as account:
            boto3.client("s3").create_bucket(Bucket="bucket")
            with armed(Injector(Faults(calls=(fault,)))):
                for key in "abcd":
                    boto3.client("s3").list_buckets()
                    if store(key) == "killed":
                        break
                    done += 1
            listed = boto3.client("s3").list_objects_v2(Bucket="bucket")
            assert listed["KeyCount"] == number
            assert done == number - 1
            assert account.clock.now() == START
