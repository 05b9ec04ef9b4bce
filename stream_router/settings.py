"""
What the router is told by its environment.

Rule 1: settings are read once, at cold start; importing this reads nothing.
Rule 2: there are no defaults: a name that is guessed sends items elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from archive.errors import MisconfiguredError


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """
    Each field is an environment variable, in upper case.
    """

    delivery_stream: str


def read_settings(environment: Mapping[str, str]) -> Settings:
    """
    The settings; MisconfiguredError names all that are not set.
    """
    values = {
        field.name: environment.get(field.name.upper(), "")
        for field in fields(Settings)
    }
    missing = [name.upper() for name, value in values.items() if not value]
    if missing:
        msg = f"not set: {', '.join(missing)}"
        raise MisconfiguredError(msg)
    return Settings(**values)
