"""What a change of a model's settings does to its functions, on three clouds at once."""

import hashlib
import json
from pathlib import Path
from typing import Any

from tests.engine.bench import Bench

LAMBDA = "aws:lambda/function:Function::height"
ALIAS = "aws:lambda/alias:Alias::height-live"
APP = "azure-native:app:ContainerApp::height"
REVISION = "random:index/randomString:RandomString::height-revision"
RUN = "gcp:cloudrunv2/service:Service::height"
# A revision's name on Azure is never used twice, so its random end is made anew.
ANOTHER_REVISION = {LAMBDA: "update", ALIAS: "update", APP: "update", REVISION: "replace", RUN: "update"}
CALLERS = {
    "aws": ["arn:aws:iam::111111111111:role/another"],
    "azure": ["00000000-0000-4000-8000-0000000000c2"],
    "gcp": ["serviceAccount:caller@another-project.iam.gserviceaccount.com"],
}


def _height(bench: Bench, **settings: Any) -> None:
    """Change some of its settings."""
    bench.edit("models", {"height": {**bench.settings()["modelport:models"]["height"], **settings}})


def _settled(bench: Bench) -> dict[str, str]:
    """What was changed; then there is nothing left to do."""
    changes = bench.changes()
    assert bench.steps() == {}
    assert bench.luck() == []
    assert bench.outputs()["parity"]["height"]["verdict"] == "equal"
    return changes


def _revisions(bench: Bench) -> set[str]:
    state = bench.engine.resources()
    return {
        each["outputs"]["revision"]
        for each in state
        if each["type"].endswith(":Function") and not each["custom"]
    }


def test_a_change_of_the_template_is_another_revision_in_place(bench: Bench) -> None:
    bench.deployed()
    before = _revisions(bench)
    for change in ({"size": {"memory_gib": 4}}, {"environment": {"LOG_LEVEL": "debug"}}):
        _height(bench, **change)
        assert bench.steps() == ANOTHER_REVISION
    _height(bench, timeout_seconds=60)
    assert _settled(bench) == ANOTHER_REVISION
    assert not before & _revisions(bench)


def test_instances_that_wait_warm(bench: Bench) -> None:
    bench.deployed()
    _height(bench, scale={"min": 1})

    assert _settled(bench) == {
        "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig::height-warm": "create",
        APP: "update",
        REVISION: "replace",
        RUN: "update",
    }


def test_a_caller_more(bench: Bench) -> None:
    bench.deployed()
    of_before = bench.settings()["modelport:models"]["height"]["callers"]
    _height(bench, callers={cloud: [*of_before[cloud], *CALLERS[cloud]] for cloud in CALLERS})

    changes = _settled(bench)

    assert sorted(set(changes.values())) == ["create", "update"]
    assert {each.partition("::")[0]: op for each, op in changes.items()} == {
        "aws:lambda/permission:Permission": "create",
        "azure-native:app:ContainerAppsAuthConfig": "update",
        "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": "create",
    }


def _members(bench: Bench) -> list[str]:
    """Who may call the service on Google Cloud."""
    members = bench.session.world().all("gcp:cloudrunv2/serviceIamMember:ServiceIamMember")
    return [each.inputs["member"] for each in members]


def _principals(bench: Bench) -> set[str]:
    """Who may call the function on AWS."""
    found = bench.session.world().all("aws:lambda/permission:Permission")
    return {each.inputs["principal"] for each in found}


def test_public_then_callers_then_public_then_itself(bench: Bench) -> None:
    bench.deployed()
    for callers in (CALLERS, {}):
        bench.edit("allow_public", ["height"])
        _height(bench, access="public", callers={})
        changes = _settled(bench)
        if callers:
            assert {each.partition("::")[0] for each, op in changes.items() if op == "delete"} == {
                "aws:lambda/permission:Permission",
                "azure-native:app:ContainerAppsAuthConfig",
                "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
            }, "the rights of the callers of before"
            assert {each: op for each, op in changes.items() if op != "delete"} == {
                "aws:lambda/permission:Permission::height-public-url": "create",
                "aws:lambda/permission:Permission::height-public-invoke": "create",
                "aws:lambda/functionUrl:FunctionUrl::height-url": "update",
                "gcp:cloudrunv2/serviceIamMember:ServiceIamMember::height-public": "create",
            }
        assert _members(bench) == ["allUsers"]
        assert _principals(bench) == {"*"}
        assert not bench.session.world().all("azure-native:app:ContainerAppsAuthConfig")

        bench.edit("allow_public", [])
        _height(bench, access="authenticated", callers=callers)
        _settled(bench)
        assert _members(bench) == callers.get("gcp", [])
        assert _principals(bench) == set(callers.get("aws", []))
        assert bench.session.world().all("azure-native:app:ContainerAppsAuthConfig")


def test_without_functions_only_the_images_stay(bench: Bench) -> None:
    bench.deployed()
    _height(bench, targets=[], callers={})

    assert set(bench.changes().values()) == {"delete"}
    assert bench.outputs()["endpoints"] == {"aws": {}, "azure": {}, "gcp": {}}
    assert bench.outputs()["parity"]["height"]["verdict"] == "equal"


def test_a_digest_that_was_changed_behind_pulumis_back(bench: Bench) -> None:
    bench.deployed_on("gcp")
    other = f"europe-west1-docker.pkg.dev/example-models-dev/x/height@sha256:{'1' * 64}"
    for path, value in (("template.containers[0].image", other), ("template.revision", "by-hand")):
        bench.sandbox("drift", "gcp:cloudrunv2/service:Service", path, value).good()
    proven = ("python", "-m", "infra.evidence", "dev")
    assert bench.run(*proven).code == 0, "nobody has looked yet"

    bench.pulumi("refresh", "--yes", "--skip-preview").good()

    found = bench.run(*proven)
    assert found.code == 1
    assert "parity of height: different" in found.text
    assert f"gcp function: sha256:{'1' * 64}" in found.text
    assert bench.changes() == {RUN: "update"}
    assert bench.run(*proven).code == 0


def test_a_file_of_the_models_own_is_copied_by_hash(bench: Bench, tmp_path: Path) -> None:
    file = tmp_path / "height.onnx"
    file.write_bytes(b"a model")
    sha256 = hashlib.sha256(b"a model").hexdigest()
    bench.sandbox("put", str(file), "s3://elsewhere/height.onnx").good()
    artifact = {"uri": "s3://elsewhere/height.onnx", "sha256": sha256, "version": "7"}
    _height(bench, artifact=artifact)
    bench.session.prepare()

    _settled(bench)

    held = [path for path in (bench.session.layout.objects / "own").rglob(sha256) if path.is_file()]
    assert [path.read_bytes() for path in held] == [b"a model"] * 3
    (run,) = bench.session.world().all("gcp:cloudrunv2/service:Service")
    assert f"/height/artifact/{sha256}" in json.dumps(run.properties)


def test_another_file_under_the_same_name_is_refused(bench: Bench, tmp_path: Path) -> None:
    file = tmp_path / "height.onnx"
    file.write_bytes(b"another model")
    bench.sandbox("put", str(file), "s3://elsewhere/height.onnx").good()
    _height(bench, artifact={"uri": "s3://elsewhere/height.onnx", "sha256": "0" * 64, "version": "7"})
    bench.session.prepare()

    refused = bench.up()

    assert refused.code != 0
    assert "is another file: expected 0000" in refused.text
    assert not bench.session.world().all("aws:lambda/function:Function")
