"""
The build as a person meets it.
"""

import json
from pathlib import Path

import pytest

from infra.packages import __main__ as command
from infra.packages.build import Built, Workshop
from infra.packages.errors import PackageError
from infra.packages.targets import Target

BUILT = Built(
    name="ingest",
    target="arm64",
    file="arm64/ingest.zip",
    sha256="0123456789abcdef" * 4,
    zipped_bytes=1_887_437,
    unzipped_bytes=6_920_601,
    files=592,
    binaries=0,
    upload="direct",
    services=["dynamodb"],
    distributions={"boto3": "1.44.8"},
    inputs="",
)


def failing(error: BaseException) -> object:
    """
    A build that fails like this.
    """

    def build(_workshop: Workshop, _targets: object) -> list[Built]:
        raise error

    return build


def test_sizes_are_a_table_for_a_person(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    How large, how near to the bound, and how it travels.
    """
    monkeypatch.setattr(command, "build", lambda *_: [BUILT])

    assert command.main([]) == 0
    assert capsys.readouterr().out == (
        "package            zipped  unzipped      bound  files  upload  sha256\n"
        "arm64/ingest.zip  1.8 MiB   6.6 MiB  3 / 8 MiB    592  direct  0123456789ab\n"
    )


def test_json_is_for_a_program(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Nothing but JSON on standard output.
    """
    monkeypatch.setattr(command, "build", lambda *_: [BUILT])

    assert command.main(["--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["zipped_bytes"] == 1_887_437


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (PackageError("six: no such wheel"), "packages: six: no such wheel\n"),
        (
            FileNotFoundError(2, "No such file", "requirements/ingest.txt"),
            "packages: requirements/ingest.txt: No such file\n",
        ),
        (OSError("no space"), "packages: no space\n"),
    ],
)
def test_a_failure_is_one_sentence_and_exit_code_1(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
    sentence: str,
) -> None:
    """
    On standard error, and nothing on standard output.
    """
    monkeypatch.setattr(command, "build", failing(error))

    assert command.main([]) == 1
    assert capsys.readouterr() == ("", sentence)


def test_what_ctrl_c_ends_leaves_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    A sentence instead of a traceback, and the code that a shell expects.
    """
    monkeypatch.setattr(command, "build", failing(KeyboardInterrupt()))

    assert command.main([]) == 130
    assert "nothing is half made" in capsys.readouterr().err


def test_a_wrong_argument_is_exit_code_2() -> None:
    """
    As everywhere.
    """
    with pytest.raises(SystemExit) as caught:
        command.main(["--target", "vax"])

    assert caught.value.code == 2


def test_targets_and_folders_can_be_chosen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """
    One target, another folder; wheels are kept beside the packages.
    """
    asked: list[tuple[Workshop, list[str]]] = []

    def build(workshop: Workshop, targets: list[Target]) -> list[Built]:
        asked.append((workshop, [each.name for each in targets]))
        return []

    monkeypatch.setattr(command, "build", build)
    command.main(["--target", "host", "--output", str(tmp_path)])
    command.main([])

    assert asked[0][0].wheels == tmp_path / "wheels"
    assert [names for _, names in asked] == [["host"], ["arm64", "host"]]
