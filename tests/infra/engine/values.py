"""
Declared columns of every type, and attributes with every odd name.

And values that fit a column, fit it nearly, or do not fit.
"""

from archive.columns import Column, parse_column

# Names that would break out of an SQL literal, a JSON path or a template.
ATTRIBUTES = (
    'quo"te',
    "apo'strophe",
    "back\\slash",
    "a.b[0]",
    "$",
    "${path}",
    "%{ if true }",
    "line\nbreak",
    "日本語",
    "😀",
    "']['",
    '"]["N',
)

TYPES = (
    "string",
    "bigint",
    "double",
    "boolean",
    "decimal(9,2)",
    "decimal(38,0)",
    "decimal(38,20)",
    "decimal(3,3)",
)

# As the module takes them. Upper case, because Athena knows lower case only;
# words that the views use themselves; and SQL's own.
DECLARED = [
    *(
        {"name": f"Typed_{number}", "type": type_, "attribute": f"typed {type_}"}
        for number, type_ in enumerate(TYPES)
    ),
    *(
        {
            "name": f"odd_{number}",
            "type": ("decimal(9,2)", "string")[number % 2],
            "attribute": attribute,
        }
        for number, attribute in enumerate(ATTRIBUTES)
    ),
    {"name": "Temperature", "type": "decimal(9,2)"},
    {"name": "select", "type": "bigint"},
    {"name": "value", "type": "string"},
    {"name": "image", "type": "string"},
    {"name": "readable", "type": "boolean"},
]

# What DynamoDB may send, and what it never would but an import might.
NUMBERS = (
    *("0", "1", "-1", "55.0", "0.1", "-0", "00", "+1", "1."),
    *("0.5", "1.5", "2.5", "-2.5", "-3.5", "0.125", "0.135", "-0.125", "1.005"),
    *("0.1249999999", "0.12500000000000000000000000000000000001"),
    *("0.999", "0.9985", "0.9995", "0.99949999", "4.35", "2e-3", "1E+2"),
    *("9999999.99", "9999999.994", "9999999.995", "9999999.985", "10000000"),
    *("9223372036854775807", "9223372036854775808", "9223372036854775806.5"),
    *("9223372036854775807.5", "-9223372036854775808", "-9223372036854775808.5"),
    *("0.30000000000000004", "9007199254740993", "1e23", "5.6843418860808015E-14"),
    *("123456789012345678", "0.12345678901234567", "1E+125", "-1E-130"),
    *("12345678901234567890123456789012345678", "9" * 38, "9" * 39, "9" * 300),
    *("123456789012345678.12345678901234567890", "0.00000000000000000001"),
    *("NaN", "Infinity", "-Infinity", "1E5000", "0x10", "1_000", "٣", "1d", " 1", ""),
)
TEXTS = (
    *("", "x", "55", "true", "é😀", "it's", 'a"b\\c', "\x00", "\n", "NaN"),
    *('{"N":"1"}', "'; DROP TABLE archive; --"),
)
VALUES: tuple[dict[str, object], ...] = (
    *({"N": number} for number in NUMBERS),
    *({"S": text} for text in TEXTS),
    {"BOOL": True},
    {"BOOL": False},
    {"NULL": True},
    {"B": "AAE="},
    {"SS": ["a", "b"]},
    {"NS": ["1", "2"]},
    {"L": []},
    {"L": [{"N": "1"}, {"S": "true"}]},
    {"M": {"N": {"N": "5"}, "S": {"S": "t"}, "BOOL": {"BOOL": True}}},
)

# Longer than what JSON parsers take for a name, and not too long for DynamoDB;
# and texts that a search for such names has to go through.
LONG: tuple[dict[str, dict[str, object]], ...] = (
    {"n" * 60_000: {"S": "one"}},
    {"n" * 60_000: {"S": "another"}},
    {"é\"'" * 20_000: {"S": "a third"}},
    {"long": {"S": "x" * 390_000}, "Temperature": {"N": "2.5"}},
    {"long": {"S": '\\"' * 190_000}, "Temperature": {"N": "3.5"}},
    {"long": {"S": '":' * 100_000}, "Temperature": {"N": "4.5"}},
)


def images() -> list[dict[str, object]]:
    """
    What comes with a device and a creation time; no two of them are the same.

    Every value is there under every declared attribute.
    """
    return [
        {},
        {"expiredAt": {"N": "1700000000"}},
        {"expiredAt": {"N": "1700000000.5"}},
        {"expiredAt": {"S": "1700000000"}},
        {"expiredAt": {"N": "1700000000.0"}},
        {"undeclared": {"N": "1"}},
        {"undeclared": {"S": "1"}},
        *({attribute: value} for attribute in _attributes() for value in VALUES),
        *LONG,
    ]


def unreadable() -> dict[str, object]:
    """
    What keeps its column's value where the engine cannot find it in `rest`.
    """
    return {"n" * 60_000: {"S": "one"}, "Temperature": {"N": "1"}}


def columns() -> list[Column]:
    """
    The declared columns as the archive has them.
    """
    return [
        parse_column(each["name"], each["type"], each.get("attribute"))
        for each in DECLARED
    ]


def _attributes() -> list[str]:
    return [column.attribute for column in columns()]
