"""
Messages that a pipeline may trip over, and what must become of each.

Rule 1: STORED become items, REFUSED reach the dead-letter queue whole, SKIPPED
leave nothing and are no failure.
Rule 2: each is one that the deployed queue takes: at most 256 KiB.
"""

import base64
import json

AT = 1_614_556_800


def _message(device: str, readings: object, **more: object) -> str:
    return json.dumps(
        {"topic": f"{device}/SENSOR/DAT", "timestamp": AT, "data": readings} | more
    )


def _raw(device: str, readings: str) -> str:
    return f'{{"topic":"{device}/S","timestamp":{AT},"data":{readings}}}'


STORED = (
    # Base64, as IoT Core's rule sends, with characters that are none of it.
    base64.b64encode(_message("in-base64", {"Ta": 1.5}).encode()).decode(),
    base64.b64encode(_message("with-blanks", {"Ta": 1.5}).encode()).decode() + "\n",
    _message("it's", {"Ta": "no number", "Ua": True}),
    _message("Zürich Straße ☃", {"Ta": 21.25}),
    _message("a=b%2F", {"Ta": None}),
    _message("d" * 2_048, {"Ua": 5}),
    _message("nested", {"Ta": 1, "list": [1, [{"deep": [None, True, ""]}]]}),
    _message("control", {"text": '\x00\x1f\u2028\\"\n'}),
    _message("large", {"text": "x" * 262_000}),
    _message("seconds-as-text", {"Ta": 1}, timestamp=str(AT + 1)),
    _message("half-seconds", {"Ta": 1}, timestamp=AT + 0.5),
    _message("twice", [None, {"Ta": 1, "createdAt": AT + 2}, {"Ta": 2}]),
    _raw("numbers", '{"a":1E+125,"b":1E-130,"Ta":-0.0,"Ua":12345678901234567890123}'),
    _raw("thirty-levels", "[" * 29 + '{"a":1}' + "]" * 29).replace(
        '"data":', '"data":{"a":'
    )
    + "}",
    json.dumps({"things_name": "a/thing", "timestamp": AT}),
)

REFUSED = (
    "no JSON at all",
    base64.b64encode(b"[1]").decode(),
    base64.b64encode(b"\xff\xfe").decode(),
    _message("not-a-number", {"Ta": float("nan")}),
    _raw("too-large", '{"a":1E+126}'),
    _message("surrogate", {"text": "\ud800"}),
    _message("too-old", {"Ta": 1}, timestamp=12_345),
    _message("no-time", {"Ta": 1}, timestamp=None),
    _message("unnamed", {"": 1}),
    _message("", {"Ta": 1}),
    _message("d" * 2_049, {"Ta": 1}),
)

SKIPPED = (
    _message("staging", {"Ta": 1}, client_id="stg-1"),
    _message("nothing", [None]),
)
