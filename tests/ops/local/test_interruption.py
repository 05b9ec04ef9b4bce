import signal
from collections.abc import Iterator

import pytest

from local_aws.events import Event, ItemWritten
from ops.local.interruption import interruptible


@pytest.fixture(autouse=True)
def _handler() -> Iterator[None]:
    before = signal.getsignal(signal.SIGINT)
    yield
    assert signal.getsignal(signal.SIGINT) is before


def _event() -> Event:
    return ItemWritten(at=0, table="t", replaced=False)


def test_an_interruption_that_is_swallowed_comes_again() -> None:
    """
    At the next thing that happens in the account, and at each one after it.
    """
    with interruptible() as interruption:
        interruption.see(_event())
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                interruption.see(_event())


def test_an_interruption_that_is_switched_off_stays_so() -> None:
    """
    As a shell does for what it starts in the background.
    """
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interruptible() as interruption:
            signal.raise_signal(signal.SIGINT)
            interruption.see(_event())
    finally:
        signal.signal(signal.SIGINT, before)
