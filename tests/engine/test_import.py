"""What exists already is taken into the state, and nothing of it is changed: the runbook's own command."""

import re

import pytest

from sandbox.layout import ROOT
from tests.engine.bench import Bench

# Nothing depends on these, so that nothing else leaves the state with them.
HELD = [
    "gcp:storage/bucket:Bucket",
    "aws:lambda/functionUrl:FunctionUrl",
    "azure-native:app:ContainerAppsAuthConfig",
    "gcp:cloudrunv2/service:Service",
]


def _command() -> list[str]:
    """The command of the runbook, word by word."""
    text = (ROOT / "docs/runbooks/import.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"^ *(pulumi import .*)$", text, re.MULTILINE)
    return str(line).split()


def _filled(word: str, words: dict[str, str]) -> str:
    start, equals, end = word.rpartition("=")
    return f"{start}{equals}{words.get(end, end)}"


@pytest.mark.parametrize("type_", HELD)
def test_what_the_state_lost_is_imported_again(bench: Bench, type_: str) -> None:
    bench.deployed_on(type_.partition("-" if type_.startswith("azure") else ":")[0])
    if type_ == "gcp:cloudrunv2/service:Service":
        bench.edit("models", {"height": {}})  # A caller's right depends on it.
        bench.up().good()
    resources = bench.engine.resources()
    (lost,) = (each for each in resources if each["type"] == type_)
    provider = lost["provider"].rpartition("::")[0]
    bench.pulumi("state", "delete", lost["urn"], "--yes").good()

    words = {
        "TYPE": type_,
        "NAME": lost["urn"].rpartition("::")[2],
        "ID": lost["id"],
        "PARENT": lost["parent"],
        "PROVIDER": provider,
    }
    bench.run(*(_filled(word, words) for word in _command())).good()

    assert bench.steps() == {}
    assert len(bench.session.world().all(type_)) == 1, "nothing was made twice"


def test_what_does_not_exist_cannot_be_imported(bench: Bench) -> None:
    type_, id_ = "azure-native:app:ContainerAppsAuthConfig", "/subscriptions/none"
    refused = bench.pulumi("import", type_, "other", id_, "--yes", "--generate-code=false")

    assert refused.code != 0
    assert "does not exist" in refused.text
