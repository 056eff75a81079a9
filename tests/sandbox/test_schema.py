"""Schemas come from the installed SDKs, and the whole tree of inputs is held against them."""

# ruff: noqa: E501 - a row of a table is one line

import json
from collections.abc import Callable
from pathlib import Path

import pulumi
import pytest

from sandbox import schema
from sandbox.wire import UNKNOWN
from tests.sandbox.playing import ACCESS, ACR, COMMAND, GAR, LIFECYCLE, REPOSITORY, Stage, off

Stages = Callable[..., Stage]
REGISTRY = {
    "resourceGroupName": "models",
    "registryName": "modelsdev1",
    "location": "westeurope",
    "sku": {"name": "Basic"},
}


def test_reads_names_kinds_and_what_is_required() -> None:
    found = schema.read(ACR)
    assert set(found.inputs.required) == {"resourceGroupName", "sku"}
    assert found.inputs.properties["adminUserEnabled"] == {"kind": "boolean"}
    sku = found.inputs.properties["sku"]
    assert found.objects[sku["ref"]].required == ["name"]
    assert "loginServer" in found.outputs


def test_takes_the_class_defined_beside_the_resource() -> None:
    """`ecr` has other classes that end alike, and `import *` brings them."""
    assert "imageTagMutability" in schema.read(REPOSITORY).inputs.properties


def test_a_policy_is_text_or_an_object() -> None:
    kinds = {each["kind"] for each in schema.read(ACCESS).inputs.properties["policy"]["of"]}
    assert kinds == {"string", "object"}


def test_recursive_types_end() -> None:
    reader = schema._Reader()
    found = reader.object(AddressArgs)
    assert found.properties["linkedAddress"] == {"kind": "object", "ref": f"{__name__}.AddressArgs"}
    assert reader.objects[f"{__name__}.AddressArgs"] == found


def test_an_unknown_type_is_named() -> None:
    with pytest.raises(schema.NoSuchType, match=r"aws:ecr/repositry:Repositry: no such type in pulumi_aws"):
        schema.read("aws:ecr/repositry:Repositry")


def test_is_kept_on_disk_and_read_from_there(tmp_path: Path) -> None:
    first = schema.load(COMMAND, tmp_path)
    (file,) = tmp_path.rglob("*.json")
    assert file.parent.name.startswith(f"command-{schema.version_of('command')}")
    assert schema.load(COMMAND, tmp_path) == first
    raw = json.loads(file.read_text())
    raw["outputs"] = ["changed"]
    file.write_text(json.dumps(raw))
    assert schema.load(COMMAND, tmp_path).outputs == ["changed"]


@pulumi.input_type
class AddressArgs:
    """Holds one of its own kind."""

    def __init__(self, *, linked_address: "pulumi.Input[AddressArgs] | None" = None) -> None:
        pulumi.set(self, "linked_address", linked_address)

    @property
    @pulumi.getter(name="linkedAddress")
    def linked_address(self) -> "pulumi.Input[AddressArgs] | None":
        return pulumi.get(self, "linked_address")


MISTAKES = [
    (REPOSITORY, {"imageTagMutabilty": "IMMUTABLE"}, "imageTagMutabilty", "schema-unknown-property", 'did you mean "imageTagMutability"?'),
    (REPOSITORY, {"imageScanningConfiguration": {"scanOnPsh": True}}, "imageScanningConfiguration.scanOnPsh", "schema-unknown-property", '"scanOnPush"'),
    (REPOSITORY, {"imageScanningConfiguration": {}}, "imageScanningConfiguration.scanOnPush", "schema-required", "is required"),
    (REPOSITORY, {"forceDelete": "yes"}, "forceDelete", "schema-type", "must be a boolean, came 'yes'"),
    (REPOSITORY, {"encryptionConfigurations": {"encryptionType": "KMS"}}, "encryptionConfigurations", "schema-type", "must be a list"),
    (REPOSITORY, {"encryptionConfigurations": [{"encryptionTyp": "KMS"}]}, "encryptionConfigurations[0].encryptionTyp", "schema-unknown-property", "encryptionType"),
    (REPOSITORY, {"tags": {"owner": 1}}, "tags.owner", "schema-type", "must be a string, came 1"),
    (LIFECYCLE, {"repository": "a", "policy": {"rule": []}}, "policy.rule", "schema-unknown-property", "rules"),
    (LIFECYCLE, {"repository": "a"}, "policy", "schema-required", "is required"),
    (ACR, {**REGISTRY, "sku": {}}, "sku.name", "schema-required", "is required"),
    (GAR, {"repositoryId": "a", "format": "DOCKER", "cleanupPolicies": [{"action": "KEEP"}]}, "cleanupPolicies[0].id", "schema-required", "is required"),
    (GAR, {"repositoryId": "a", "format": "DOCKER", "dockerConfig": {"immutableTags": 1}}, "dockerConfig.immutableTags", "schema-type", "must be a boolean"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("type_", "inputs", "path", "rule", "says"), MISTAKES, ids=[f"{each[2]}" for each in MISTAKES]
)
def test_refuses(
    stage: Stages, monkeypatch: pytest.MonkeyPatch, type_: str, inputs: dict, path: str, rule: str, says: str
) -> None:
    cloud = stage(type_.partition(":")[0])
    found = [each for each in cloud.wrong(type_, **inputs) if each.rule == rule]
    assert [each.property for each in found] == [path]
    assert says in str(found[0])
    off(monkeypatch, rule)
    assert rule not in cloud.rules(type_, **inputs)


def test_what_is_not_known_yet_fits_everywhere(stage: Stages) -> None:
    inputs = {
        "imageScanningConfiguration": UNKNOWN,
        "forceDelete": UNKNOWN,
        "tags": {"a": UNKNOWN},
        "name": UNKNOWN,
    }
    assert stage("aws").wrong(REPOSITORY, **inputs) == []


def test_a_type_without_facts_is_refused_by_name(stage: Stages) -> None:
    from sandbox.needs import Refused

    with pytest.raises(Refused, match=r"no facts for aws:sqs/queue:Queue.*sandbox/facts/aws\.yaml"):
        stage("aws").wrong("aws:sqs/queue:Queue")
