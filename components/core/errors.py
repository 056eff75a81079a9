"""What can go wrong before the first resource, said in one line each, with the way out."""

import difflib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import pulumi

_LONGEST_VALUE = 80
_LIKENESS = 0.6


def nearest(word: str, allowed: Iterable[str]) -> str | None:
    """The allowed word that `word` was probably meant to be, or None when nothing is close."""
    by_lower = {candidate.lower(): candidate for candidate in sorted(allowed, reverse=True)}
    found = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=_LIKENESS)
    return by_lower[found[0]] if found else None


def _shown(value: object) -> str:
    """A value as JSON on one line, shortened in the middle when it is long."""
    text = json.dumps(value, default=str, ensure_ascii=False)
    half = _LONGEST_VALUE // 2
    return text if len(text) <= _LONGEST_VALUE else f"{text[:half]}…{text[-half:]}"


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong; `str()` of it is always a single line.

    `came` is shown as JSON, so the text "1" and the number 1 look different; leave it None when the value is
    missing, or secret. `allowed` is a sentence or a list of words, `fix` a command or what to do.
    """

    key: str
    what: str
    came: object = None
    allowed: str | Sequence[str] | None = None
    nearest: str | None = None
    fix: str | None = None

    def __str__(self) -> str:
        heading = self.what if self.came is None else f"{self.what}, came {_shown(self.came)}"
        parts = [f"{self.key}: {heading}"]
        if self.allowed:
            allowed = self.allowed if isinstance(self.allowed, str) else ", ".join(self.allowed)
            parts.append(f"allowed: {allowed}")
        if self.nearest:
            parts.append(f'did you mean "{self.nearest}"?')
        line = "; ".join(parts)
        if self.fix:
            line += f"{'' if line.endswith('?') else '.'} Fix: {self.fix}"
        return " ".join(line.split())


class Refused(ValueError):
    """A single value that is not allowed; whoever knows its key makes a `Problem` of it.

    `what` continues the sentence "this value …", `nearest` is the value that was probably meant and `fix` a
    command, only where the usual one (`pulumi config set KEY VALUE`) does not do; `{key}` in it stands for
    the key.
    """

    def __init__(self, what: str, nearest: str | None = None, fix: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.nearest = nearest
        self.fix = fix


class ModelportError(pulumi.RunError):
    """The family of what is refused before the first resource; `problems` says it line by line."""

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)

    @property
    def lines(self) -> tuple[str, ...]:
        """What to print, one line per problem."""
        return tuple(str(problem) for problem in self.problems) or (" ".join(str(self).split()),)


class InvalidArgument(ModelportError):
    """An argument of a component that can never be honoured; raised by the arguments themselves."""

    def __init__(self, argument: str, reason: str) -> None:
        super().__init__(f"{argument}: {reason}")
        self.argument = argument
        self.reason = reason


def check_range(argument: str, value: float, least: float, most: float) -> None:
    """Raises `InvalidArgument` unless `least` ≤ `value` ≤ `most`."""
    if not least <= value <= most:
        raise InvalidArgument(argument, f"allowed: {least} to {most}; came {value}")


class Unsupported(ModelportError):
    """An argument that this one cloud cannot honour; `advice` says what to do instead."""

    def __init__(self, cloud: str, capability: str, argument: str, advice: str) -> None:
        super().__init__(f"{capability}.{argument} is not supported on {cloud}: {advice}")


def caught(check: Callable[[], object]) -> Iterator[ModelportError]:
    """What a check raises, to be said together with all else that is wrong; nothing when it passes."""
    try:
        check()
    except ModelportError as refusal:
        yield refusal


class ConfigurationError(ModelportError):
    """Everything that is wrong with the settings, all at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems), problems)
