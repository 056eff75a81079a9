"""What exists already is taken into the state, and nothing of it is changed."""

import pytest

from tests.engine.bench import Bench

# Nothing depends on these, so that nothing else leaves the state with them.
HELD = [
    "aws:lambda/functionUrl:FunctionUrl",
    "azure-native:app:ContainerAppsAuthConfig",
    "gcp:cloudrunv2/service:Service",
]


@pytest.mark.parametrize("type_", HELD)
def test_what_the_state_lost_is_imported_again(bench: Bench, type_: str) -> None:
    bench.deployed()
    resources = bench.engine.resources()
    (lost,) = (each for each in resources if each["type"] == type_)
    provider = lost["provider"].rpartition("::")[0]
    bench.pulumi("state", "delete", lost["urn"], "--yes").good()

    bench.pulumi(
        "import", type_, lost["urn"].rpartition("::")[2], lost["id"], "--yes", "--generate-code=false",
        "--protect=false", "--parent", f"parent={lost['parent']}", "--provider", f"provider={provider}",
    ).good()  # fmt: skip

    assert not {step: op for step, op in bench.steps().items() if step.startswith(type_)}
    bench.sandbox("up").good()
    assert bench.steps() == {}
    assert len(bench.session.world().all(type_)) == 1, "nothing was made twice"


def test_what_does_not_exist_cannot_be_imported(bench: Bench) -> None:
    refused = bench.pulumi(
        "import", HELD[1], "other", "/subscriptions/none", "--yes", "--generate-code=false"
    )

    assert refused.code != 0
    assert "does not exist" in refused.text
