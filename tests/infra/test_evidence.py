"""The proof from states: what a refresh found counts, and stacks split by cloud are compared."""

import json
import subprocess
from typing import Any

import pytest

from infra import evidence
from tests.infra.given import DIGEST, IMAGE

OTHER = f"ghcr.io/example/height@sha256:{'b' * 64}"
ROOT = "urn:pulumi:dev::modelport::pulumi:pulumi:Stack::modelport-dev"


def _proof(cloud: str) -> dict[str, Any]:
    return {"expected": DIGEST, "evidence": {cloud: {"registry": DIGEST, "function": DIGEST}}}


def state(cloud: str = "gcp", runs: object = IMAGE, copied: str = DIGEST) -> list[dict[str, Any]]:
    image, function = (f"urn::modelport:{cloud}:{kind}::height" for kind in ("Image", "Function"))
    return [
        {"urn": ROOT, "type": "pulumi:pulumi:Stack", "outputs": {"parity": {"height": _proof(cloud)}}},
        {"urn": image, "type": f"modelport:{cloud}:Image"},
        {
            "urn": f"{image}-c",
            "type": "command:local:Command",
            "parent": image,
            "outputs": {"stdout": copied, "environment": {"SOURCE": OTHER}},
        },
        {"urn": function, "type": f"modelport:{cloud}:Function"},
        {
            "urn": f"{function}-s",
            "type": "gcp:cloudrunv2/service:Service",
            "parent": function,
            "inputs": {"template": {"containers": [{"image": IMAGE}]}},
            "outputs": {"template": {"containers": [{"image": runs}]}},
        },
    ]


def test_what_runs_is_what_the_provider_reported() -> None:
    assert evidence.found({"dev": state()})["height"]["verdict"] == "equal"


def test_a_digest_that_was_changed_behind_pulumi_is_found() -> None:
    found = evidence.found({"dev": state(runs=OTHER)})["height"]
    assert (found["verdict"], found["differing"]) == ("different", ["gcp function"])


@pytest.mark.parametrize("runs", [None, "ghcr.io/example/height:v1"])
def test_what_the_provider_does_not_say_is_unproven(runs: object) -> None:
    assert evidence.found({"dev": state(runs=runs)})["height"]["unknown"] == ["gcp function"]


def test_on_aws_the_hash_of_the_code_counts_and_not_the_name_that_was_asked_for() -> None:
    resources = state("aws")
    resources[-1]["type"] = "aws:lambda/function:Function"
    resources[-1]["outputs"] = {"imageUri": IMAGE, "codeSha256": DIGEST.removeprefix("sha256:")}
    assert evidence.found({"dev": resources})["height"]["verdict"] == "equal"
    resources[-1]["outputs"] = {"imageUri": IMAGE, "codeSha256": "b" * 64}
    assert evidence.found({"dev": resources})["height"]["differing"] == ["aws function"]


@pytest.mark.parametrize("missing", ["Image", "Function"])
def test_what_was_promised_and_is_gone_is_unproven(missing: str) -> None:
    resources = [each for each in state() if missing not in each["type"]]
    found = evidence.found({"dev": resources})["height"]
    assert (found["verdict"], len(found["unknown"])) == ("unproven", 1)


def test_two_answers_at_one_place_prove_nothing() -> None:
    resources = state()
    resources[-1]["outputs"]["other"] = OTHER
    assert evidence.found({"dev": resources})["height"]["unknown"] == ["gcp function"]


def test_stacks_are_compared() -> None:
    found = evidence.found({"dev-aws": state("aws"), "dev-gcp": state("gcp", runs=OTHER)})["height"]
    assert found["evidence"]["dev-aws aws"] == {"function": DIGEST, "registry": DIGEST}
    assert found["differing"] == ["dev-gcp gcp function"]


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[dict[str, Any]]]:
    """Stack to the resources that `pulumi stack export` prints."""
    states: dict[str, list[dict[str, Any]]] = {}

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        stack = command[-1]
        if stack not in states:
            return subprocess.CompletedProcess(command, 255, "", f"error: no stack named '{stack}' found")
        text = json.dumps({"deployment": {"resources": states[stack]}})
        return subprocess.CompletedProcess(command, 0, text, "")

    monkeypatch.setattr(subprocess, "run", run)
    return states


def test_the_command_tells_by_its_exit_code(exported: Any, capsys: pytest.CaptureFixture[str]) -> None:
    exported.update(good=state(), bad=state(runs=OTHER), empty=[])
    assert evidence.main(["good"]) == 0
    assert f"gcp function: {DIGEST}" in capsys.readouterr().out
    assert evidence.main(["good", "bad"]) == 1
    assert evidence.main(["empty"]) == 1, "nothing proves nothing"
    assert evidence.main([]) == 2


def test_a_stack_that_does_not_exist_is_named(exported: Any) -> None:
    with pytest.raises(SystemExit, match="no stack named 'dev' found"):
        evidence.main(["dev"])


def test_of_stacks_without_anything_that_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(evidence, "_resources", lambda stack: [])
    assert evidence.main(["dev", "prod"]) == 1
    assert "nothing is deployed in dev, prod\nFix: pulumi up" in capsys.readouterr().err
