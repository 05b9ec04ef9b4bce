"""
The slips of mutations.toml, as values.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """
    One slip: in which file `good` became `bad`, and who has to notice.
    """

    name: str
    file: str
    good: str
    bad: str
    caught_by: str
    consequence: str


MUTATIONS = tuple(
    Mutation(**slip)
    for slip in tomllib.loads(Path(__file__).with_suffix(".toml").read_text())[
        "mutation"
    ]
)
