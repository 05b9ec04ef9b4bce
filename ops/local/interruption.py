"""
Ctrl-C, told again where it was swallowed.

Rule 1: this is the only file that knows signals.
Rule 2: a run that was interrupted ends. DuckDB makes a RuntimeError of Ctrl-C,
which for the emulated Lambda is one failed run among others.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from local_aws.events import Event


@dataclass(slots=True)
class Interruption:
    """
    An observer of an account, which ends the run that should have ended.
    """

    came: bool = False

    def see(self, _event: Event) -> None:
        """
        KeyboardInterrupt where one came before and the run goes on.
        """
        if self.came:
            raise KeyboardInterrupt


@contextmanager
def interruptible() -> Iterator[Interruption]:
    """
    Take note of Ctrl-C, which raises KeyboardInterrupt as ever.
    """
    interruption = Interruption()
    # Who started this process in the background may have switched Ctrl-C off.
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield interruption
        return

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        interruption.came = True
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)
    try:
        yield interruption
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def ending(interruption: Interruption) -> Iterator[None]:
    """
    Take note of Ctrl-C, and of who asks the process to end, and raise nothing.

    Only a second one raises KeyboardInterrupt: for whom the end takes too long.
    """

    def note(_number: int, _frame: FrameType | None) -> None:
        if interruption.came:
            raise KeyboardInterrupt
        interruption.came = True

    before = {
        number: signal.signal(number, note)
        for number in (signal.SIGINT, signal.SIGTERM)
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
