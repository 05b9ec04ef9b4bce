import signal
from collections.abc import Iterator

import pytest

from local_aws.events import Event, ItemWritten
from ops.local.interruption import ending, interruptible


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


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_ends_what_is_served_is_noted_and_a_second_time_obeyed(
    number: signal.Signals,
) -> None:
    """
    Nothing is cut off in the middle, unless somebody insists.
    """
    before = signal.getsignal(number)
    with interruptible() as interruption, ending(interruption):
        signal.raise_signal(number)
        assert interruption.came
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
    assert signal.getsignal(number) is before
