"""Every planted mistake is refused, and says which property and why."""

import json

import pytest

from tests.engine.bench import Bench
from tests.engine.mistakes import MISTAKES

CLOUDS = {"aws": "aws", "azure-native": "azure", "gcp": "gcp", "command": "gcp"}
"""Where the mistake is, by the package of its type."""
BY_A_RULE = [name for name, mistake in MISTAKES.items() if mistake.rule]


def _plant(bench: Bench, name: str) -> None:
    """In the program, on the one cloud that it is about."""
    package = MISTAKES[name].type.removeprefix("pulumi:providers:").partition(":")[0]
    bench.only(CLOUDS[package])
    bench.plant(name)


@pytest.mark.parametrize("name", [name for name, mistake in MISTAKES.items() if mistake.says])
def test_a_planted_mistake_is_refused(bench: Bench, name: str) -> None:
    _plant(bench, name)

    refused = bench.up()

    assert refused.code != 0, refused.text
    for words in MISTAKES[name].says:
        assert words in refused.text
    assert "Traceback" not in refused.text


@pytest.mark.parametrize("name", BY_A_RULE)
def test_without_its_rule_nobody_would_notice(bench: Bench, name: str) -> None:
    _plant(bench, name)

    assert bench.up(MODELPORT_SANDBOX_DISABLE=MISTAKES[name].rule).code == 0


def test_a_mistake_that_is_mended_leaves_nothing_behind(bench: Bench) -> None:
    _plant(bench, "registry name taken by somebody else")
    bench.up()
    bench.mend()

    bench.up().good()

    assert bench.steps() == {}
    assert bench.outputs()["parity"]["height"]["verdict"] == "equal"


def test_a_copy_without_a_login_is_refused(bench: Bench) -> None:
    bench.only("gcp")
    bench.sandbox("logout").good()
    try:
        refused = bench.up()
    finally:
        bench.sandbox("login").good()

    assert refused.code != 0
    assert "Log in" in refused.text
    assert "crane auth login" in refused.text
    bench.up().good()


def test_another_digest_at_the_read_back_is_refused(bench: Bench) -> None:
    bench.only("azure")
    other = "sha256:" + "1" * 64
    fault = {"registry": [{"command": "digest", "match": "azurecr.io", "digest": other}]}
    (bench.session.layout.folder / "faults.yaml").write_text(json.dumps(fault))

    refused = bench.up()

    assert refused.code != 0
    assert f"came {other}" in refused.text
    assert "holds another image" in refused.text


def test_a_program_that_claims_a_copy_is_found_out(bench: Bench) -> None:
    bench.edit("models", {"height": {"targets": []}})  # A function would find it out by itself.
    bench.plant("copy that is only claimed")

    claimed = bench.sandbox("up")

    assert claimed.code != 0
    assert claimed.text.count("error: no registry holds") == 3


def test_a_need_met_by_luck_is_named(bench: Bench) -> None:
    _plant(bench, "project without waiting for its API")

    bench.sandbox("up")
    lucky = bench.sandbox("up")

    assert lucky.code != 0
    assert "only by luck" in lucky.text
    assert "gcp:projects/service:Service 'landing-artifactregistry'" in lucky.text


def test_a_setting_with_another_clouds_region_costs_nothing(bench: Bench) -> None:
    bench.set("aws.region", "westeurope")
    bench.set("gcp.regoin", "europe-west1")

    refused = bench.up()

    assert refused.code != 0
    assert "modelport:aws.region" in refused.text
    assert "modelport:gcp.regoin" in refused.text
    assert "Azure location" in refused.text
    assert bench.session.world().live() == []
