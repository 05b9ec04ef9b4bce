"""
The module's own tests notice each slip that would lose items.
"""

import re
import shutil
from pathlib import Path

import pytest

from tests.infra.mutations import MUTATIONS, Mutation
from tests.infra.terraform import INFRA, Terraform

LOSSLESS = INFRA / "tests" / "lossless.tftest.hcl"


def _id(mutation: Mutation) -> str:
    return f"{mutation.file}: {mutation.name}"


@pytest.mark.parametrize("mutation", MUTATIONS, ids=_id)
def test_a_mutation_is_one_that_the_module_can_have(mutation: Mutation) -> None:
    """
    Its text stands exactly once in its file, and its run is one that there is.
    """
    assert (INFRA / mutation.file).read_text().count(mutation.good) == 1
    assert f'\nrun "{mutation.caught_by}" {{' in LOSSLESS.read_text()


def test_every_sentence_on_what_loses_items_has_its_mutation() -> None:
    """
    An assertion that no slip was ever seen to fail may assert nothing.
    """
    sentences = re.findall(r'error_message = "([^"]*)"', LOSSLESS.read_text())
    assert [
        sentence
        for sentence in sentences
        if not any(sentence.startswith(m.consequence) for m in MUTATIONS)
    ] == []


@pytest.mark.slow
@pytest.mark.parametrize("mutation", MUTATIONS, ids=_id)
def test_a_slip_that_loses_items_is_noticed(
    mutation: Mutation, module: Terraform, tmp_path: Path
) -> None:
    """
    With one literal wrong, `terraform test` fails and says what would happen.
    """
    shutil.copytree(module.folder, tmp_path / "infra", symlinks=True)
    mutated = Terraform(folder=tmp_path / "infra")
    _mutate(mutated.folder / mutation.file, mutation)
    # The one run that must notice: all of them take ten times as long.
    shutil.move(
        _with_one_run(mutated.folder / "tests" / LOSSLESS.name, mutation.caught_by),
        mutated.folder / "tests" / LOSSLESS.name,
    )

    done = mutated.start("test", "-no-color", f"-filter=tests/{LOSSLESS.name}")

    said = " ".join((done.stdout + done.stderr).split())
    assert done.returncode == 1, said
    assert "Error: Test assertion failed" in said, said
    assert mutation.consequence in said, said


def _mutate(path: Path, mutation: Mutation) -> None:
    text = path.read_text()
    assert text.count(mutation.good) == 1
    path.write_text(text.replace(mutation.good, mutation.bad))


def _with_one_run(path: Path, name: str) -> Path:
    head, *runs = re.split(r'(?m)^(?=run ")', path.read_text())
    (run,) = (run for run in runs if run.startswith(f'run "{name}" '))
    one = path.with_suffix(".one")
    one.write_text(head + run)
    return one
