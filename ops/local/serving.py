"""
The account after its run, served on this machine until somebody ends it.

Rule 1: on the loopback alone, and never beyond its end: then nothing is left.
Rule 2: its time stands still, but for what a command waits for.
"""

import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

from rich.console import Console
from rich.text import Text

from archive.errors import MisconfiguredError
from local_aws.deploy_reading import serve_clock
from local_aws.served import Served
from local_aws.served_http import LOOPBACK, bound
from ops.local.interruption import Interruption, ending
from ops.local.rehearsal import Result
from ops.local.second_terminal import pasted, sample_of, tried

# A terminal that was forgotten ends by itself. Whoever is at work asks something
# in the course of a working day.
IDLE_HOURS_MAX = 8

# How often it is looked whether somebody ended or forgot it.
LOOK_SECONDS = 0.2

# Whose name the calls bear, in the account's records.
PERSON = "local"


class End(Enum):
    """
    Why an account is not served any more.
    """

    ENDED = "ended"
    FORGOTTEN = f"ended, because nobody asked for {IDLE_HOURS_MAX} hours"


@contextmanager
def reserved(port: int | None) -> Iterator[socket.socket | None]:
    """
    Take a port of the loopback before a long run, not after it; 0 is any.
    """
    if port is None:
        yield None
        return
    try:
        taken = bound(port)
    except OSError as error:
        msg = (
            f"--port {port}: cannot be had on {LOOPBACK}: "
            f"{(error.strerror or str(error)).lower()}; name another port, or leave "
            "--port out for a free one"
        )
        raise MisconfiguredError(msg) from error
    with taken:
        yield taken


def serve(
    result: Result,
    at: socket.socket,
    console: Console,
    idle_seconds_max: float = IDLE_HOURS_MAX * 3600,
) -> End:
    """
    Serve the account of a run that is over, until Ctrl-C or until it is forgotten.
    """
    interruption = result.interruption
    with Served(result.account, at) as served, ending(interruption):
        serve_clock(result.deployed, served.clock)
        _tell(result, served, console)
        _wait(served, interruption, idle_seconds_max)
        # As it was asked to: this is no run that was cut short.
        end = End.ENDED if interruption.came else End.FORGOTTEN
    console.print()
    console.print(f"  {end.value.capitalize()}. The account and its archive are gone.")
    return end


def _wait(served: Served, interruption: Interruption, idle_seconds_max: float) -> None:
    forever = threading.Event()
    while (
        not interruption.came and time.monotonic() - served.asked_at < idle_seconds_max
    ):
        # Not time.sleep: that would move the account's clock.
        forever.wait(LOOK_SECONDS)


def _tell(result: Result, served: Served, console: Console) -> None:
    now = datetime.fromtimestamp(result.account.clock.now(), UTC)

    def say(text: str = "", style: str = "") -> None:
        # Never wrapped: what is pasted must be whole lines.
        console.print(Text(text, style=style), soft_wrap=True)

    say()
    say(f"  Served at {served.endpoint} until Ctrl-C", "bold")
    say(f"  and no longer than {IDLE_HOURS_MAX} hours without a request.")
    say(f"  There it is {now:%Y-%m-%d %H:%M} UTC; time passes when a command waits.")
    say()
    say("  Paste this into another terminal (fish: set -e for unset):", "dim")
    say()
    for line in pasted(served.environment(PERSON), Path(sys.argv[0])):
        say(line)
    say()
    say("  and try there:", "dim")
    say()
    sample = sample_of(result.devices, result.partitions)
    for command, purpose in tried(sample):
        # Not behind a #, which zsh does not take for a comment when it is typed.
        say(f"  {purpose}", "dim")
        say(f"    {command}")
