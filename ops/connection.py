"""
A person's way to one deployment: their credentials, its facts, its clock.

Rule 1: this is the only file of ops that makes clients of a deployed archive.
Rule 2: credentials, profile and region are found as the AWS CLI finds them.
Rule 3: what AWS refuses for reasons that are the same in every command is told
here, for all of them (refusals.py).
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.utils import parse_timestamp

from archive.errors import MisconfiguredError
from ops.clock import Clock, clock_of
from ops.deployment import Deployment, decode_deployment, parameter_name
from ops.place import Place
from ops.refusals import asking, told

# As many calls at once as ops.parallel makes, and a few to spare.
CONNECTIONS_MAX = 64

CONNECT_SECONDS_MAX = 5

# Adaptive slows down together with S3, which answers 503 SlowDown while it grows
# a prefix (Boto3 guide: Retries; S3: "Optimizing Amazon S3 performance").
_CONFIG = Config(
    # Who has not answered the door by then is not reached: eight times a minute
    # is long to wait for a network that is off.
    connect_timeout=CONNECT_SECONDS_MAX,
    max_pool_connections=CONNECTIONS_MAX,
    retries={"mode": "adaptive", "total_max_attempts": 8},
    user_agent_extra="firn",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """
    A deployment that was found, and clients of its AWS.

    Clients are safe to use from several threads.
    """

    place: Place
    deployment: Deployment
    clock: Clock
    session: boto3.Session
    _clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:  # noqa: ANN401 - one of ten clients; whoever asks knows which
        """
        The one client of this service.
        """
        if service not in self._clients:
            self._clients[service] = _client(
                self.session, service, self.deployment.region
            )
        return self._clients[service]


def connect(place: Place) -> Connection:
    """
    Find the deployment.

    Raises MisconfiguredError where there is none, or no credentials.
    """
    with asking():
        session = _session(place)
        ssm = _client(session, "ssm", session.region_name)
        name = parameter_name(place.deployment)
        try:
            found = ssm.get_parameter(Name=name)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ParameterNotFound":
                raise
            msg = (
                f"deployment {place.deployment!r}: there is no parameter {name} in "
                f"{session.region_name}; name the deployment with --deployment or "
                "FIRN_DEPLOYMENT, and its region with --region"
            )
            raise MisconfiguredError(msg) from error
    deployment = decode_deployment(place.deployment, found["Parameter"]["Value"])
    return Connection(
        place=place,
        deployment=deployment,
        clock=clock_of(deployment.clock),
        session=session,
    )


def _session(place: Place) -> boto3.Session:
    core = botocore.session.get_session()
    parsers = core.get_component("response_parser_factory")
    parsers.set_parser_defaults(timestamp_parser=_moment)
    return boto3.Session(
        botocore_session=core, profile_name=place.profile, region_name=place.region
    )


def _moment(value: Any) -> datetime:  # noqa: ANN401 - text or a number, as each protocol has it
    """
    A time of AWS's, as botocore reads it; it takes two thirds of a listing's parsing.
    """
    if isinstance(value, str) and value.endswith("Z"):
        with suppress(ValueError):
            return datetime.fromisoformat(value)
    read: Callable[[Any], datetime] = parse_timestamp
    return read(value)


def _client(session: boto3.Session, service: str, region: str | None) -> Any:  # noqa: ANN401 - as above
    # One overload for each of four hundred names, and none for a name to come.
    make: Any = session.client
    try:
        client = make(service, region_name=region, config=_CONFIG)
    except BotoCoreError:
        raise
    except ValueError as error:
        # An endpoint that is no URL is the one thing that botocore has no error for.
        said = f"{error}"
        msg = (
            f"{said[:1].lower()}{said[1:]}; look at AWS_ENDPOINT_URL and at "
            "endpoint_url of the profile"
        )
        raise MisconfiguredError(msg) from error
    client.meta.events.register("after-call", _tell)
    return client


def _tell(model: Any, parsed: Mapping[str, Any], **_: object) -> None:  # noqa: ANN401 - botocore ships no types
    """
    Raise what a person must mend, in their words; leave the rest to the caller.
    """
    if "Error" not in parsed:
        return
    service = model.service_model.signing_name
    error = told(service, model.name, parsed)
    if error is not None:
        raise error
