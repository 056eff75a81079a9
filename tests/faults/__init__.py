"""Faults of a deployment, brought about for real: what is seen, what is typed, and what came of it.

Each is one row of `docs/faults.md`. The engine deploys a small program of one cloud (`small.py`) or the whole
one; the check afterwards is the same for all: nothing is lost, doubled or orphaned.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.world import Resource
from tests.engine.bench import Bench


@dataclass(frozen=True)
class Fault:
    """One fault at one moment."""

    what: str
    """What happens."""

    moment: str
    """When it happens."""

    sees: str
    """What the user is told, word by word, by the command that fails or by one that is typed afterwards."""

    types: tuple[str, ...]
    """What the user types, in the sandbox."""

    result: str
    """What came of it."""

    happens: Callable[[Bench], str]
    """Brings it about and returns what was printed."""

    holds: Callable[[Bench, list[Resource]], bool]
    """Whether the result is as told, given what lived right after the fault."""
