"""
The views of a deployment on one machine are the module's, byte for byte.

The two are written by different hands: Terraform's and local_aws/deploy_views.py.
"""

import json

import pytest

from archive.columns import parse_column
from archive.contract import Contract, Source
from local_aws.deploy_views import VIEWS, view_text
from tests.infra.engine.values import DECLARED
from tests.infra.planned import plan_of
from tests.infra.terraform import Terraform

PLAIN = [
    {"name": "Temperature", "type": "decimal(9,2)"},
    {"name": "hits", "type": "bigint", "attribute": "<hits> & \u2028"},
]
NAMES = {"created_at_attribute": 'it\'s "a\\b"', "device_attribute": "d"}


@pytest.mark.parametrize(
    ("columns", "names"),
    [([], {}), (PLAIN, NAMES), (DECLARED, {})],
    ids=["no columns", "names of its own", "every odd name"],
)
def test_a_view_is_the_same_text_as_the_module_s(
    own_module: Terraform, columns: list[dict[str, str]], names: dict[str, str]
) -> None:
    """
    Whatever a column's attribute is called, and the attributes of the table.
    """
    existing = (
        'existing_table = { name = "readings", stream_arn = "arn:aws:dynamodb:eu-west-1:'
        '123456789012:table/readings/stream/2026-01-01T00:00:00.000" }'
    )
    variables = [
        f"columns = jsondecode({_hcl(columns)})",
        'time_zone = "Asia/Tokyo"',
        f"source_attributes = jsondecode({_hcl(names)})" if names else "",
        existing if names else "",
    ]
    mock = own_module.folder / "tests" / "mocks" / "aws.tfmock.hcl"
    if names:
        text = mock.read_text()
        for was, of in (("createdAt", "created_at"), ("deviceID", "device")):
            name = json.dumps(names[f"{of}_attribute"])
            text = text.replace(f'"{was}"', name)
        mock.write_text(text)

    plan = plan_of(own_module, "\n".join(variables))
    contract = Contract(
        columns=tuple(
            parse_column(each["name"], each["type"], each.get("attribute"))
            for each in columns
        ),
        time_zone="Asia/Tokyo",
        source=Source(**names),
    )
    for name in VIEWS:
        address = f'over_items["{name}"]' if name != "items" else name
        planned = plan[f"aws_glue_catalog_table.{address}"]["view_original_text"]
        assert planned == view_text(name, "firn", contract)


def _hcl(value: object) -> str:
    text = json.dumps(json.dumps(value))
    return text.replace("${", "$${").replace("%{", "%%{")
