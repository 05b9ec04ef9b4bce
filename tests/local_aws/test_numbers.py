from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from local_aws.spelling import spell

if TYPE_CHECKING:
    from tests.local_aws.conftest import Stage


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("55.0", "55"),
        ("0055.10", "55.1"),
        ("+3", "3"),
        (".123", "0.123"),
        ("-0.0", "0"),
        ("0e1000", "0"),
        ("1e5", "100000"),
        # boto/boto3 issue 2500: what DynamoDB gave back for 1e100.
        ("1E+100", "1" + "0" * 100),
        # boto/boto3 issue 4636, the same for more digits.
        (
            "1.00000000000000007629769841092E+50",
            "100000000000000007629769841092000000000000000000000",
        ),
        ("1E-130", "0." + "0" * 129 + "1"),
        ("9.9999999999999999999999999999999999999E+125", "9" * 38 + "0" * 88),
    ],
)
def test_a_number_is_spelled_plainly_and_without_spare_zeros(
    sent: str, stored: str
) -> None:
    """
    DynamoDB keeps the number, not its spelling.
    """
    assert spell(sent) == stored


@pytest.mark.parametrize(
    "refused", ["NaN", "Infinity", " 1", "1 ", "dog", "", "1E+126", "1E-131", "1" * 39]
)
def test_what_is_no_number_of_dynamodb_is_refused(stage: Stage, refused: str) -> None:
    """
    38 digits, 1E-130 to 9.99E+125, and no words (Supported data types).
    """
    stage.table()
    with pytest.raises(ClientError, match="ValidationException"):
        stage.put(value={"N": refused})


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=6, max_value=10**30).map(
        str
    )
)
def test_spelling_is_stable_and_changes_no_value(number: str) -> None:
    """
    Spelled twice is spelled once.
    """
    if len(Decimal(number).as_tuple().digits) > 38:
        return
    spelled = spell(number)
    assert Decimal(spelled) == Decimal(number)
    assert spell(spelled) == spelled


def test_what_is_read_back_is_what_the_stream_will_show(stage: Stage) -> None:
    """
    Numbers are respelled at every depth, in sets and in keys.
    """
    stage.table()
    stage.put(
        at="1.0",
        value={"N": "55.0"},
        deep={"L": [{"M": {"x": {"N": "1e2"}}}]},
        several={"NS": ["1.0", "2.50"]},
    )
    found = boto3.client("dynamodb").get_item(
        TableName="items", Key={"id": {"S": "BH"}, "at": {"N": "1"}}
    )["Item"]
    assert found == {
        "id": {"S": "BH"},
        "at": {"N": "1"},
        "value": {"N": "55"},
        "deep": {"L": [{"M": {"x": {"N": "100"}}}]},
        "several": {"NS": ["1", "2.5"]},
    }
