"""
README's walk through reading an archive, as somebody with two terminals does it.

Rule 1: what is shown is what was printed. Only the port, the hash of the ledger's
head and a query's id, which are others in each run, are always shown as the same.
Rule 2: nothing that is started here outlives it.
"""

import hashlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

LOCAL = """firn local --devices 3 --days 2 --every 60 --retention-days 7 \\
    --column 'temperature:decimal(5,2):Temperature' --keep-running"""

WHICH = "--device aletsch-1 --from 2025-01-01 --to 2025-01-02"

QUERY = """firn query "SELECT date, count(*) AS items, max(temperature) AS warmest
    FROM items
    WHERE device = 'aletsch-1' AND date BETWEEN '2025-01-01' AND '2025-01-02'
    GROUP BY date ORDER BY date\""""

# What is typed in the second terminal: step, command, exit code.
STEPS = (
    ("status", "firn status", 1),
    ("cold", QUERY, 3),
    ("restore", f"firn restore {WHICH} --wait --yes", 0),
    ("query", QUERY, 0),
    ("verify", "firn verify", 0),
)

# What the last of the lines that are printed before the account waits reads.
WAITS = "firn verify"

_REPLACED = {
    r"127\.0\.0\.1:\d+": "127.0.0.1:41235",
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}": "5f3e9a52-1c0b-4d3e-9a55-0c8f1f6d2b7e",
    r"\b[0-9a-f]{64}\b": hashlib.sha256(b"").hexdigest(),
}

SECONDS_MAX = 120


@dataclass(frozen=True, slots=True)
class Terminal:
    """
    A shell in which the lines of the page were pasted.
    """

    page: str

    @property
    def pasted(self) -> list[str]:
        """
        The lines of the page that are to be pasted.
        """
        return re.findall(r"^(?:export|unset) .*$", self.page, re.MULTILINE)

    def run(self, command: str) -> tuple[int, str]:
        """
        The exit code of a command, and what a terminal shows of it.
        """
        done = subprocess.run(  # noqa: S603 - our own words
            ["/bin/bash", "-c", "\n".join([*self.pasted, command])],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
            env=_environment(),
            timeout=SECONDS_MAX,
        )
        return done.returncode, _shown(done.stdout)


@dataclass(slots=True)
class First:
    """
    The terminal in which `firn local --keep-running` runs.
    """

    process: subprocess.Popen[str]
    page: str

    def end(self) -> tuple[int, str]:
        """
        The exit code after Ctrl-C, and what was printed then.
        """
        # Not SIGINT, which is ignored in what a shell started in the background.
        self.process.send_signal(signal.SIGTERM)
        rest, _ = self.process.communicate(timeout=SECONDS_MAX)
        return self.process.returncode, _shown(rest)


def walked() -> Mapping[str, str]:
    """
    What the terminals show, by step, each as a block of Markdown.
    """
    with kept_running() as first:
        served = _shown(first.page[first.page.index("  Served at") :])
        shown = {"local": _block(f"$ {LOCAL}\n...\n\n{served}")}
        second = Terminal(first.page)
        for name, command, expected in STEPS:
            code, text = second.run(command)
            if code != expected:
                msg = f"{command}: exit code {code} and not {expected}:\n{text}"
                raise RuntimeError(msg)
            shown[name] = _block(f"$ {command}\n{text}")
        _, text = first.end()
        shown["end"] = _block(f"^C\n{text}")
    return shown


@contextmanager
def kept_running(command: str = LOCAL) -> Iterator[First]:
    """
    An account that is served, until it is ended here or there.
    """
    process = subprocess.Popen(  # noqa: S603 - our own words
        ["/bin/bash", "-c", f"exec {command}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=_environment(),
    )
    with process:
        try:
            yield First(process, _read_page(process))
        finally:
            process.kill()


def _read_page(process: subprocess.Popen[str]) -> str:
    page = ""
    for line in process.stdout or ():
        page += line
        if line.strip() == WAITS:
            return page
    msg = f"it ended before it served:\n{page}"
    raise RuntimeError(msg)


def _environment() -> dict[str, str]:
    folder = Path(sys.executable).parent
    return {
        "PATH": f"{folder}:{os.environ['PATH']}",
        "HOME": os.environ.get("HOME", "/"),
        "COLUMNS": "80",
        # What a person may have, and must not be in the way.
        "AWS_PROFILE": "work",
    }


def _block(text: str) -> str:
    return f"```console\n{text}\n```\n"


def _shown(text: str) -> str:
    for pattern, replacement in _REPLACED.items():
        text = re.sub(pattern, replacement, text)
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())
