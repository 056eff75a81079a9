"""A simulated provider without an engine: what the engine does with it, in plain calls."""

import json
import os
from pathlib import Path
from typing import Any

from sandbox.local import CommandProvider, RandomProvider
from sandbox.needs import Refused
from sandbox.provider import Difference, Provider
from sandbox.world import Resource, World

SEED = b"seed"
KINDS = {"random": RandomProvider, "command": CommandProvider}
CONFIG = {
    "aws": {"region": "eu-central-1"},
    "azure-native": {"location": "westeurope"},
    "gcp": {"project": "example-models-dev", "region": "europe-west1"},
}

REPOSITORY = "aws:ecr/repository:Repository"
LIFECYCLE = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
ACCESS = "aws:ecr/repositoryPolicy:RepositoryPolicy"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
GROUP = "azure-native:resources:ResourceGroup"
ACR = "azure-native:containerregistry:Registry"
IDENTITY = "azure-native:managedidentity:UserAssignedIdentity"
ASSIGNMENT = "azure-native:authorization:RoleAssignment"
GAR = "gcp:artifactregistry/repository:Repository"
MEMBER = "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember"
SERVICE = "gcp:projects/service:Service"
ACCOUNT = "gcp:serviceaccount/account:Account"
STRING = "random:index/randomString:RandomString"
RANDOM_ID = "random:index/randomId:RandomId"
COMMAND = "command:local:Command"


def urn(type_: str, name: str, stack: str = "dev") -> str:
    return f"urn:pulumi:{stack}::modelport::modelport:test:Component${type_}::{name}"


class Stage:
    """One provider, and the way from a resource in a program to an object in the world."""

    def __init__(self, package: str, sandbox: Path, **config: Any) -> None:
        self.world = World(sandbox / "world.sqlite")
        self.provider = KINDS.get(package, Provider)(package, self.world, sandbox)
        raw = {**CONFIG.get(package, {}), **config}
        self.provider.configure(
            {name: value if isinstance(value, str) else json.dumps(value) for name, value in raw.items()}
        )

    def wrong(self, type_: str, name: str = "it", /, **inputs: Any) -> list[Refused]:
        return self.provider.check(urn(type_, name), {}, inputs, SEED)[1]

    def rules(self, type_: str, name: str = "it", /, **inputs: Any) -> set[str]:
        return {each.rule for each in self.wrong(type_, name, **inputs)}

    def checked(self, type_: str, name: str = "it", /, olds: Any = None, **inputs: Any) -> dict[str, Any]:
        found, wrong = self.provider.check(urn(type_, name), olds or {}, inputs, SEED)
        assert not wrong, [str(each) for each in wrong]
        return found

    def make(self, type_: str, name: str = "it", /, stack: str = "dev", **inputs: Any) -> dict[str, Any]:
        """Check and create; outputs, with the id as `id`."""
        id_, outputs = self.provider.create(urn(type_, name, stack), self.checked(type_, name, **inputs))
        return {**outputs, "id": id_}

    def there(self, type_: str, id_: str) -> Resource:
        found = self.world.get(type_, id_)
        assert found is not None, f"{type_} {id_} is not in the world"
        return found

    def change(self, type_: str, id_: str, name: str = "it", /, **inputs: Any) -> dict[str, Any]:
        there = self.there(type_, id_)
        news = self.checked(type_, name, olds=there.inputs, **inputs)
        return self.provider.update(urn(type_, name), id_, there.outputs, there.inputs, news)

    def delete(self, type_: str, id_: str, name: str = "it") -> None:
        there = self.there(type_, id_)
        self.provider.delete(urn(type_, name), id_, there.outputs, there.inputs)

    def diff(self, type_: str, olds: dict[str, Any], news: dict[str, Any]) -> Difference:
        return self.provider.diff(type_, olds, news)


def off(monkeypatch: Any, *rules: str) -> None:
    """Switch rules off."""
    monkeypatch.setenv(
        "MODELPORT_SANDBOX_DISABLE",
        ",".join(filter(None, [os.environ.get("MODELPORT_SANDBOX_DISABLE"), *rules])),
    )


LAMBDA_PULLS = {
    "Effect": "Allow",
    "Principal": {"Service": "lambda.amazonaws.com"},
    "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    "Condition": {
        "StringEquals": {"aws:SourceAccount": "111111111111"},
        "ArnLike": {"aws:SourceArn": "arn:aws:lambda:eu-central-1:111111111111:function:height-*"},
    },
}
LAMBDA_RUNS = {
    "Effect": "Allow",
    "Principal": {"Service": "lambda.amazonaws.com"},
    "Action": "sts:AssumeRole",
    "Condition": LAMBDA_PULLS["Condition"],
}
UNTAGGED = {
    "rulePriority": 1,
    "selection": {
        "tagStatus": "untagged",
        "countType": "sinceImagePushed",
        "countUnit": "days",
        "countNumber": 7,
    },
    "action": {"type": "expire"},
}
ANY = {
    "rulePriority": 2,
    "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 20},
    "action": {"type": "expire"},
}


def policy(*statements: Any, **more: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements), **more})


def lifecycle(*rules: Any) -> str:
    return json.dumps({"rules": list(rules)})
