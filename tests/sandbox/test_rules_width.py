"""Doors that stand too wide open, on three clouds: refused by name, and accepted once the rule is off."""

# ruff: noqa: E501 - a row of a table is one line

from collections.abc import Callable
from typing import Any

import pytest

from sandbox import needs
from sandbox.rules.aws_storage import BUCKET_POLICY
from sandbox.rules.aws_urls import PERMISSION, URL
from sandbox.rules.gcp_types import BUCKET, BUCKET_MEMBER, FOLDER_MEMBER, INVOKER
from sandbox.wire import UNKNOWN
from tests.sandbox import playing_aws, playing_azure, playing_gcp
from tests.sandbox.playing import (
    ACCESS,
    ASSIGNMENT,
    LAMBDA_PULLS,
    MEMBER,
    ROLE,
    ROLE_POLICY,
    Stage,
    off,
    policy,
)
from tests.sandbox.playing_aws import ARN, CALLS, GETS, INVOKES, TRUSTED, WRITES
from tests.sandbox.playing_azure import ACCOUNT, APP, MODELS, SERVICE, SUBSCRIPTION, configuration

Stages = Callable[..., Stage]
Planted = list[tuple[str, str, dict[str, Any], str]]
ROOT = "arn:aws:iam::222222222222:root"
OTHERS = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": ROOT}}
LOGS = "arn:aws:logs:eu-central-1:111111111111:log-group"
RUNS = "arn:aws:iam::111111111111:role/height"
PASSES = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": RUNS}
EVENT = "arn:aws:events:eu-central-1:111111111111:rule/nightly"
SERVED = {
    **INVOKES,
    "principal": "events.amazonaws.com",
    "sourceArn": EVENT,
    "invokedViaFunctionUrl": None,
    "functionUrlAuthType": None,
}


def trusts(arn: str, account: str = "111111111111") -> dict[str, Any]:
    condition = {"StringEquals": {"aws:SourceAccount": account}, "ArnLike": {"aws:SourceArn": arn}}
    return {"assumeRolePolicy": policy({**TRUSTED, "Condition": condition})}


def may(statement: dict[str, Any], **changes: Any) -> dict[str, Any]:
    whole = {**statement, **changes}
    return {"policy": policy({name: value for name, value in whole.items() if value is not None})}


AWS: Planted = [
    ("lambda-role-source", ROLE, trusts("*"), "Statement[0].Condition: aws:SourceArn: must name functions of 111111111111"),
    ("lambda-role-source", ROLE, trusts("arn:aws:lambda:eu-central-1:111111111111:function:*"), "came 'arn:aws:lambda:eu-central-1:111111111111:function:*'"),
    ("lambda-role-source", ROLE, trusts("arn:aws:lambda:*:111111111111:function:height-*"), "in eu-central-1"),
    ("lambda-role-source", ROLE, trusts("arn:aws:lambda:eu-central-1:*:function:height-*"), "of 111111111111"),
    ("lambda-role-source", ROLE, trusts("*", "*"), "aws:SourceAccount: must equal 111111111111, came *"),
    ("lambda-role-source", ROLE, {"assumeRolePolicy": policy({**TRUSTED, "Condition": {}})}, "aws:SourceArn: is missing"),
    ("lambda-role-source", ROLE, {"assumeRolePolicy": policy({**TRUSTED, "Principal": {"Service": "ec2.amazonaws.com"}, "Condition": {}})}, "aws:SourceArn: is missing"),
    ("iam-role-trust", ROLE, {"assumeRolePolicy": policy(TRUSTED, OTHERS)}, f"Statement[1].Principal: '{ROOT}' could take on the role"),
    ("iam-role-trust", ROLE, {"assumeRolePolicy": policy(TRUSTED, {**OTHERS, "Principal": {"AWS": "arn:aws:iam::111111111111:role/other"}})}, "trust a service only"),
    ("iam-role-trust", ROLE, {"assumeRolePolicy": policy(TRUSTED, {**OTHERS, "Principal": {"Federated": "cognito-identity.amazonaws.com"}})}, "trust a service only"),
    ("policy-whole-account", ACCESS, {"policy": policy(LAMBDA_PULLS, {**LAMBDA_PULLS, "Principal": {"AWS": ROOT}})}, f"Statement[1].Principal: '{ROOT}' lets in a whole account"),
    ("policy-whole-account", BUCKET_POLICY, may(GETS, Principal={"AWS": "222222222222"}), "'222222222222' lets in a whole account"),
    ("policy-all-but", ROLE, {"assumeRolePolicy": policy({**TRUSTED, "Principal": None, "NotPrincipal": {"AWS": ROOT}})}, "Statement[0].NotPrincipal: allows everything but"),
    ("policy-all-but", ROLE_POLICY, may(WRITES, Action=None, NotAction="iam:*"), "Statement[0].NotAction: allows everything but what it names: give Action"),
    ("policy-all-but", ROLE_POLICY, may(WRITES, Resource=None, NotResource=f"{LOGS}:other:*"), "give Resource"),
    ("policy-all-but", ACCESS, may(LAMBDA_PULLS, Principal=None, NotPrincipal={"AWS": ROOT}), "give Principal"),
    ("policy-all-but", BUCKET_POLICY, may(GETS, NotPrincipal={"AWS": ROOT}), "give Principal"),
    ("policy-pass-role", ROLE_POLICY, may(PASSES, Resource=f"{RUNS}-*"), "gives the rights of every such role"),
    ("policy-pass-role", ROLE_POLICY, may(PASSES, Action=["sts:AssumeRole"], Resource=[RUNS, f"{RUNS}-?"]), "sts:AssumeRole on"),
    *[
        ("policy-wildcard-resource", ROLE_POLICY, may(WRITES, Resource=[f"{LOGS}:height:*", resource]), "leaves open whose or what")
        for resource in (
            "arn:aws:logs:*:111111111111:log-group:height:*",
            "arn:aws:logs:eu-central-1:*:log-group:height:*",
            "arn:aws:logs:eu-central-1:111111111111:*",
            "arn:aws:logs:eu-central-1:111111111111:log-group:*",
            "arn:aws:logs:eu-central-1:111111111111:log-group:/*",
            "arn:aws:logs:eu-central-1:111111111111:log-*:height",
            "arn:aws:sqs:eu-central-1:111111111111:*",
            "arn:aws:s3:::*/height/*",
            "arn:aws:s3:::a-bucket*/height/*",
        )
    ],
    ("lambda-permission-wide", PERMISSION, {**CALLS, "principal": ROOT}, f"principal: '{ROOT}' lets in a whole account"),
    ("lambda-permission-wide", PERMISSION, {**CALLS, "principal": "222222222222"}, "lets in a whole account"),
    ("lambda-permission-wide", PERMISSION, {**SERVED, "sourceArn": None}, "sourceArn: is missing: events.amazonaws.com would call for any account"),
    ("lambda-permission-wide", PERMISSION, {**SERVED, "sourceArn": None, "sourceAccount": "111111111111"}, "sourceArn: is missing"),
    ("lambda-permission-wide", PERMISSION, {**SERVED, "sourceArn": "arn:aws:events:eu-central-1:*:rule/nightly"}, "leaves open for whom"),
    ("lambda-permission-wide", PERMISSION, {**SERVED, "principal": "s3.amazonaws.com", "sourceArn": ARN}, "sourceAccount: is missing"),
    ("lambda-url-cors", URL, {"cors": {"allowOrigins": ["*"], "allowCredentials": True}}, "cors.allowOrigins: '*' lets every website call"),
    ("lambda-url-cors", URL, {"cors": {"allowOrigins": ["https://example.com", "*"]}}, "'*' lets every website call"),
    ("lambda-url-cors", URL, {"cors": {"allowOrigins": ["https://*"]}}, "'https://*'"),
]  # fmt: skip
AZURE: Planted = [
    *[("role-scope-wide", ASSIGNMENT, {"scope": scope}, "name the one resource") for scope in (SUBSCRIPTION, f"{SUBSCRIPTION}/", MODELS, MODELS.lower(), "/", "/providers/Microsoft.Management/managementGroups/all")],
    ("blob-versions", SERVICE, {"isVersioningEnabled": False}, "isVersioningEnabled: what is overwritten would be lost"),
    ("blob-versions", SERVICE, {"isVersioningEnabled": None}, "isVersioningEnabled: what is overwritten would be lost"),
    ("app-plain-http", APP, configuration(allowInsecure=True), "allowInsecure: requests and tokens would travel"),
    ("storage-open", ACCOUNT, {"allowCrossTenantReplication": True}, "into another tenant"),
]  # fmt: skip
ADMINS = "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/group/admins"
GCP: Planted = [
    ("bucket-open", BUCKET, {"publicAccessPrevention": "inherited"}, "publicAccessPrevention: objects could be opened"),
    ("bucket-open", BUCKET, {"publicAccessPrevention": None}, "set it to enforced"),
    ("bucket-open", BUCKET, {"uniformBucketLevelAccess": False}, "uniformBucketLevelAccess: access lists"),
    ("bucket-open", BUCKET, {"uniformBucketLevelAccess": None}, "set it to true"),
    *[("run-role", INVOKER, {"role": role}, f"role: {role} gives callers more than to call") for role in ("roles/run.admin", "roles/owner", "roles/editor", "roles/run.viewer", "projects/example-models-dev/roles/all")],
    *[("member-many", type_, {"member": "domain:example.com"}, "domain:example.com is everybody of a domain") for type_ in (MEMBER, BUCKET_MEMBER, FOLDER_MEMBER, INVOKER)],
    ("member-many", INVOKER, {"member": ADMINS}, "is everybody of a pool"),
    ("member-many", BUCKET_MEMBER, {"member": "projectEditor:example-models-dev"}, "every editor of a project"),
]  # fmt: skip
GOOD: dict[str, dict[str, dict[str, Any]]] = {
    "aws": playing_aws.GOOD,
    "azure-native": playing_azure.GOOD,
    "gcp": {
        **playing_gcp.GOOD,
        MEMBER: {"repository": "models", "location": "europe-west1", "role": "roles/artifactregistry.reader", "member": "user:a@example.com"},
    },
}  # fmt: skip
MISTAKES = [
    pytest.param(package, *mistake, id=f"{mistake[0]}-{at}")
    for package, planted in (("aws", AWS), ("azure-native", AZURE), ("gcp", GCP))
    for at, mistake in enumerate(planted)
]


def given(package: str, type_: str, changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**GOOD[package][type_], **changes}.items() if value is not None}


@pytest.mark.parametrize(("package", "rule", "type_", "mistake", "says"), MISTAKES)
def test_refuses(
    stage: Stages,
    monkeypatch: pytest.MonkeyPatch,
    package: str,
    rule: str,
    type_: str,
    mistake: dict,
    says: str,
) -> None:
    cloud = stage(package)
    assert cloud.wrong(type_, **given(package, type_, {})) == []
    inputs = given(package, type_, mistake)
    found = [str(each) for each in cloud.wrong(type_, **inputs) if each.rule == rule]
    assert any(says in each for each in found), found
    off(monkeypatch, rule)
    assert rule not in cloud.rules(type_, **inputs)


@pytest.mark.parametrize(
    ("package", "type_", "silent"),
    [
        ("aws", ROLE_POLICY, may(WRITES, Resource=f"{LOGS}:height-*:*")),
        ("aws", ROLE_POLICY, may(WRITES, Resource=f"{LOGS}:/aws/lambda/height:*")),
        ("aws", ROLE_POLICY, may(WRITES, Effect="Deny", Resource="*")),
        ("aws", ROLE_POLICY, may(WRITES, Effect="Deny", Action=None, NotAction="logs:PutLogEvents")),
        ("aws", ROLE_POLICY, may(PASSES)),
        ("aws", ROLE_POLICY, may(GETS)),
        ("aws", ACCESS, {"policy": policy({**LAMBDA_PULLS, "Principal": {"AWS": "arn:aws:iam::222222222222:role/pulls"}})}),
        ("aws", BUCKET_POLICY, may(GETS, Principal={"AWS": ROOT}, Effect="Deny")),
        ("aws", PERMISSION, {"principal": "*", "functionUrlAuthType": "NONE"}),
        ("aws", PERMISSION, {**INVOKES, "functionUrlAuthType": None, "principal": "*"}),
        ("aws", PERMISSION, {"principal": "arn:aws:iam::222222222222:role/caller"}),
        ("aws", PERMISSION, SERVED),
        ("aws", PERMISSION, {**SERVED, "sourceArn": UNKNOWN}),
        ("aws", PERMISSION, {**SERVED, "principal": "s3.amazonaws.com", "sourceArn": ARN, "sourceAccount": "111111111111"}),
        ("aws", PERMISSION, {**SERVED, "principal": "apigateway.amazonaws.com", "sourceArn": "arn:aws:execute-api:eu-central-1:111111111111:a1b2/*/GET/"}),
        ("aws", URL, {"cors": {"allowOrigins": ["https://example.com"], "allowCredentials": True}}),
        ("aws", URL, {"authorizationType": "NONE"}),
        ("azure-native", ASSIGNMENT, {"scope": UNKNOWN}),
        ("azure-native", SERVICE, {"isVersioningEnabled": UNKNOWN}),
        ("azure-native", APP, configuration(allowInsecure=False)),
        ("gcp", INVOKER, {"member": "allUsers"}),
        ("gcp", INVOKER, {"member": "group:ml@example.com"}),
        ("gcp", INVOKER, {"role": UNKNOWN, "member": UNKNOWN}),
        ("gcp", BUCKET, {"publicAccessPrevention": UNKNOWN, "uniformBucketLevelAccess": UNKNOWN}),
    ],
)  # fmt: skip
def test_says_nothing_of_what_is_asked_for_by_name(
    stage: Stages, package: str, type_: str, silent: dict
) -> None:
    assert [str(each) for each in stage(package).wrong(type_, **given(package, type_, silent))] == []


def test_every_rule_has_a_planted_mistake() -> None:
    ours = {each.id for each in needs.RULES.values() if each.body.__module__.endswith("_width")}
    assert ours <= {each[0] for each in (*AWS, *AZURE, *GCP)}
