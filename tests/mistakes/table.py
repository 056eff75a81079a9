"""Every planted mistake, and the page that lists them: `python -m tests.mistakes.table` writes it."""

from collections.abc import Iterator
from pathlib import Path

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

COMMAND = "python -m tests.mistakes.table"
PAGE = Path(__file__).parents[2] / "docs" / "mistakes.md"

_HEAD = """\
# Planted mistakes

Each is one change of a program that passes, found on the simulated clouds: the message names the property
and the rule, and with the rule switched off the mistake goes through (`tests/mistakes`). Those in settings,
which never reach a cloud, are in `tests/infra/wrong*.py`; those in single inputs in
`tests/sandbox/test_rules_*.py`. What no rule looks at is named in `sandbox/README.md`.
"""


def page() -> str:
    """The page as it should be."""
    return "\n".join([_HEAD, *_lines()]) + "\n"


def _lines() -> Iterator[str]:
    for case, mistakes in ALL.items():
        yield from (f"## {case}: {len(mistakes)}", "", "| mistake | in | found by |", "| --- | --- | --- |")
        yield from (_row(name, mistake) for name, mistake in mistakes.items())
        yield ""


def _row(name: str, mistake: Mistake) -> str:
    rules = ", ".join(f"`{rule}`" for rule in mistake.rule.split(",") if rule)
    found = "the check of the order" if mistake.luck else rules or "the SDK's schema, or allowed values"
    return f"| {name.replace('|', '¦')} | `{mistake.type}` | {found} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"written: {PAGE}")
