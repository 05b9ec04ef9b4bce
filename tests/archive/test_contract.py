"""
Declared columns, contracts, and the Glue table that holds them.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.columns import FIXED_COLUMNS, Column, Kind, parse_column
from archive.contract import (
    Contract,
    CreatedAtUnit,
    Granularity,
    Source,
    decode_contract,
    encode_contract,
)
from archive.errors import MisconfiguredError
from archive.glue_table import contract_of_table, glue_columns, glue_parameters

TEMPERATURE = parse_column("temperature", "decimal(9,2)", "Temperature")
HUMIDITY = parse_column("hum", "bigint")
TYPES = ["string", "bigint", "double", "boolean", "decimal(9,2)", "decimal(38,38)"]

CONTRACTS = st.builds(
    lambda names, granularity, unit: Contract(
        columns=tuple(parse_column(name, type_) for name, type_ in names.items()),
        time_zone="Asia/Tokyo",
        granularity=granularity,
        source=Source(created_at_unit=unit),
    ),
    st.dictionaries(
        st.from_regex(r"c_[a-z0-9_]{1,9}", fullmatch=True), st.sampled_from(TYPES)
    ),
    st.sampled_from(Granularity),
    st.sampled_from(CreatedAtUnit),
)


def test_a_column_shows_the_attribute_of_its_own_name_unless_told() -> None:
    """
    `attribute` defaults to the name.
    """
    assert Column(name="hum", kind=Kind.BIGINT, attribute="hum") == HUMIDITY
    assert TEMPERATURE.attribute == "Temperature"
    assert TEMPERATURE.type == "decimal(9,2)"


def test_a_columns_name_is_lower_case_and_its_attribute_as_written() -> None:
    """
    Athena lower-cases names; DynamoDB does not, so the attribute keeps its case.
    """
    assert parse_column("Ta", "double") == parse_column("ta", "double", "Ta")
    with pytest.raises(MisconfiguredError, match="declared twice"):
        Contract(columns=(parse_column("Ta", "double"), parse_column("TA", "double")))


@pytest.mark.parametrize(
    ("kind", "tag"),
    [("string", "S"), ("boolean", "BOOL"), ("double", "N"), ("decimal(1,0)", "N")],
)
def test_a_column_takes_one_dynamodb_type(kind: str, tag: str) -> None:
    """
    String takes S, numbers take N, boolean takes BOOL.
    """
    assert parse_column("x", kind).kind.tag == tag


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("Größe", "double"),
        ("9lives", "double"),
        ("a-b", "double"),
        ("", "double"),
        ("device_id", "string"),
        ("date", "string"),
        ("day", "string"),
        ("rest", "string"),
        ("x", "float"),
        ("x", "decimal"),
        ("x", "decimal(39,2)"),
        ("x", "decimal(2,3)"),
        ("x", "decimal(0,0)"),
    ],
)
def test_a_column_that_athena_could_not_hold_is_refused(name: str, type_: str) -> None:
    """
    The error names the column, and nothing was written yet.
    """
    with pytest.raises(MisconfiguredError, match="column"):
        parse_column(name, type_)


def test_an_attribute_has_a_name() -> None:
    """
    DynamoDB has no attribute without a name, so a column cannot show one.
    """
    with pytest.raises(MisconfiguredError, match="no name"):
        parse_column("x", "string", "")


@pytest.mark.parametrize(
    "columns",
    [
        (HUMIDITY, parse_column("hum", "double", "Hum")),
        (HUMIDITY, parse_column("humidity", "double", "hum")),
        (parse_column("identity", "string", "deviceID"),),
        (parse_column("created", "bigint", "createdAt"),),
    ],
)
def test_two_columns_never_share_a_name_or_an_attribute(
    columns: tuple[Column, ...],
) -> None:
    """
    One attribute has one place in a row, or a rebuilt image is not exact.
    """
    with pytest.raises(MisconfiguredError):
        Contract(columns=columns)


@pytest.mark.parametrize("time_zone", ["", "Mars/Olympus", "../etc/passwd", "utc+9"])
def test_an_unknown_time_zone_is_refused(time_zone: str) -> None:
    """
    A zone that is not in the tz database has no days.
    """
    with pytest.raises(MisconfiguredError, match="time zone"):
        Contract(time_zone=time_zone)


def test_the_source_names_three_different_attributes() -> None:
    """
    One attribute cannot be both the device and the time.
    """
    with pytest.raises(MisconfiguredError, match="source"):
        Source(device_attribute="id", created_at_attribute="id")


@given(CONTRACTS)
def test_a_contract_is_the_same_after_the_ledger_and_after_glue(
    contract: Contract,
) -> None:
    """
    An entry and a Glue table hold all of it.
    """
    assert decode_contract(encode_contract(contract)) == contract
    assert (
        contract_of_table(glue_columns(contract), glue_parameters(contract)) == contract
    )


def test_the_glue_table_has_the_archives_columns_in_order() -> None:
    """
    The fixed columns first, the declared ones, and `rest` at the end.
    """
    names = [column["Name"] for column in glue_columns(Contract(columns=(HUMIDITY,)))]

    assert names == [*list(FIXED_COLUMNS)[:-1], "hum", "rest"]


def test_a_glue_table_without_the_contract_is_refused() -> None:
    """
    A table that something else made is named as such, with what is missing.
    """
    parameters = glue_parameters(Contract())
    del parameters["firn.time_zone"]

    with pytest.raises(MisconfiguredError, match=r"firn\.time_zone"):
        contract_of_table(glue_columns(Contract()), parameters)
    with pytest.raises(MisconfiguredError, match="columns"):
        contract_of_table(glue_columns(Contract())[1:], glue_parameters(Contract()))
    with pytest.raises(MisconfiguredError, match="fortnight"):
        contract_of_table(
            glue_columns(Contract()),
            glue_parameters(Contract()) | {"firn.granularity": "fortnight"},
        )


def test_a_dropped_column_is_retired_and_its_name_never_means_anything_else() -> None:
    """
    Years later, through any number of contracts, a name keeps its type.
    """
    first = Contract(columns=(TEMPERATURE, HUMIDITY))
    second = Contract(columns=(HUMIDITY,)).succeed(first)
    third = Contract().succeed(second)

    assert third.retired == (HUMIDITY, TEMPERATURE)
    assert Contract(columns=(TEMPERATURE,)).succeed(third).columns == (TEMPERATURE,)
    with pytest.raises(MisconfiguredError, match="new name"):
        Contract(columns=(parse_column("temperature", "double"),)).succeed(third)


@pytest.mark.parametrize(
    "successor",
    [
        Contract(time_zone="Asia/Tokyo"),
        Contract(source=Source(ttl_attribute="ttl")),
        Contract(columns=(parse_column("hum", "double"),)),
        Contract(columns=(parse_column("hum", "bigint", "Hum"),)),
    ],
)
def test_what_would_change_the_meaning_of_cold_files_is_refused(
    successor: Contract,
) -> None:
    """
    No file in Glacier is rewritten, so zone, source, types and attributes stay.
    """
    with pytest.raises(MisconfiguredError):
        successor.succeed(Contract(columns=(HUMIDITY,)))


def test_granularity_may_change() -> None:
    """
    It says only where new rows lie.
    """
    month = Contract(granularity=Granularity.MONTH)

    assert month.succeed(Contract()) == month
