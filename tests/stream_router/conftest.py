"""
The whole hop, in an environment whose Firehose is the fake.
"""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from stream_router import handler as hop
from stream_router.cloudwatch import SERVICE
from tests.stream_router.fakes import Context, FakeFirehose
from tests.stream_router.samples import Record

Route = Callable[..., dict[str, Any]]


@pytest.fixture
def firehose() -> FakeFirehose:
    """
    A healthy Firehose; a test may give it faults.
    """
    return FakeFirehose()


@pytest.fixture
def route(
    firehose: FakeFirehose,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Route]:
    """
    Runs the handler on records, in an environment whose Firehose is the fake.
    """
    monkeypatch.setenv("DELIVERY_STREAM", "expired-items")
    monkeypatch.setattr(hop.boto3, "client", lambda *_args, **_options: firehose)
    monkeypatch.setattr(hop.time, "sleep", lambda _seconds: None)
    # Powertools' Logger goes on with the standard output that it began with.
    monkeypatch.delitem(logging.root.manager.loggerDict, SERVICE, raising=False)
    hop.cold_start.cache_clear()

    def run(*records: Record, context: Context | None = None) -> dict[str, Any]:
        return dict(hop.handler({"Records": records}, context or Context()))  # type: ignore[arg-type] # it has what the router asks for

    yield run
    hop.cold_start.cache_clear()
