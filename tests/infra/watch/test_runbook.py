"""
The runbook has a section for each alarm, and its commands exist.
"""

import re
import subprocess
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.model import OperationModel

from archive.errors import ArchiveError
from ops.status.concern import Kind

ROOT = Path(__file__).parents[3]
RUNBOOK = (ROOT / "docs/RUNBOOK.md").read_text()
POLICIES = "".join(
    (ROOT / "infra" / name).read_text() for name in ("policies.tf", "operator.tf")
)
PARAMETER = (ROOT / "infra/deployment.tf").read_text()

LINES = (
    "You see:",
    "It means:",
    "Is data at risk? By when?",
    "Do:",
    "Prove it is over:",
)

# Commands of the AWS CLI that are more than one call, and what they call.
CUSTOM = {
    ("s3", "ls"): "s3:ListBucket",
    ("s3", "cp"): "s3:GetObject",
    ("s3", "sync"): "s3:GetObject",
    ("logs", "tail"): "logs:FilterLogEvents",
    ("dynamodb", "wait"): "dynamodb:DescribeTable",
}
# Calls whose permission has another name.
ACTIONS = {
    "lambda:Invoke": "lambda:InvokeFunction",
    "s3api:GetObject": "s3:GetObjectVersion",
}
OPTIONS_OF_ALL = {"cli-read-timeout", "output", "query"}
# What the CLI itself adds to a command.
OPTIONS_OF_CUSTOM = {"recursive", "since", "table-name"}
OPTIONS_ADDED = {("lambda", "create-function"): {"zip-file"}}

# A section that says so may ask for more than the operator's policy allows.
ASKS_FOR_MORE = re.compile(r"more than the operator's policy|with a role that may")

SECTIONS = {
    match[1]: match[0]
    for match in re.finditer(
        r"^## (.+?)\n.*?(?=^## |\Z)", RUNBOOK, re.MULTILINE | re.DOTALL
    )
}
# What is read before anything is wrong.
PEACEFUL = ("Status", "Upgrades")
ALARM_SECTIONS = {name: text for name, text in SECTIONS.items() if name not in PEACEFUL}
BLOCKS = [
    (name, block)
    for name, text in SECTIONS.items()
    for block in re.findall(r"^ *```sh\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
]


def anchor(heading: str) -> str:
    """
    What a link to a heading says, as GitHub makes it.
    """
    return heading.lower().replace(" ", "-")


def test_every_alarm_has_its_section(alarms: Mapping[str, Mapping[str, Any]]) -> None:
    """
    Under its own name, and its description leads there.
    """
    anchors = {anchor(name) for name in SECTIONS}
    for key, alarm in alarms.items():
        name = key.replace("_", "-")
        assert name in anchors
        assert alarm["alarm_description"].endswith(f" docs/RUNBOOK.md#{name}")


def test_every_section_is_of_an_alarm_an_error_or_the_status(
    alarms: Mapping[str, Mapping[str, Any]],
) -> None:
    """
    One that claims an alarm has it, under that name.
    """
    hints = {error.hint.split("#")[1] for error in ArchiveError.__subclasses__()}
    hints |= {kind.value for kind in Kind}
    names = {key.replace("_", "-") for key in alarms}
    for name, text in ALARM_SECTIONS.items():
        claimed = re.findall(r"the alarm \*([a-z-]+)\*", text)
        assert claimed == ([anchor(name)] if anchor(name) in names else []), name
        assert anchor(name) in names | hints


@pytest.mark.parametrize("name", ALARM_SECTIONS)
def test_a_section_has_its_five_lines_in_order(name: str) -> None:
    """
    The same five everywhere, so that nobody searches at night.
    """
    found = re.findall(r"^\*\*([^*]+[:?])\*\* \S", ALARM_SECTIONS[name], re.MULTILINE)
    assert tuple(found) == LINES


def test_what_has_a_deadline_stands_in_the_table_of_deadlines() -> None:
    """
    Each section that answers yes, and no link to one that does not exist.
    """
    table = RUNBOOK[RUNBOOK.index("| by when |") : RUNBOOK.index("\n## ")]
    listed = set(re.findall(r"\]\(#([a-z-]+)\)", table))
    urgent = {
        anchor(name)
        for name, text in ALARM_SECTIONS.items()
        if re.search(r"By when\?\*\* \**Yes", text)
    }
    assert urgent <= listed
    assert listed <= {anchor(name) for name in SECTIONS}


@pytest.mark.parametrize("block", BLOCKS, ids=[name for name, _ in BLOCKS])
def test_a_command_is_one_that_bash_reads(block: tuple[str, str]) -> None:
    """
    Nothing is run: only its grammar is looked at.
    """
    done = subprocess.run(
        ["bash", "-n"],  # noqa: S607 - whichever bash is there
        input=block[1],
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.stderr == ""


def test_every_name_that_is_asked_for_is_in_the_deployments_parameter() -> None:
    """
    `of` asks the parameter; a key that is not there would give "null".
    """
    asked = set(re.findall(r"\bof ([a-z_]+)", "".join(block for _, block in BLOCKS)))
    keys = set(re.findall(r"^    ([a-z_]+) +=", PARAMETER, re.MULTILINE))
    assert asked
    assert asked <= keys


@pytest.mark.parametrize("block", BLOCKS, ids=[name for name, _ in BLOCKS])
def test_a_command_of_the_aws_cli_exists_with_its_options(
    block: tuple[str, str],
) -> None:
    """
    Each option is a member of what the call takes.
    """
    for service, command, options in commands(block[1]):
        if (service, command) in CUSTOM:
            assert options <= OPTIONS_OF_ALL | OPTIONS_OF_CUSTOM
            continue
        model = operation(service, command)
        shape = model.input_shape
        taken = {
            option
            for name, member in (shape.members if shape else {}).items()
            for option in (kebab(name), f"no-{kebab(name)}")
            if not option.startswith("no-") or member.type_name == "boolean"
        }
        added = OPTIONS_ADDED.get((service, command), set())
        assert options <= taken | added | OPTIONS_OF_ALL, (service, command)


@pytest.mark.parametrize("block", BLOCKS, ids=[name for name, _ in BLOCKS])
def test_the_operator_may_do_what_a_section_asks_for(block: tuple[str, str]) -> None:
    """
    Or the section says that it takes more.
    """
    name, text = block
    if name in PEACEFUL or ASKS_FOR_MORE.search(SECTIONS[name]):
        return
    for service, command, _ in commands(text):
        action = CUSTOM.get((service, command))
        if action is None:
            called = f"{service}:{operation(service, command).name}"
            action = ACTIONS.get(called, called)
        assert f'"{action}"' in POLICIES, action


def commands(block: str) -> Iterator[tuple[str, str, set[str]]]:
    """
    Service, command and long options of each call of the AWS CLI.
    """
    text = block.replace("\\\n", " ")
    for line in re.findall(r"\baws [^\n]+", text):
        # A command within another one stands in $(...).
        for call in re.split(r"\$\((?=aws )", line):
            found = re.match(r"\s*(?:aws )?([a-z0-9-]+) ([a-z0-9-]+)", call)
            assert found
            options = set(re.findall(r"(?<=\s)--([a-z-]+)", call))
            yield found[1], found[2], options


@cache
def operation(service: str, command: str) -> OperationModel:
    """
    The API operation behind a command.
    """
    model = botocore.session.get_session().get_service_model(
        {"s3api": "s3"}.get(service, service)
    )
    names = {xform_name(name, "-"): name for name in model.operation_names}
    assert command in names, f"aws {service} {command}"
    return model.operation_model(names[command])


def kebab(name: str) -> str:
    """
    A member's name as the CLI spells it.
    """
    return xform_name(name, "-")
