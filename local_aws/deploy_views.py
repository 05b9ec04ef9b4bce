"""
The views that people query, in the catalogue as Terraform writes them.

Rule 1: the SQL is infra/views/'s own, rendered from the same files; what stands
here is what infra/views.tf puts into them. A test compares the two, byte for byte.
Rule 2: an attribute's name is data. It enters SQL as a literal only.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any

import boto3

from archive.columns import FIXED_COLUMNS, PARTITION_COLUMNS, REST, Column, Kind
from archive.contract import Contract
from local_aws.sql_template import render, templates

VIEWS = ("items", "items_distinct", "items_latest")

_NUMBER = r"^(?=.{1,256}$)[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?$"
READABLE = (
    r"""if(length(rest) <= 12500 OR regexp_like(rest, '^(?>[^"]++|"(?>[^"\\]++|\\.)*+"(?!:)"""
    r"""|"(?>[^"\\]|\\.){0,12500}+":)*+$'), rest)"""
)
_TRINO = {"string": "varchar", "timestamp": "timestamp(3)"}
# JSON as Terraform's jsonencode spells it: these never stand in it themselves.
_ESCAPED = {character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def deploy_views(database: str, contract: Contract) -> None:
    """
    Make the three views.
    """
    client = boto3.client("glue")
    columns: list[Any] = [
        {"Name": name, "Type": type_} for name, type_ in _columns(contract)
    ]
    for name in VIEWS:
        client.create_table(
            DatabaseName=database,
            TableInput={
                "Name": name,
                "TableType": "VIRTUAL_VIEW",
                "Parameters": {"presto_view": "true", "comment": "Presto View"},
                "ViewOriginalText": view_text(name, database, contract),
                "ViewExpandedText": "/* Presto View */",
                "StorageDescriptor": {
                    "Columns": columns,
                    # Not used, but engines do not read a table that has none.
                    "SerdeInfo": {"Name": "-", "SerializationLibrary": "-"},
                },
            },
        )


def view_text(name: str, database: str, contract: Contract) -> str:
    """
    A view as Athena writes it into Glue: JSON in Base64 in a comment.
    """
    document = {
        "catalog": "awsdatacatalog",
        "columns": [
            {"name": column, "type": _TRINO.get(type_, type_)}
            for column, type_ in _columns(contract)
        ],
        "originalSql": render(templates("views")[name], _values(database, contract)),
        "runAsInvoker": True,
        "schema": database,
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    for character, escape in _ESCAPED.items():
        text = text.replace(character, escape)
    encoded = base64.b64encode(text.encode()).decode()
    return f"/* Presto View: {encoded} */"


def _columns(contract: Contract) -> list[tuple[str, str]]:
    fixed = [(name, type_) for name, type_ in FIXED_COLUMNS.items() if name != REST]
    declared = [(column.name, column.type) for column in contract.columns]
    after = [(REST, FIXED_COLUMNS[REST]), *PARTITION_COLUMNS.items(), ("day", "date")]
    return [*fixed, *declared, *after]


def _values(database: str, contract: Contract) -> Mapping[str, Any]:
    created_at = _in_path(contract.source.created_at_attribute)
    return {
        "database": database,
        "readable": READABLE,
        "time_zone": f"'{contract.time_zone}'",
        "columns": [
            {"name": name, "type": type_} for name, type_ in _columns(contract)
        ],
        "declared": [
            {"name": column.name, "attribute_sql": _literal(column.attribute)}
            for column in contract.columns
        ],
        "from_rest": {column.name: _from_rest(column) for column in contract.columns},
        "json": {column.name: _as_json(column) for column in contract.columns},
        "created_at_path": f"'$[\"{created_at}\"]'",
    }


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _in_path(attribute: str) -> str:
    escaped = attribute.replace("\\", "\\\\").replace('"', '\\"')
    return escaped.replace("'", "''")


def _from_rest(column: Column) -> str:
    path = f'\'$["{_in_path(column.attribute)}"]["{column.kind.tag}"]\''
    scalar = f'json_extract_scalar("readable rest", {path})'
    number = f"regexp_extract({scalar}, '{_NUMBER}')"
    # Halves go to the even neighbour.
    even = (
        rf"(\.[0-9]{{{column.scale - 1}}}[02468])50*$"
        if column.scale
        else r"([02468])\.50*$"
    )
    plain = f"regexp_replace({number}, '{even}', '$1')"
    match column.kind:
        case Kind.STRING:
            return scalar
        case Kind.BOOLEAN:
            return f"try_cast({scalar} AS boolean)"
        case Kind.DOUBLE:
            double = f"try_cast({number} AS double)"
            return f"nullif(nullif({double}, infinity()), -infinity())"
        case Kind.BIGINT:
            return f"try_cast(try_cast({plain} AS decimal(38,0)) AS bigint)"
        case Kind.DECIMAL:
            return f"try_cast({plain} AS {column.type})"


def _as_json(column: Column) -> str:
    name = f'"{column.name}"'
    text = f"CAST({name} AS varchar)"
    match column.kind:
        case Kind.STRING | Kind.BOOLEAN:
            text = name
        case Kind.DOUBLE:
            text = rf"regexp_replace(format('%.150f', {name}), '\.?0+$', '')"
        case Kind.DECIMAL if column.scale:
            text = rf"regexp_replace({text}, '\.?0+$', '')"
        case _:
            pass
    return f"CAST(MAP(ARRAY['{column.kind.tag}'], ARRAY[{text}]) AS json)"
