"""
Hypothesis strategies for images: every type, every spelling, every odd name.
"""

from base64 import b64encode

from hypothesis import strategies as st

from archive.columns import parse_column
from archive.contract import Contract, CreatedAtUnit, Source

DECLARED = (
    parse_column("temperature", "decimal(9,2)", "Temperature"),
    parse_column("fine", "decimal(38,20)"),
    parse_column("small", "decimal(3,3)"),
    parse_column("label", "string"),
    parse_column("hits", "bigint"),
    parse_column("ratio", "double"),
    parse_column("on_air", "boolean", "on.air"),
)
CONTRACTS = {
    "no columns": Contract(),
    "columns": Contract(columns=DECLARED, time_zone="Asia/Tokyo"),
    "seconds": Contract(
        columns=DECLARED,
        source=Source(created_at_unit=CreatedAtUnit.SECONDS, device_attribute="rest"),
    ),
    "iso8601": Contract(
        columns=DECLARED[:2],
        time_zone="America/St_Johns",
        source=Source(created_at_unit=CreatedAtUnit.ISO8601),
    ),
}

# No surrogates: DynamoDB text is UTF-8.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)

NUMBERS = st.one_of(
    st.integers(-(10**38), 10**38).map(str),
    st.decimals(-1000, 1000, places=2).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.sampled_from(
        [
            "0",
            "-0",
            "-0.0",
            "00",
            "007",
            "+1",
            "1.",
            ".5",
            "1e5",
            "1E+125",
            "-1E-130",
            "9.99E+125",
            "55.0",
            "0.1",
            "0.5",
            "1.005",
            "2.5",
            "0.999",
            "0.9995",
            "9999999.99",
            "9999999.995",
            "10000000",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775808",
            "0.30000000000000004",
            "1e16",
            "123456789012345678",
            "0.12345678901234567",
            "NaN",
            "Infinity",
            "0x10",
            "1_000",
            "٣",
        ]
    ),
    st.just("9" * 300),
)
BINARIES = st.binary(max_size=8).map(lambda raw: b64encode(raw).decode())

SCALARS = st.one_of(
    TEXT.map(lambda value: {"S": value}),
    NUMBERS.map(lambda value: {"N": value}),
    BINARIES.map(lambda value: {"B": value}),
    st.booleans().map(lambda value: {"BOOL": value}),
    st.just({"NULL": True}),
    st.lists(TEXT, max_size=4, unique=True).map(lambda value: {"SS": value}),
    st.lists(NUMBERS, max_size=4, unique=True).map(lambda value: {"NS": value}),
    st.lists(BINARIES, max_size=3, unique=True).map(lambda value: {"BS": value}),
)
NAMES = st.one_of(
    TEXT,
    st.sampled_from(
        [
            *("rest", "device", "date", "device_id", "created_at", "image", "N"),
            *("temperature", "TEMPERATURE", "Temperature", "fine", "small", "label"),
            *("hits", "Hits", "ratio", "on.air", "deviceid", "deviceID", "createdAt"),
            *(
                "expiredAt",
                'a"b',
                "a'b",
                "a\\b",
                "a b",
                "",
                "\x00",
                "ß",
                "SS",
                "É",
                "é",
            ),
        ]
    ),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda value: {"L": value}),
        st.dictionaries(NAMES, inner, max_size=3).map(lambda value: {"M": value}),
    ),
    max_leaves=6,
)

CREATED_AT = st.one_of(
    st.integers(-62_200_000_000_000, 253_500_000_000_000).map(
        lambda value: {"N": str(value)}
    ),
    st.integers(0, 2_000_000_000).map(lambda value: {"N": str(value)}),
    NUMBERS.map(lambda value: {"N": value}),
    st.datetimes().map(lambda at: {"S": at.isoformat(timespec="milliseconds") + "Z"}),
    st.datetimes().map(lambda at: {"S": at.isoformat()}),
    st.sampled_from(
        [
            "2024-02-29T00:00:00.000Z",
            "2023-02-29T00:00:00.000Z",
            "2024-11-13",
            "2024-11-13T22:20:00+09:00",
            "0001-01-01T00:00:00.000Z",
            "9999-12-31T23:59:59.999Z",
            "2024-06-31T00:00:00.000Z",
            "2024-11-13T24:00:00.000Z",
            "2024-W01-1",
        ]
    ).map(lambda value: {"S": value}),
)


@st.composite
def images(draw: st.DrawFn, device_attribute: str = "deviceID") -> dict[str, object]:
    """
    An image with a device; all else may be missing, odd or of another type.
    """
    image: dict[str, object] = draw(st.dictionaries(NAMES, VALUES, max_size=6))
    if draw(st.booleans()):
        image["createdAt"] = draw(CREATED_AT)
    if draw(st.booleans()):
        image["expiredAt"] = {"N": str(draw(st.integers(0, 2_000_000_000)))}
    device = draw(st.one_of(st.sampled_from(["d1", "d2"]), TEXT))
    image[device_attribute] = {"S": device}
    keys = draw(st.permutations(list(image)))
    return {key: image[key] for key in keys}
