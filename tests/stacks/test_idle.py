"""The table of what environments cost while nothing happens holds for what they make."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import infra
from infra.settings import parse
from tests.infra.given import GOOD, given, of_file
from tests.rehearsal import Rehearsal
from tests.stacks.idle import monthly

ROOT = Path(__file__).parents[2]
NETWORK = {"cidr": "10.20.0.0/16", "allow_from": ["203.0.113.0/28"]}
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _prod() -> dict[str, Any]:
    values = of_file((ROOT / "Pulumi.prod.yaml").read_text(encoding="utf-8"))
    # What it costs does not depend on whose it is.
    whose = {name: GOOD[name] for name in ("aws", "azure", "gcp", "image")}
    return {**values, **whose}


ENVIRONMENTS = {
    "`dev`": given(),
    "`dev` in a network": given(network=NETWORK),
    "`dev` in a network, `egress: internet`": given(network={**NETWORK, "egress": "internet"}),
    "`prod`": _prod(),
}


def _rounded(dollars: float) -> str:
    """To five dollars: no more is known of anybody's prices."""
    return f"${round(dollars / 5) * 5}"


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_readme_says_what_an_idle_environment_costs(
    environment: str,
    rehearse: Callable[[Callable[[], object]], Rehearsal],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(infra, "load", lambda: parse(ENVIRONMENTS[environment]))
    done = rehearse(infra.deploy)
    costs = monthly((each.type, each.properties) for each in done.world.live())
    right = f"| {environment} | {' | '.join(_rounded(costs[cloud]) for cloud in ('aws', 'azure', 'gcp'))} |"

    (row,) = re.findall(rf"^\| {re.escape(environment)} \|.*$", README, re.MULTILINE)
    assert row.startswith(right), f"Fix: write into README.md: {right}"
