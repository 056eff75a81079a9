"""The generated parts of the sandbox's README: what is known, which rules watch it, what is not checked."""

import importlib
from collections.abc import Iterator

from sandbox import facts
from sandbox.needs import RULES
from sandbox.provider import RULES as MODULES


def pages() -> dict[str, dict[str, str]]:
    """The parts of one README."""
    for module in MODULES.values():
        importlib.import_module(f"sandbox.rules.{module}")
    return {"sandbox/README.md": {"types": "\n".join(_types()), "unchecked": "\n".join(_unchecked())}}


def _all() -> Iterator[facts.Facts]:
    for package in facts.FILES:
        yield from facts.of_package(package).values()


def _types() -> Iterator[str]:
    yield "| type | replaced when these change | rules beyond schema, values and names |"
    yield "| --- | --- | --- |"
    for each in _all():
        rules = [name for name in each.rules if name in RULES]
        yield f"| `{each.type}` | {_words(each.immutable)} | {_words(rules)} |"


def _unchecked() -> Iterator[str]:
    for package in facts.FILES:
        lines = [
            f"- `{each.type}`: {text}"
            for each in facts.of_package(package).values()
            for text in each.unchecked
        ]
        yield f"<details><summary>{package}: {len(lines)}</summary>\n"
        yield from lines
        yield "\n</details>\n"


def _words(words: object) -> str:
    return ", ".join(f"`{word}`" for word in words) if isinstance(words, list | tuple) and words else "–"
