"""
Lambda's Invoke, over HTTP.

Rule 1: the function runs as a mapping or a schedule would run it here, in this
process or from its package; moto would look for Docker.
Rule 2: nobody else takes a turn for it meanwhile: a function makes calls itself.

API_Invoke. An event (InvocationType Event) runs before its answer, and is
neither tried again nor saved when it fails.
"""

import json
import threading
from http import HTTPStatus

from botocore.exceptions import ClientError

from local_aws.account import Account
from local_aws.events import Invoked
from local_aws.functions import Outcome
from local_aws.served_errors import refusal
from local_aws.served_http import HttpResponse
from local_aws.served_request import Asked

# One function at a time, as everywhere here.
_ONE = threading.Lock()

_NO_PAYLOAD = {"Event": HTTPStatus.ACCEPTED, "DryRun": HTTPStatus.NO_CONTENT}


def invoke(account: Account, asked: Asked) -> HttpResponse:
    """
    Run the function that is asked for, and answer as Lambda does.
    """
    kind = asked.parameters.get("InvocationType") or "RequestResponse"
    name = asked.parameters["FunctionName"]
    with _ONE:
        try:
            configuration = account.functions.control.function(name)
        except ClientError as error:
            found = error.response["Error"]
            return refusal(asked, HTTPStatus.NOT_FOUND, found["Code"], found["Message"])
        if kind == "DryRun":
            return HttpResponse(status=_NO_PAYLOAD[kind], headers={}, body=b"")
        event = asked.parameters.get("Payload") or b"{}"
        outcome, log = account.functions.invoke(name, event)
        account.functions.done(
            Invoked(
                at=account.clock.now(),
                function=configuration["FunctionName"],
                source=asked.principal,
                records=1,
                error=outcome.error,
                retry=False,
                log=log,
            )
        )
    if kind in _NO_PAYLOAD:
        return HttpResponse(status=_NO_PAYLOAD[kind], headers={}, body=b"")
    return _told(outcome)


def _told(outcome: Outcome) -> HttpResponse:
    headers = {"Content-Type": "application/json", "X-Amz-Executed-Version": "$LATEST"}
    value = outcome.value
    if outcome.error is not None:
        headers["X-Amz-Function-Error"] = "Unhandled"
        kind, _, message = outcome.error.partition(": ")
        value = {"errorMessage": message or kind, "errorType": kind}
    return HttpResponse(
        status=HTTPStatus.OK, headers=headers, body=json.dumps(value).encode()
    )
