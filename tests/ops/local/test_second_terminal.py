import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from archive.keys import DEFAULT_PARTITION, Partition, partition_device
from ops.local.second_terminal import Sample, pasted, sample_of, tried

ENVIRONMENT = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:44245",
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}
PERSONS = {
    "AWS_PROFILE": "work",
    "AWS_SESSION_TOKEN": "a secret",
    "AWS_REGION": "eu-west-1",
    "FIRN_DEPLOYMENT": "estate",
    "http_proxy": "http://proxy.invalid",
}
PROBE = """
import os
from urllib.request import proxy_bypass
keep = ("AWS_", "FIRN_")
for name in sorted(os.environ):
    if name.startswith(keep):
        print(name, os.environ[name])
print("bypassed", bool(proxy_bypass("127.0.0.1")))
print("path", os.environ["PATH"].split(":")[0])
"""

# Those of this machine; there is a bash wherever this project is developed.
SHELLS = ["bash", *(shell for shell in ("zsh", "sh") if shutil.which(shell))]

DAYS = [f"2025-01-0{day}" for day in range(1, 6)]


@pytest.mark.parametrize("shell", SHELLS)
def test_what_is_pasted_leaves_nothing_of_the_persons_own_aws(
    shell: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    No profile, session, region, deployment or proxy of theirs.
    """
    monkeypatch.setenv("http_proxy", "http://proxy.invalid")
    folder = tmp_path / "with a space"
    lines = [*pasted(ENVIRONMENT, folder / "firn")]
    assert max(map(len, lines[:-1])) <= 80
    probe = tmp_path / "probe.py"
    probe.write_text(PROBE)
    done = subprocess.run(  # noqa: S603 - our own words
        [shell, "-c", "\n".join([*lines, f'"{sys.executable}" "{probe}"'])],
        env={"PATH": "/usr/bin:/bin", **PERSONS},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == [
        *(f"{name} {value}" for name, value in sorted(ENVIRONMENT.items())),
        "bypassed True",
        f"path {folder}",
    ]


def test_a_firn_that_is_found_anyway_needs_no_path(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    And no proxy is passed by where there is none.
    """
    firn = Path(sys.executable).with_name("firn")
    monkeypatch.setenv("PATH", str(firn.parent))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    text = "\n".join(pasted(ENVIRONMENT, firn))
    assert "PATH=" not in text
    assert "PROXY" not in text


def test_the_sample_is_a_device_that_has_dates_in_the_archive() -> None:
    """
    The first such one, and no more of its dates than show that there are several.
    """
    partitions = [
        Partition("a", DEFAULT_PARTITION),
        *(Partition("b", day) for day in reversed(DAYS)),
        Partition("c", DAYS[0]),
    ]
    assert sample_of(["c", "b", "a", "none"], partitions) == Sample(
        "b", DAYS[0], DAYS[1]
    )
    assert sample_of(["c"], partitions) == Sample("c", DAYS[0], DAYS[0])
    assert sample_of(["a"], partitions) is None
    assert sample_of([], []) is None


def test_a_device_is_named_by_its_id_and_quoted_for_a_shell() -> None:
    """
    Not as its partition spells it.
    """
    device = "it's; rm -rf /"
    partition = Partition(partition_device(device), DAYS[0])
    sample = sample_of([device], [partition])
    assert sample == Sample(device, DAYS[0], DAYS[0])
    commands = [command for command, _ in tried(sample)]
    assert [command.split()[1] for command in commands] == [
        "status",
        "restore",
        "query",
        "verify",
    ]
    told = subprocess.run(  # noqa: S603 - our own words
        ["/bin/sh", "-c", f"firn() {{ printf '%s' \"$3\"; }}; {commands[1]}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == device


def test_an_empty_archive_can_still_be_looked_at() -> None:
    """
    What has no device to name is left out.
    """
    assert [command for command, _ in tried(None)] == ["firn status", "firn verify"]
