"""Finds what an environment adds or leaves out: `stacks/<environment>.py`."""

import importlib
from pathlib import Path

from components.core.errors import ConfigurationError, Problem, nearest
from stacks.plan import Shape

_OTHERS = {"platform", "plan", "environments"}


def environments(folder: Path = Path(__file__).parent) -> tuple[str, ...]:
    """The environments there are: one file each."""
    return tuple(sorted(file.stem for file in folder.glob("*.py") if file.stem not in _OTHERS))


def shape_of(environment: str) -> Shape:
    """The shape of an environment; raises `ConfigurationError` when it has no file."""
    known = environments()
    if environment not in known:
        problem = Problem(
            "modelport:environment",
            "no such environment",
            came=environment,
            allowed=known,
            nearest=nearest(environment, known),
            fix=f"write stacks/{environment}.py with SHAPE = Shape(protect=True), or name one that exists",
        )
        raise ConfigurationError([problem])
    shape = importlib.import_module(f"stacks.{environment}").SHAPE
    assert isinstance(shape, Shape), f"stacks/{environment}.py must set SHAPE to a Shape"
    return shape
