"""
Refusals in the words of each protocol.

Rule 1: only for what never reached moto; moto's own errors are its own.
"""

import json
from xml.sax.saxutils import escape

from moto.core.utils import get_service_model

from local_aws.served_http import HttpResponse
from local_aws.served_request import Asked


def refusal(asked: Asked | None, status: int, code: str, message: str) -> HttpResponse:
    """
    An error that the caller's SDK can read.
    """
    service = "s3" if asked is None else asked.service
    protocol = str(get_service_model(service).protocol)
    if "json" in protocol:
        return HttpResponse(
            status=status,
            headers={"Content-Type": "application/json", "x-amzn-ErrorType": code},
            body=json.dumps({"__type": code, "message": message}).encode(),
        )
    error = f"<Code>{code}</Code><Message>{escape(message)}</Message>"
    if service != "s3":
        error = f"<Error><Type>Sender</Type>{error}</Error>"
    root = "Error" if service == "s3" else "ErrorResponse"
    return HttpResponse(
        status=status,
        headers={"Content-Type": "application/xml"},
        body=f"<{root}>{error}</{root}>".encode(),
    )
