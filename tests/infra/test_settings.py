"""
What Terraform sets in a function's environment is what the function reads.

A variable that is set and not read is a wish that nobody hears; one that is
read and not set is a cold start that fails, or a default that nobody chose.
"""

from collections.abc import Callable, Iterator, Mapping

import pytest

import ingest.settings
import stream_router.settings
import transforms.settings
from archive.errors import MisconfiguredError
from tests.infra.planned import Planned

READERS: Mapping[str, Callable[[Mapping[str, str]], object]] = {
    "ingest": ingest.settings.read_settings,
    "router": stream_router.settings.read_settings,
    "transform": transforms.settings.Settings.of,
}

# Read and deliberately not set, each for its reason.
LEFT_TO_DEFAULTS = {
    ("transform", "BATCH_BYTES_MAX"): "measured with the code; it changes with it",
    ("transform", "SCRATCH"): "Lambda's own /tmp; only tests and firn local name one",
}


class Recorded(Mapping[str, str]):
    """
    An environment that notes what was asked of it.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.read.add(name)
        return self.variables[name]

    def __iter__(self) -> Iterator[str]:
        msg = "settings are read by their names"
        raise AssertionError(msg)

    def __len__(self) -> int:
        return len(self.variables)


@pytest.mark.parametrize("function", READERS)
def test_a_function_reads_exactly_what_terraform_sets(
    function: str, planned: Planned
) -> None:
    """
    Both ways; what is left to its default has a reason.
    """
    variables = planned.environment(function)
    recorded = Recorded(variables)
    READERS[function](recorded)

    left = {name for owner, name in LEFT_TO_DEFAULTS if owner == function}
    assert recorded.read - left == set(variables)
    assert not left & set(variables), "a reason that is no longer needed"
    assert left <= recorded.read, "a reason for what nobody reads"


@pytest.mark.parametrize("function", READERS)
def test_a_function_says_which_variable_is_missing(
    function: str, planned: Planned
) -> None:
    """
    Without one of its names a function does not start on a guess.
    """
    for name in planned.environment(function):
        if name.endswith(("_DAYS", "_HOURS")):
            continue
        variables = dict(planned.environment(function))
        del variables[name]
        with pytest.raises(MisconfiguredError, match=name):
            READERS[function](variables)
