"""
What IAM is told about a call beside action and resource: its condition keys.

Rule 1: named as the Service Authorization Reference names them; only those
that the policies of this project look at.
"""

from collections.abc import Mapping

from local_aws.served_request import Asked

_KEYS = {
    "s3": {
        "Prefix": "s3:prefix",
        "IfMatch": "s3:if-match",
        "IfNoneMatch": "s3:if-none-match",
        "VersionId": "s3:versionid",
    },
}


def context_of(asked: Asked) -> Mapping[str, str]:
    """
    The condition keys of a call, as far as it has them.

    A request on the loopback stands for one over TLS (served.py).
    """
    known = _KEYS.get(asked.service, {})
    found = {
        key: str(asked.parameters[name])
        for name, key in known.items()
        if asked.parameters.get(name) is not None
    }
    return {"aws:SecureTransport": "true", **found}
