"""Estates of dev and prod are judged from what exists: nothing open, too wide or in the clear."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

import infra
from components import catalog
from infra.settings import parse
from tests.audit.encryption import unprotected, without_a_key
from tests.audit.exposure import EXCEPTIONS, answering, unjudged
from tests.audit.privilege import too_much
from tests.audit.workload import by_name, digests
from tests.infra.given import DIGEST, given
from tests.rehearsal import Rehearsal

Rehearse = Callable[[Callable[[], object]], Rehearsal]
State = list[dict[str, Any]]

CALLERS = {
    "aws": ["arn:aws:iam::111111111111:role/caller"],
    "azure": ["00000000-0000-4000-8000-0000000000c1"],
    "gcp": ["serviceAccount:caller@another-project.iam.gserviceaccount.com"],
}
ARTIFACT = {"uri": "gs://elsewhere/height.onnx", "sha256": "c" * 64, "version": "7"}
DEV: dict[str, Any] = {"models": {"height": {"callers": CALLERS, "artifact": ARTIFACT}, "weight": {}}}
PROD: dict[str, Any] = {
    **DEV,
    "environment": "prod",
    "network": {"cidr": "10.20.0.0/16", "allow_from": ["203.0.113.0/28"]},
}


@pytest.fixture
def state(rehearse: Rehearse, monkeypatch: pytest.MonkeyPatch) -> Callable[..., State]:
    """What exists once the program was deployed with these settings, as a state has it."""

    def deployed(**changes: Any) -> State:
        monkeypatch.setattr(infra, "load", lambda: parse(given(**changes)))
        return [
            {"type": each.type, "urn": each.urn, "id": each.id, "inputs": dict(each.inputs)}
            for each in rehearse(infra.deploy).world.live()
        ]

    return deployed


def test_prod_is_as_a_careful_company_would_have_it(state: Callable[..., State]) -> None:
    made = state(**PROD)

    assert unjudged(made) == set()
    assert answering(made) == []
    assert too_much(made) == []
    assert without_a_key(made) == []
    assert unprotected(made) == []
    assert by_name(made) == []
    assert digests(made) == {DIGEST}


def test_dev_is_open_to_a_login_and_in_nothing_else_behind(state: Callable[..., State]) -> None:
    made = state(**DEV)

    assert {each.partition("::")[0] for each in answering(made)} == {
        "aws:lambda/functionUrl:FunctionUrl",
        "aws:s3/bucket:Bucket",
        "aws:ecr/repository:Repository",
        "azure-native:app:ContainerApp",
        "azure-native:storage:StorageAccount",
        "azure-native:containerregistry:Registry",
        "gcp:cloudrunv2/service:Service",
        "gcp:storage/bucket:Bucket",
    }
    assert too_much(made) == []
    assert unprotected(made) == []
    assert by_name(made) == []
    assert digests(made) == {DIGEST}


def test_what_is_asked_for_by_name_and_nothing_else_is_reached(state: Callable[..., State]) -> None:
    models = {**PROD["models"], "weight": {"access": "public"}}

    made = state(**{**PROD, "models": models, "allow_public": ["weight"]})

    reached = [each.partition(": ")[0].rpartition("::")[2].partition("-")[0] for each in answering(made)]
    assert set(reached) == {"weight"}
    assert len(reached) >= 4


@pytest.mark.parametrize(("type_", "where"), EXCEPTIONS.items())
def test_what_cannot_be_closed_is_a_declared_difference(type_: str, where: tuple[str, str, str]) -> None:
    capability, cloud, promise = where
    made = catalog.implementation(catalog.contract(capability), cloud)
    assert promise in made.GAPS, type_


def _statement(name: str, **changes: Any) -> Callable[[dict[str, Any]], None]:
    """Change the first statement of a policy."""

    def change(inputs: dict[str, Any]) -> None:
        policy = json.loads(inputs[name])
        policy["Statement"][0].update(changes)
        inputs[name] = json.dumps(policy)

    return change


def _set(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda inputs: inputs.update(changes)


ROLE, RIGHTS = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"
GRANT, ACCOUNT = "azure-native:authorization:RoleAssignment", "azure-native:storage:StorageAccount"
GROUP = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/landing"
FOLDER = "gcp:storage/managedFolderIamMember:ManagedFolderIamMember"
BUCKET, SERVICE = "gcp:storage/bucket:Bucket", "gcp:cloudrunv2/service:Service"
# What is changed in the state of prod, and which check says what of it.
SPOILT = [
    (too_much, ROLE, _statement("assumeRolePolicy", Condition={}), "whoever it works for"),
    (too_much, ROLE, _statement("assumeRolePolicy", Principal="*"), "for everybody"),
    (too_much, RIGHTS, _statement("policy", Action=["logs:*"]), "logs:* is many"),
    (too_much, RIGHTS, _statement("policy", Resource="*", Action=["s3:GetObject"]), "on everything"),
    (too_much, RIGHTS, _statement("policy", NotAction=["iam:PassRole"]), "nobody thought of"),
    (too_much, GRANT, _set(scope=GROUP), "on all of"),
    (too_much, GRANT, _set(roleDefinitionId="b24988ac-6180-42a0-ab88-20f7382dd24c"), "for everything"),
    (too_much, GRANT, _set(principalType="Group"), "for Group"),
    (too_much, FOLDER, _set(member="allAuthenticatedUsers"), "for allAuthenticatedUsers"),
    (too_much, FOLDER, _set(role="roles/editor"), "roles/editor"),
    (without_a_key, "aws:ecr/repository:Repository", _set(encryptionConfigurations=[{}]), "no key"),
    (without_a_key, "aws:cloudwatch/logGroup:LogGroup", _set(kmsKeyId=None), "no key"),
    (without_a_key, "aws:s3/bucketLogging:BucketLogging", _set(targetBucket="other"), "no key"),
    (without_a_key, ACCOUNT, _set(encryption={"keySource": "Microsoft.Storage"}), "no key"),
    (without_a_key, BUCKET, _set(encryption=None), "no key"),
    (unprotected, ACCOUNT, _set(minimumTlsVersion="TLS1_0"), "old TLS"),
    (unprotected, ACCOUNT, _set(allowSharedKeyAccess=True), "shared keys"),
    (unprotected, "azure-native:containerregistry:Registry", _set(adminUserEnabled=True), "a password"),
    (
        by_name,
        "aws:lambda/function:Function",
        _set(imageUri="registry/height:latest"),
        "runs registry/height",
    ),
    (answering, BUCKET, _set(ipFilter={"mode": "Disabled"}), "from everywhere"),
    (answering, BUCKET, _set(publicAccessPrevention="inherited"), "made public"),
    (answering, SERVICE, _set(ingress="INGRESS_TRAFFIC_ALL"), "INGRESS_TRAFFIC_ALL"),
    (answering, ACCOUNT, _set(networkRuleSet=None, publicNetworkAccess="Enabled"), "every network"),
    (answering, "aws:s3/bucketPolicy:BucketPolicy", _set(policy='{"Statement": []}'), "from everywhere"),
    (answering, "aws:ecr/repositoryPolicy:RepositoryPolicy", _set(policy='{"Statement": []}'), "everywhere"),
    (answering, "gcp:dns/managedZone:ManagedZone", _set(visibility="public"), "to everybody"),
]


@pytest.fixture(scope="module")
def kept() -> State:
    """The state of prod, made once: each test changes a copy."""
    return []


@pytest.mark.parametrize(("check", "type_", "spoil", "says"), SPOILT)
def test_every_check_notices(
    check: Callable[[State], list[str]],
    type_: str,
    spoil: Callable[[dict[str, Any]], None],
    says: str,
    kept: State,
    state: Callable[..., State],
) -> None:
    kept.extend([] if kept else state(**PROD))
    assert check(kept) == []
    spoilt = copy.deepcopy(kept)

    for each in spoilt:
        if each["type"] == type_:
            spoil(each["inputs"])

    assert any(says in line for line in check(spoilt)), check(spoilt)
