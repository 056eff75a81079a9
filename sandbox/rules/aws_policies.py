"""AWS: what policy documents may say.

Sources: docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html; for actions, botocore.
Wildcards are refused although AWS takes them: no simulated deployment should depend on one.
"""

import json
import re
from collections.abc import Iterator, Mapping

from sandbox import facts, models
from sandbox.needs import Refused, Situation, rule
from sandbox.rules import documents
from sandbox.rules.documents import (
    BUCKET_POLICY,
    KEY,
    REPOSITORY_POLICY,
    ROLE,
    ROLE_POLICY,
    Statement,
    statements,
)
from sandbox.values import nearest

_ALL = (REPOSITORY_POLICY, ROLE, ROLE_POLICY, BUCKET_POLICY, KEY)
_SERVICES = {"ec2": "EC2", "ecr": "ECR", "s3": "S3", "logs": "CloudWatch Logs", "kms": "KMS"}
_ONLY = {REPOSITORY_POLICY: "ecr", BUCKET_POLICY: "s3", KEY: "kms"}
_VERSIONS = ("2012-10-17", "2008-10-17")
_PAIRS = ("Principal", "Action", "Resource")
_STATEMENT = {"Sid", "Effect", "Condition", *_PAIRS, *(f"Not{each}" for each in _PAIRS)}
_PRINCIPALS = ("AWS", "Service", "Federated", "CanonicalUser")
# AWS documents only the ARN for Lambda's requests to ECR: repost.aws/knowledge-center/lambda-ecr-image
_EQUALS = ("StringEquals", "StringEqualsIfExists")
_LAMBDA = "lambda.amazonaws.com"
_SOURCES: Mapping[str, tuple[str, str]] = {
    _LAMBDA: (r"lambda:{region}:{account}:function:[A-Za-z0-9_-]+(\?+|\*|:[\w$-]+)?", "functions"),
    # It has no name before it is made: docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
    "vpc-flow-logs.amazonaws.com": (r"ec2:{region}:{account}:vpc-flow-log/(\*|fl-[0-9a-f]+)", "flow logs"),
}
"""Service to what it calls for: the ARN of that, and what it is called."""
_ARN_OPERATORS = ("ArnLike", "ArnEquals", "StringLike", "StringEquals")

Found = Iterator[tuple[str, str]]


@rule("policy-json", *_ALL)
def _json(situation: Situation) -> Found:
    text, path = documents.text(situation), documents.PROPERTY[situation.type]
    if text is None:
        return
    try:
        document = json.loads(text)
    except ValueError as error:
        yield path, f"is no JSON: {error}"
        return
    if not isinstance(document, dict) or not statements(situation):
        yield path, 'must be {"Version": …, "Statement": […]} with at least one statement'
    elif document.get("Version") not in _VERSIONS:
        yield f"{path}.Version", f"must be one of {', '.join(_VERSIONS)}, came {document.get('Version')!r}"


@rule("policy-element", *_ALL)
def _element(situation: Situation) -> Found:
    for each in statements(situation):
        for name in sorted(set(each.content) - _STATEMENT):
            yield f"{each.path}.{name}", f"is no element of a statement{nearest(name, _STATEMENT)}"
        if each.content.get("Effect") not in ("Allow", "Deny"):
            yield f"{each.path}.Effect", f"must be Allow or Deny, came {each.content.get('Effect')!r}"
        if not each.words("Action") and not each.words("NotAction"):
            yield f"{each.path}.Action", "is required"


@rule("policy-action", REPOSITORY_POLICY, ROLE_POLICY, BUCKET_POLICY, KEY)
def _action(situation: Situation) -> Found:
    for each in statements(situation):
        for action in each.words("Action"):
            if "*" not in action and (text := _wrong_action(action, situation.type)):
                yield f"{each.path}.Action", text


def _wrong_action(action: str, type_: str) -> str:
    service, _, name = action.partition(":")
    if not name:
        return f"{action!r} must be service:Action"
    only = _ONLY.get(type_, service.lower())
    if service.lower() == only and only not in _SERVICES:
        return ""
    known = _actions(only)
    if action.lower() in {each.lower() for each in known}:
        return ""
    return f"{action!r} is no action of {_SERVICES[only]}{nearest(action, known)}"


def _actions(service: str) -> list[str]:
    """Permissions of a service: its operations, but for S3, whose permissions have names of their own."""
    if service == "s3":
        return list(facts.clouds()["aws_s3_actions"])
    known = [f"{service}:{each}" for each in models.operations(service)]
    # Permissions without an operation of their own: docs.aws.amazon.com/service-authorization, ECR and KMS.
    more = ["ecr:ReplicateImage", "ecr:BatchImportUpstreamImage", "ecr:GetImageCopyStatus"]
    more += ["kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:SynchronizeMultiRegionKey"]
    return known + [each for each in more if each.startswith(f"{service}:")]


@rule("policy-wildcard-action", REPOSITORY_POLICY, ROLE_POLICY, BUCKET_POLICY, KEY)
def _wildcard_action(situation: Situation) -> Found:
    for each in statements(situation):
        for action in each.words("Action"):
            if "*" in action and each.content.get("Effect") == "Allow":
                yield f"{each.path}.Action", f"{action!r} allows more than is needed: name the actions"


@rule("policy-principal", REPOSITORY_POLICY, ROLE, BUCKET_POLICY, KEY)
def _principal(situation: Situation) -> Found:
    for each in statements(situation):
        if not each.principals and "NotPrincipal" not in each.content:
            yield f"{each.path}.Principal", "is required in a policy of a resource"
        for kind, value in each.principals:
            if text := _wrong_principal(kind, value):
                yield f"{each.path}.Principal", text


def _wrong_principal(kind: str, value: str) -> str:
    if value == "*":
        return ""  # Another rule.
    if kind not in _PRINCIPALS:
        return f"{kind or value!r} is no kind of principal; allowed: {', '.join(_PRINCIPALS)}"
    if kind == "Service" and not re.fullmatch(r"[a-z0-9.-]+\.amazonaws\.com", value):
        return f"{value!r} is no service; one looks like {_LAMBDA}"
    if kind == "AWS" and not re.fullmatch(r"\d{12}|arn:aws[\w-]*:(iam|sts)::\d{12}:\S+", value):
        return f"{value!r} is neither an account nor an ARN of one"
    return ""


@rule("policy-wildcard-principal", REPOSITORY_POLICY, ROLE, BUCKET_POLICY, KEY)
def _wildcard_principal(situation: Situation) -> Found:
    for each in statements(situation):
        if each.content.get("Effect") == "Allow" and any("*" in value for _, value in each.principals):
            yield f"{each.path}.Principal", "'*' lets in everybody: name the principal"


@rule("policy-no-principal", ROLE_POLICY)
def _no_principal(situation: Situation) -> Found:
    for each in statements(situation):
        if each.principals:
            yield (
                f"{each.path}.Principal",
                "MalformedPolicyDocument: Policy document should not specify a principal.",
            )


@rule("policy-no-resource", REPOSITORY_POLICY, ROLE)
def _no_resource(situation: Situation) -> Found:
    for each in statements(situation):
        if each.words("Resource"):
            yield f"{each.path}.Resource", "is not allowed: the policy belongs to one resource already"


@rule("policy-resource", ROLE_POLICY, BUCKET_POLICY)
def _resource(situation: Situation) -> Found:
    for each in statements(situation):
        if not each.words("Resource") and not each.words("NotResource"):
            yield f"{each.path}.Resource", "MalformedPolicyDocument: Policy statement must contain resources."
        for resource in each.words("Resource"):
            if resource != "*" and not re.fullmatch(r"arn:[\w-]+:[\w-]+:[^:]*:[^:]*:\S+", resource):
                yield f"{each.path}.Resource", f"{resource!r} is no ARN"


# Actions that have no resource to name, and how far they may go: docs.aws.amazon.com/service-authorization,
# and docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html for network interfaces.
_INTERFACES = "arn:aws:ec2:{region}:{account}:*/*"
_FREE: Mapping[str, str] = {
    "ecr:getauthorizationtoken": "*",
    "ec2:describenetworkinterfaces": "*",
    "ec2:describesubnets": "*",
    "ec2:createnetworkinterface": _INTERFACES,
    "ec2:deletenetworkinterface": _INTERFACES,
    "ec2:assignprivateipaddresses": _INTERFACES,
    "ec2:unassignprivateipaddresses": _INTERFACES,
    "logs:describeloggroups": "arn:aws:logs:{region}:{account}:log-group:*",
}


@rule("policy-wildcard-resource", ROLE_POLICY, BUCKET_POLICY)
def _wildcard_resource(situation: Situation) -> Found:
    """A few actions have no resource to name."""
    for each in statements(situation):
        actions = [action.lower() for action in each.words("Action")]
        free = {_FREE.get(action, "").format(**situation.identity) for action in actions}
        for resource in each.words("Resource") if each.allows else ():
            if documents.wide(resource) and free != {resource}:
                yield f"{each.path}.Resource", f"{resource!r} leaves open whose or what: name their ARNs"


@rule("policy-lambda-source", REPOSITORY_POLICY)
def _lambda_source(situation: Situation) -> Found:
    """Without the source, functions of every account could fetch the image (the confused deputy)."""
    for each in statements(situation):
        if ("Service", _LAMBDA) in each.principals and each.content.get("Effect") == "Allow":
            for key, text in sources(each, situation):
                yield f"{each.path}.Condition", f"{key}: {text}"


def sources(each: Statement, situation: Situation, *operators: str) -> Found:
    """What is wrong with the source that a statement wants a service to call for: key and text."""
    account, region = situation.identity.get("account", ""), situation.identity.get("region", "")
    services = [value for kind, value in each.principals if kind == "Service"]
    form, what = _SOURCES.get(services[0] if services else "", _SOURCES[_LAMBDA])
    accounts = [value for operator, value in each.conditions("aws:SourceAccount") if operator in _EQUALS]
    if accounts != [account]:
        yield "aws:SourceAccount", f"must equal {account}, came {', '.join(accounts) or 'nothing'}"
    allowed = (*_ARN_OPERATORS, *operators)
    arns = [value for operator, value in each.conditions("aws:SourceArn") if operator in allowed]
    wanted = r"arn:aws[\w-]*:" + form.format(region=re.escape(region), account=account)
    if not arns:
        yield "aws:SourceArn", f"is missing: name the {what} (ArnLike)"
    for arn in arns:
        if not re.fullmatch(wanted, arn):
            yield (
                "aws:SourceArn",
                f"must name {what} of {account} in {region} by a name or its beginning, came {arn!r}",
            )


@rule("policy-principal-exists", REPOSITORY_POLICY, ROLE, BUCKET_POLICY, KEY, on="create update")
def _principal_exists(situation: Situation) -> None:
    """Roles of this account must exist; AWS keeps their unique id in the policy."""
    account = situation.identity.get("account")
    for each in statements(situation):
        for kind, value in each.principals:
            role = re.fullmatch(rf"arn:aws[\w-]*:iam::{account}:role/(?:.*/)?([^/]+)", value)
            if kind == "AWS" and role:
                _need_role(situation, role[1], f"{each.path}.Principal", value)


def _need_role(situation: Situation, name: str, path: str, arn: str) -> None:
    found = situation.world.get(ROLE, name, situation.identity.get("account"))
    if found is None:
        raise Refused(
            f"MalformedPolicyDocument: Invalid principal in policy: {arn}", property=path, code="NOT_FOUND"
        )
    situation.need(found)
