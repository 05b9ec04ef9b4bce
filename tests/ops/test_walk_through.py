"""
README's walk, taken from the first step to the last.
"""

import re
import socket

import pytest

from tests.ops.walk_through import QUERY, STEPS, WHICH, Terminal, kept_running

# A new user's whole first hour, in processes of their own.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("keep-running")]


def test_a_new_user_reads_the_archive_by_what_the_page_says() -> None:
    """
    Each step ends as README says, in 80 columns, and Ctrl-C leaves nothing.
    """
    with kept_running() as first:
        # What README types is what the page proposes.
        for option in WHICH.split(" --"):
            assert option in first.page
        second = Terminal(first.page)
        for _, command, expected in STEPS:
            code, text = second.run(command)
            assert code == expected, f"{command}\n{text}"
            assert "Traceback" not in text
            # An error is one line, however long.
            lines = [
                line for line in text.splitlines() if not line.startswith("firn: ")
            ]
            assert max(map(len, lines)) <= 80, text
        # The other engine has the same rows.
        _, text = second.run(QUERY)
        _, other = second.run(f"{QUERY} --engine duckdb")
        assert text.splitlines()[-4:] == other.splitlines()[-4:]
        assert text.splitlines()[-2].split()[:2] == ["2025-01-01", "24"]
        code, text = first.end()
        assert (code, text) == (0, "  Ended. The account and its archive are gone.")
        (port,) = re.findall(r"AWS_ENDPOINT_URL=http://127.0.0.1:(\d+)", first.page)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", int(port)))
        # What is typed afterwards says so, and does not reach the real AWS.
        code, text = second.run("firn status")
        assert code == 4
        assert "127.0.0.1" in text
