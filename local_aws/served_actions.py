"""
What IAM would be asked about a call: actions and the resources they act upon.

Rule 1: named as the Service Authorization Reference names them.
"""

from collections.abc import Iterator

from local_aws.served_request import Asked


def asked_of(asked: Asked) -> Iterator[tuple[str, str]]:
    """
    Each action that the call takes, with the ARN that it takes it on.
    """
    yield f"{asked.service}:{asked.operation}", "*"
