"""What is a change, what of it replaces, and in which order."""

# ruff: noqa: E501 - a row of a table is one line

from collections.abc import Callable
from typing import Any

import pytest

from sandbox import diff, facts
from tests.sandbox.playing import (
    ACCESS,
    ACR,
    COMMAND,
    GAR,
    GROUP,
    LAMBDA_PULLS,
    LIFECYCLE,
    REPOSITORY,
    STRING,
    UNTAGGED,
    Stage,
    lifecycle,
    policy,
)

Stages = Callable[..., Stage]
DEFAULTED = {"__defaults": ["name"]}
KMS = {"encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": "a"}]}

CASES: list[tuple[str, dict[str, Any], dict[str, Any], list[tuple[str, str, bool]]]] = [
    (REPOSITORY, {"name": "a"}, {"name": "a"}, []),
    (REPOSITORY, {"name": "a"}, {"name": "b"}, [("name", "update", True)]),
    (REPOSITORY, {"tags": {"a": "b"}}, {"tags": {"a": "c", "d": "e"}}, [("tags.a", "update", False), ("tags.d", "add", False)]),
    (REPOSITORY, {}, {"imageTagMutability": "MUTABLE"}, []),
    (REPOSITORY, {"imageTagMutability": "MUTABLE"}, {}, []),
    (REPOSITORY, {}, {"imageTagMutability": "IMMUTABLE"}, [("imageTagMutability", "add", False)]),
    (REPOSITORY, {"imageTagMutability": "IMMUTABLE"}, {}, [("imageTagMutability", "delete", False)]),
    (REPOSITORY, KMS, {"encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": "b"}]}, [("encryptionConfigurations[0].kmsKey", "update", True)]),
    (REPOSITORY, {}, KMS, [("encryptionConfigurations", "add", True)]),
    (REPOSITORY, KMS, {}, []),
    (REPOSITORY, {"region": "eu-west-1"}, {"region": "eu-central-1"}, [("region", "update", True)]),
    (LIFECYCLE, {"policy": lifecycle(UNTAGGED)}, {"policy": lifecycle(UNTAGGED).replace(":", " : ")}, []),
    (LIFECYCLE, {"policy": lifecycle(UNTAGGED)}, {"policy": lifecycle()}, [("policy", "update", True)]),
    (ACCESS, {"policy": policy(LAMBDA_PULLS)}, {"policy": policy()}, [("policy", "update", False)]),
    (GROUP, {"location": "West Europe"}, {"location": "westeurope"}, []),
    (GROUP, {"location": "westeurope"}, {"location": "northeurope"}, [("location", "update", True)]),
    (ACR, {"resourceGroupName": "Models"}, {"resourceGroupName": "models"}, []),
    (ACR, {"sku": {"name": "Basic"}}, {"sku": {"name": "Standard"}}, [("sku.name", "update", False)]),
    (GAR, {"format": "docker"}, {"format": "DOCKER"}, []),
    (GAR, {"project": "a", "location": "b"}, {}, []),
    (GAR, {"location": "europe-west1"}, {"location": "europe-west3"}, [("location", "update", True)]),
    (GAR, {"cleanupPolicies": [{"id": "a"}, {"id": "b"}]}, {"cleanupPolicies": [{"id": "a"}]}, [("cleanupPolicies[1]", "delete", False)]),
    (STRING, {"length": 8}, {"length": 9}, [("length", "update", True)]),
    (COMMAND, {"triggers": ["a"]}, {"triggers": ["b"]}, [("triggers[0]", "update", True)]),
    (COMMAND, {"create": "a", "environment": {"A": "1"}}, {"create": "b", "environment": {"A": "2"}}, [("create", "update", False), ("environment.A", "update", False)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("type_", "olds", "news", "expected"),
    CASES,
    ids=[f"{each[0].rpartition(':')[2]}-{n}" for n, each in enumerate(CASES)],
)
def test_changes(type_: str, olds: dict, news: dict, expected: list) -> None:
    found = diff.changes(facts.of(type_), olds, news)
    assert [(each.path, each.kind, each.replaces) for each in found] == expected


def test_names_the_inputs_that_replace(stage: Stages) -> None:
    found = stage("aws").diff(
        REPOSITORY, {"name": "a", **KMS}, {"name": "b", "encryptionConfigurations": [{}]}
    )
    assert found.replaces == ["encryptionConfigurations", "name"]


@pytest.mark.parametrize(("package", "type_", "olds", "news", "first"), [
    ("aws", REPOSITORY, {"name": "a", **DEFAULTED, "region": "x"}, {"name": "a", **DEFAULTED, "region": "y"}, False),
    ("aws", REPOSITORY, {"name": "a", "region": "x"}, {"name": "a", "region": "y"}, True),
    ("aws", REPOSITORY, {"name": "a"}, {"name": "b"}, False),
    ("aws", LIFECYCLE, {"policy": "a"}, {"policy": "b"}, True),
    ("gcp", GAR, {"repositoryId": "a", "location": "x"}, {"repositoryId": "a", "location": "y"}, False),
])  # fmt: skip
def test_order_of_a_replacement(
    stage: Stages, package: str, type_: str, olds: dict, news: dict, first: bool
) -> None:
    assert stage(package).diff(type_, olds, news).delete_first is first
