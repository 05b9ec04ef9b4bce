"""
An account that is served, asked as other programs ask: over HTTP.
"""

import http.client
from typing import Any
from urllib.parse import urlsplit

import boto3

from local_aws.served import Served

# Under which key the calls are recorded.
SOMEBODY = "SOMEBODY"


def client_of(served: Served, service: str) -> Any:  # noqa: ANN401 - boto3's own
    """
    A client whose calls go over HTTP.
    """
    made: Any = boto3.client
    return made(
        service,
        endpoint_url=served.endpoint,
        aws_access_key_id=SOMEBODY,
        aws_secret_access_key="x",  # noqa: S106 - the emulator checks none
    )


def asked(served: Served, method: str, path: str, **more: Any) -> tuple[int, bytes]:  # noqa: ANN401 - http.client's own
    """
    The answer to a request of our own making.
    """
    connection = http.client.HTTPConnection(urlsplit(served.endpoint).netloc)
    try:
        connection.request(method, path, **more)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def signed(service: str) -> dict[str, str]:
    """
    A header that says who asks which service.
    """
    scope = f"{SOMEBODY}/20240101/us-east-1/{service}/aws4_request"
    return {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, Signature=x"}
