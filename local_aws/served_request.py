"""
What a signed request asks, and where AWS would have it sent.

Rule 1: this is the only file that reads a signature. It takes the caller's
word for who it is: no signature is checked.
Rule 2: service, operation and parameters are read with AWS's own models.
"""

import gzip
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import NotFound, get_service_router
from moto.core.utils import get_service_model

from local_aws.served_http import HttpRequest

# Credential=KEY/DATE/REGION/SERVICE/aws4_request, in a header or a query.
_CREDENTIAL = re.compile(r"Credential=([^,\s]+)")

# Signing names that are not the names of the models.
_SERVICES = {
    "monitoring": "cloudwatch",
    "tagging": "resourcegroupstaggingapi",
    "states": "stepfunctions",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """
    One API call: who asks which service for what.

    `url` is where AWS serves it; `operation` is None where no model knows it.
    """

    principal: str
    service: str
    region: str
    operation: str | None
    parameters: Mapping[str, Any]
    url: str


def read(request: HttpRequest) -> Asked | None:
    """
    Read a request; None if it is not signed.
    """
    scope = _scope(request)
    if scope is None:
        return None
    principal, _, region, service = scope[:4]
    target = _header(request, "X-Amz-Target")
    service = _SERVICES.get(service, service)
    if target.startswith("DynamoDBStreams"):
        service = "dynamodbstreams"
    url = _aws_url(service, region, request.target)
    operation, parameters = _operation(service, url, request)
    return Asked(
        principal=principal,
        service=service,
        region=region,
        operation=operation,
        parameters=parameters,
        url=url,
    )


def _scope(request: HttpRequest) -> list[str] | None:
    found = _CREDENTIAL.search(_header(request, "Authorization"))
    if found is not None:
        credential = found[1]
    else:
        query = parse_qs(urlsplit(request.target).query)
        credential = query.get("X-Amz-Credential", [""])[0]
    # An access key id may hold slashes; the four parts behind it do not.
    parts = credential.rsplit("/", 4)
    return parts if len(parts) == 5 else None  # noqa: PLR2004 - see _CREDENTIAL


def _header(request: HttpRequest, name: str) -> str:
    for key, value in request.headers.items():
        if key.lower() == name.lower():
            return value
    return ""


def _aws_url(service: str, region: str, target: str) -> str:
    """
    The address in AWS, so that a request goes the way of a boto3 call here.
    """
    prefix = get_service_model(service).endpoint_prefix
    host = f"{prefix}.{region}.amazonaws.com"
    parts = urlsplit(target)
    path = parts.path or "/"
    if service == "s3":
        bucket, _, key = path.lstrip("/").partition("/")
        if bucket:
            host, path = f"{unquote(bucket)}.{host}", f"/{key}"
    query = f"?{parts.query}" if parts.query else ""
    return f"https://{host}{path}{query}"


def _operation(
    service: str, url: str, request: HttpRequest
) -> tuple[str | None, Mapping[str, Any]]:
    headers = {k: v for k, v in request.headers.items() if k.lower() != "host"}
    body = request.body
    if _header(request, "Content-Encoding") == "gzip" and service != "s3":
        body = gzip.decompress(body)
        headers = {k: v for k, v in headers.items() if k.lower() != "content-length"}
    parsed = Request.from_primitives(request.method, url, headers, body)
    try:
        operation, in_path = get_service_router(service).match(parsed)
    except NotFound:
        return None, {}
    model = get_service_model(service)
    protocol = determine_request_protocol(model, parsed.content_type)
    if protocol == "json":
        # As the wire has it: the member's names are those of the model.
        return operation.name, json.loads(body or b"{}")
    parser = PROTOCOL_PARSERS[protocol](operation)
    parameters = parser.parse(
        {
            "method": request.method,
            "values": parsed.values,
            "headers": parsed.headers,
            "body": body,
            "url_path": parsed.path,
            "url_params": in_path,
        }
    )
    return operation.name, parameters
