"""
What AWS answers when it does not do as it is asked, in a person's words.

Rule 1: this is the only file that knows how AWS says no to who asks: which codes
are missing permissions, expired credentials, throttling.
Rule 2: what a command expects (a missing object, a cold one) is not here; it
stays botocore's ClientError for the command to catch.
Rule 3: a message names the thing, the reason and what to do next.
Rule 4: where AWS itself names the action that is missing, that is the one.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botocore import exceptions as aws
from botocore.exceptions import BotoCoreError, ClientError

from archive.errors import ArchiveError, MisconfiguredError, UndeliveredError

# HEAD has no body: its code is the status alone.
_DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "403",
        "KMS.AccessDeniedException",
        "KmsAccessDenied",
        "UnauthorizedOperation",
    }
)
_EXPIRED = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "RequestExpired",
    }
)
_UNKNOWN_KEY = frozenset(
    {
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidToken",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
_BUSY = frozenset(
    {
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "InternalServerException",
        "InternalServiceException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestTimeout",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "SlowDown",
        "Throttling",
        "ThrottledException",
        "ThrottlingException",
        "TooManyRequestsException",
        "500",
        "502",
        "503",
        "504",
    }
)

# "User: ARN is not authorized to perform: s3:ListBucket on resource: ...", with
# or without a colon after "perform" (IAM: "Troubleshoot access denied messages").
_NAMED = re.compile(r"not authorized to perform:? ([a-z0-9-]+:[A-Za-z]+)")

# IAM's names where they are not the operation's (Service Authorization
# Reference: "Actions, resources, and condition keys for Amazon S3", and those
# for CloudWatch and Lambda).
_PREFIXES = {"monitoring": "cloudwatch"}
_ACTIONS = {
    ("lambda", "Invoke"): "lambda:InvokeFunction",
    ("s3", "ListObjectsV2"): "s3:ListBucket",
    ("s3", "ListObjectVersions"): "s3:ListBucketVersions",
    ("s3", "HeadObject"): "s3:GetObject",
    ("s3", "HeadBucket"): "s3:ListBucket",
}


class NotAllowedError(MisconfiguredError):
    """
    A permission is missing. `action` is what IAM calls it.
    """

    def __init__(self, action: str, message: str) -> None:
        """
        Say it in a person's words.
        """
        super().__init__(message)
        self.action = action


def told(
    service: str, operation: str, answer: Mapping[str, Any]
) -> ArchiveError | None:
    """
    AWS's refusal as an error for a person; None where it is the command's own.

    `answer` is the parsed response, as botocore has it.
    """
    code = str(answer.get("Error", {}).get("Code", ""))
    message = str(answer.get("Error", {}).get("Message", ""))
    action = _action(service, operation)
    if code in _DENIED:
        named = _NAMED.search(message)
        action = named[1] if named else action
        return NotAllowedError(
            action,
            f"{action}: these credentials may not; the deployment's policies for "
            f"people allow it (output policy_arns), ask for one of them{_reason(message)}",
        )
    if code in _EXPIRED:
        return MisconfiguredError(
            f"{action}: these credentials have expired; sign in anew (aws sso login, "
            "or whatever gave them) and repeat the command"
        )
    if code in _UNKNOWN_KEY:
        return MisconfiguredError(
            f"{action}: AWS does not know these credentials ({code}); look at the "
            "profile or at AWS_ACCESS_KEY_ID, or name a profile with --profile"
        )
    if code in _BUSY:
        return UndeliveredError(
            f"{action}: AWS was too busy, after several attempts ({code}); what was "
            "done is done, repeat the same command"
        )
    return None


@contextmanager
def asking() -> Iterator[None]:
    """
    What botocore raises, in a person's words.

    Most of it comes before AWS has answered. An answer that a command had not
    expected ends here too: it is better told than traced.
    """
    try:
        yield
    except ClientError as error:
        raise _unexpected(error) from error
    except BotoCoreError as error:
        raise _unanswered(error) from error


def _unanswered(error: BotoCoreError) -> ArchiveError:  # noqa: PLR0911 - a table of errors
    """
    What went wrong before AWS had answered, as an error for a person.
    """
    said = _one_line(error)
    match error:
        case aws.ProfileNotFound():
            return MisconfiguredError(
                f"{said}; aws configure list-profiles shows those there are"
            )
        case aws.NoCredentialsError() | aws.PartialCredentialsError():
            return MisconfiguredError(
                "no credentials: name a profile with --profile, sign in (aws sso "
                "login), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            )
        case aws.NoRegionError():
            return MisconfiguredError(
                "no region: name it with --region, in the profile, or in AWS_REGION"
            )
        case (
            aws.CredentialRetrievalError() | aws.SSOError() | aws.TokenRetrievalError()
        ):
            return MisconfiguredError(
                f"credentials: {said}; sign in anew (aws sso login)"
            )
        case aws.SSLError():
            return MisconfiguredError(
                f"AWS is not reached: {said}; behind a proxy, name its certificates "
                "in AWS_CA_BUNDLE"
            )
        case aws.ConnectionError() | aws.HTTPClientError():
            return UndeliveredError(
                f"AWS is not reached: {said}; look at the network and the region, and "
                "repeat the same command"
            )
        case _:
            return MisconfiguredError(said)


def _unexpected(error: ClientError) -> ArchiveError:
    answer: Mapping[str, Any] = error.response
    found = answer.get("Error", {})
    known = told("", error.operation_name, answer)
    return known or MisconfiguredError(
        f"{error.operation_name}: AWS answers {found.get('Code', 'an error')}"
        f"{_reason(str(found.get('Message', '')))}"
    )


def _action(service: str, operation: str) -> str:
    # An error that no client of ours raised does not say its service.
    prefix = _PREFIXES.get(service, service)
    default = f"{prefix}:{operation}" if prefix else operation
    return _ACTIONS.get((service, operation), default)


def _reason(message: str) -> str:
    return f" (AWS: {' '.join(message.split())})" if message else ""


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split()).rstrip(".")
    return f"{text[:1].lower()}{text[1:]}"
