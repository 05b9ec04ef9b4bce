"""
What one `firn query` is told to do.

Rule 1: values only, checked by the command line before they come here.
"""

from dataclasses import dataclass

from ops.query.ask import Question
from ops.query.flags import Engine
from ops.query.parameters import Parameter
from ops.query.write import Destination
from ops.selection import Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """
    What the command line asks for: SQL, a saved query's name, or a question.

    A name that is empty asks which there are. `selection` is the question's, or
    what the saved query is asked for.
    """

    sql: str | None
    named: str | None
    question: Question | None
    selection: Selection
    parameters: tuple[Parameter, ...]
    engine: Engine
    allow_partial: bool
    yes: bool
    destination: Destination
