import time

import pytest

from archive.errors import MisconfiguredError, UndeliveredError
from local_aws.account import Account
from local_aws.deployment import Deployed
from local_aws.served import Served
from local_aws.served_http import HttpRequest, HttpResponse, listening
from ops.clock import AccountClock, MachineClock, clock_of
from tests.ops.conftest import START

DAY = 86_400


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/_firn/clock",
        "https://127.0.0.1/_firn/clock",
        "http://127.0.0.1.example.com/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "127.0.0.1",
        "",
    ],
)
def test_a_clock_that_is_not_on_this_machine_is_refused(address: str) -> None:
    """
    A parameter that somebody changed must not send requests anywhere.
    """
    with pytest.raises(MisconfiguredError, match="on this machine"):
        AccountClock(address)


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:5000/", "http://[::1]:5000/", "http://localhost:5000/"],
)
def test_the_loopback_has_three_names(address: str) -> None:
    """
    Each of them is this machine.
    """
    assert clock_of(address) == AccountClock(address)


def test_a_deployment_on_aws_has_the_machines_clock() -> None:
    """
    Its parameter names none.
    """
    clock = clock_of(None)

    assert isinstance(clock, MachineClock)
    assert abs(clock.now() - time.time()) < 60


@pytest.mark.usefixtures("account")
def test_within_an_account_the_machines_clock_is_the_accounts() -> None:
    """
    For a command in the same process; its waiting moves it.
    """
    clock = MachineClock()
    clock.wait(DAY)

    assert clock.now() == START + DAY


@pytest.mark.usefixtures("deployed")
def test_who_waits_on_a_served_account_lets_its_time_pass(account: Account) -> None:
    """
    A day in a moment, and what was due in it has happened.
    """
    with Served(account) as served:
        clock = AccountClock(served.clock)
        assert clock.now() == START
        clock.wait(DAY)
        assert clock.now() == START + DAY


def test_an_account_that_is_gone_is_told(deployed: Deployed) -> None:
    """
    Exit 4: it may be served again.
    """
    del deployed
    with pytest.raises(UndeliveredError, match="does not answer"):
        AccountClock("http://127.0.0.1:9/_firn/clock").now()


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, b"no JSON"), (200, b"[]"), (200, b'{"then": 1}'), (200, b""), (500, b"{}")],
)
def test_what_is_no_clock_is_told(status: int, body: bytes) -> None:
    """
    Another program has the port by now.
    """

    def answer(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(status=status, headers={}, body=body)

    with (
        listening(answer) as address,
        pytest.raises(UndeliveredError, match="does not answer"),
    ):
        AccountClock(f"{address}/").now()


def test_no_proxy_stands_between_a_command_and_its_clock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    To a proxy another machine is the loopback.
    """
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    def answer(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(status=200, headers={}, body=b'{"now": 42}')

    with listening(answer) as address:
        assert AccountClock(f"{address}/").now() == 42
