"""Every planted mistake, as the sandbox's README lists them."""

from collections.abc import Iterator
from typing import Any

from tests.infra.wrong import WRONG
from tests.infra.wrong_models import WRONG_MODELS
from tests.infra.wrong_network import WRONG_NETWORK
from tests.mistakes import (
    Mistake,
    aws,
    aws_keys,
    aws_network,
    azure,
    azure_keys,
    azure_network,
    gcp,
    gcp_keys,
    gcp_network,
    registry,
    width,
)

ALL: dict[str, dict[str, Mistake]] = {
    "aws": {**registry.AWS_MISTAKES, **aws.MISTAKES, **width.AWS},
    "azure": {**registry.AZURE_MISTAKES, **azure.MISTAKES, **width.AZURE},
    "gcp": {**gcp.MISTAKES, **width.GCP},
    "aws with a key": aws_keys.MISTAKES,
    "azure with a key": azure_keys.MISTAKES,
    "gcp with a key": gcp_keys.MISTAKES,
    "aws in a network": aws_network.MISTAKES,
    "azure in a network": azure_network.MISTAKES,
    "gcp in a network": gcp_network.MISTAKES,
}
"""The program it is planted in, and what it is called."""

SETTINGS: dict[str, dict[str, tuple[dict[str, Any], str, str]]] = {
    "places, owner and what all models share": WRONG,
    "models": WRONG_MODELS,
    "the network": WRONG_NETWORK,
}
"""Mistakes in settings, which never reach a cloud: what is changed, and how the only line must begin."""


def part() -> str:
    """The part of the sandbox's README that lists them."""
    return "\n".join([*_counts(), *_settings(), *_planted()])


def _counts() -> Iterator[str]:
    planted, wrong = (sum(map(len, each.values())) for each in (ALL, SETTINGS))
    yield f"{planted} mistakes in the program are found by the simulated clouds,"
    yield f"{wrong} in settings by the program itself."


def _settings() -> Iterator[str]:
    for what, wrong in SETTINGS.items():
        yield from _folded(f"settings: {what}, {len(wrong)}", ("mistake", "refused with"))
        yield from (f"| {_cell(name)} | `{_cell(each[1])}` |" for name, each in wrong.items())
        yield "\n</details>"


def _planted() -> Iterator[str]:
    for case, mistakes in ALL.items():
        yield from _folded(f"{case}: {len(mistakes)}", ("mistake", "in", "found by"))
        yield from (_row(name, mistake) for name, mistake in mistakes.items())
        yield "\n</details>"


def _folded(title: str, columns: tuple[str, ...]) -> Iterator[str]:
    yield f"\n<details><summary>{title}</summary>\n"
    yield f"| {' | '.join(columns)} |"
    yield f"|{' --- |' * len(columns)}"


def _row(name: str, mistake: Mistake) -> str:
    rules = ", ".join(f"`{rule}`" for rule in mistake.rule.split(",") if rule)
    found = "the check of the order" if mistake.luck else rules or "the SDK's schema, or allowed values"
    return f"| {_cell(name)} | `{mistake.type}` | {found} |"


def _cell(text: str) -> str:
    return text.replace("|", "¦").replace("\n", " ")
