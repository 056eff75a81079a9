"""Doors that stand too wide open, each planted in a program that passes; the clouds would take all."""

from typing import Any

import pulumi
from pulumi_aws import lambda_

from tests.mistakes import Mistake, Props, aws, azure, gcp
from tests.mistakes.changes import Change, policy, setting

Statement = dict[str, Any]

_ROOT = "arn:aws:iam::222222222222:root"
_ASSUME: Statement = {"Effect": "Allow", "Action": "sts:AssumeRole"}
_PASS: Statement = {"Effect": "Allow", "Action": "iam:PassRole"}
_EVERY_FUNCTION = "arn:aws:lambda:eu-central-1:111111111111:function:*"
_MODELS = "arn:aws:iam::111111111111:role/height-*"


def _trust(arn: str, account: str = "111111111111") -> Change:
    """Trust Lambda for this source."""
    operator = "StringLike" if account == "*" else "StringEquals"
    condition = {operator: {"aws:SourceAccount": account}, "ArnLike": {"aws:SourceArn": arn}}
    return policy(lambda each: each[0].update(Condition=condition), "assume_role_policy")


def _also(name: str, statement: Statement) -> Change:
    return policy(lambda each: each.append(statement), name)


def _also_writes(**changes: str) -> Change:
    """A second statement like the first, with other elements; None leaves one out."""

    def change(each: list[Statement]) -> None:
        whole = {**each[0], **changes}
        each.append({name: value for name, value in whole.items() if f"Not{name}" not in changes})

    return policy(change)


def _pulls_as(**principal: Any) -> Change:
    """A second statement of a repository, for somebody else, without the condition."""

    def change(each: list[Statement]) -> None:
        each.append({"Effect": "Allow", "Action": each[0]["Action"], **principal})

    return policy(change)


def _wider(*, steps: int) -> Change:
    """A scope that many steps further up."""

    def planted(props: Props) -> None:
        props["scope"] = pulumi.Output.from_input(props["scope"]).apply(
            lambda id: "/".join(id.split("/")[:steps])
        )

    return planted


AWS: dict[str, Mistake] = {
    "role for whatever function": Mistake(
        aws.ROLE, _trust("*"), ("Statement[0].Condition", "aws:SourceArn: must name"), "lambda-role-source"
    ),
    "role for functions of every name": Mistake(
        aws.ROLE, _trust(_EVERY_FUNCTION), ("Condition", "function:*'"), "lambda-role-source"
    ),
    "role for functions of every account": Mistake(
        aws.ROLE, _trust("*", "*"), ("aws:SourceAccount: must equal 111111111111",), "lambda-role-source"
    ),
    "role for another account beside": Mistake(
        aws.ROLE,
        _also("assume_role_policy", {**_ASSUME, "Principal": {"AWS": _ROOT}}),
        ("assumeRolePolicy.Statement[1].Principal", _ROOT, "trust a service only"),
        "iam-role-trust",
    ),
    "role for one role of another account beside": Mistake(
        aws.ROLE,
        _also("assume_role_policy", {**_ASSUME, "Principal": {"AWS": _ROOT.replace("root", "role/admin")}}),
        ("Statement[1].Principal", "role/admin", "trust a service only"),
        "iam-role-trust",
    ),
    "images for a whole account beside": Mistake(
        aws.PULL,
        _pulls_as(Principal={"AWS": _ROOT}),
        ("policy.Statement[1].Principal", _ROOT, "whole account"),
        "policy-whole-account",
    ),
    "images for everybody but one": Mistake(
        aws.PULL,
        _pulls_as(NotPrincipal={"AWS": _ROOT}),
        ("policy.Statement[1].NotPrincipal", "allows everything but"),
        "policy-all-but",
    ),
    "rights to write into every log group": Mistake(
        aws.RIGHTS,
        _also_writes(Resource="arn:aws:logs:eu-central-1:111111111111:log-group:*"),
        ("policy.Statement[1].Resource", "log-group:*'", "name their ARNs"),
        "policy-wildcard-resource",
        name="height-logs",
    ),
    "rights to write into such log groups of every region": Mistake(
        aws.RIGHTS,
        _also_writes(Resource="arn:aws:logs:*:111111111111:log-group:height-logs:*"),
        ("policy.Statement[1].Resource", "leaves open whose or what"),
        "policy-wildcard-resource",
        name="height-logs",
    ),
    "rights on everything but a log group": Mistake(
        aws.RIGHTS,
        _also_writes(NotResource="arn:aws:logs:eu-central-1:111111111111:log-group:other:*"),
        ("policy.Statement[1].NotResource", "give Resource"),
        "policy-all-but",
        name="height-logs",
    ),
    "rights to do everything but administer": Mistake(
        aws.RIGHTS,
        _also_writes(NotAction="iam:*"),
        ("policy.Statement[1].NotAction", "give Action"),
        "policy-all-but",
        name="height-logs",
    ),
    "rights of whatever role has such a name": Mistake(
        aws.RIGHTS,
        _also("policy", {**_PASS, "Resource": _MODELS}),
        ("policy.Statement[1].Resource", "iam:PassRole on", "every such role"),
        "policy-pass-role",
        name="height-logs",
    ),
    "permission for a whole account": Mistake(
        aws.PERMISSION,
        setting(principal="222222222222"),
        ("principal", "lets in a whole account"),
        "lambda-permission-wide",
    ),
    "permission for the root of an account": Mistake(
        aws.PERMISSION,
        setting(principal=_ROOT),
        ("principal", "lets in a whole account"),
        "lambda-permission-wide",
    ),
    "permission for a service, for whomever it calls": Mistake(
        aws.PERMISSION,
        setting(principal="events.amazonaws.com"),
        ("sourceArn", "would call for any account"),
        "lambda-permission-wide",
    ),
    "URL that every website may call": Mistake(
        aws.URL,
        setting(cors=lambda_.FunctionUrlCorsArgs(allow_origins=["*"], allow_credentials=True)),
        ("cors.allowOrigins", "every website"),
        "lambda-url-cors",
    ),
    "URL that every website may call without credentials": Mistake(
        aws.URL,
        setting(cors=lambda_.FunctionUrlCorsArgs(allow_origins=["*"])),
        ("cors.allowOrigins", "every website"),
        "lambda-url-cors",
    ),
}
AZURE: dict[str, Mistake] = {
    "right to pull from every registry of a group": Mistake(
        azure.ASSIGNMENT, _wider(steps=5), ("scope", "name the one resource"), "role-scope-wide"
    ),
    "right to pull from every registry of a subscription": Mistake(
        azure.ASSIGNMENT, _wider(steps=3), ("scope", "name the one resource"), "role-scope-wide"
    ),
    "blobs without versions": Mistake(
        azure.SERVICE,
        azure.setting(is_versioning_enabled=False),
        ("isVersioningEnabled", "would be lost"),
        "blob-versions",
    ),
    "blobs of which nobody says whether they have versions": Mistake(
        azure.SERVICE,
        azure.without("is_versioning_enabled"),
        ("isVersioningEnabled", "would be lost"),
        "blob-versions",
    ),
    "app that answers without TLS": Mistake(
        azure.APP,
        azure.inside("configuration.ingress.allow_insecure", True),
        ("configuration.ingress.allowInsecure", "unencrypted"),
        "app-plain-http",
    ),
    "storage account that another tenant may copy from": Mistake(
        azure.ACCOUNT,
        azure.setting(allow_cross_tenant_replication=True),
        ("allowCrossTenantReplication", "another tenant"),
        "storage-open",
    ),
}
GCP: dict[str, Mistake] = {
    "a bucket may be opened": Mistake(
        gcp.BUCKET,
        setting(public_access_prevention="inherited"),
        ("publicAccessPrevention", "set it to enforced"),
        "bucket-open",
    ),
    "a bucket does not say that it stays closed": Mistake(
        gcp.BUCKET,
        setting(public_access_prevention=None),
        ("publicAccessPrevention", "set it to enforced"),
        "bucket-open",
    ),
    "a bucket has access lists": Mistake(
        gcp.BUCKET,
        setting(uniform_bucket_level_access=False),
        ("uniformBucketLevelAccess", "set it to true"),
        "bucket-open",
    ),
    **{
        f"a caller has {role}": Mistake(
            gcp.INVOKER, setting(role=role), ("role", f"{role} gives callers more than to call"), "run-role"
        )
        for role in ("roles/run.admin", "roles/owner", "roles/editor")
    },
    "everybody of a domain may call": Mistake(
        gcp.INVOKER, setting(member="domain:example.com"), ("member", "everybody of a domain"), "member-many"
    ),
    "everybody of a pool may call": Mistake(
        gcp.INVOKER,
        setting(
            member="principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/*"
        ),
        ("member", "everybody of a pool"),
        "member-many",
    ),
}
