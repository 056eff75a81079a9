"""AWS: what a Lambda function needs before it can be made, and what its versions are."""

import fnmatch
import itertools
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox import hosts, registry
from sandbox.needs import Refused, Situation, rule
from sandbox.rules.documents import REPOSITORY_POLICY, ROLE, ROLE_POLICY, Statement, parse
from sandbox.wire import UNKNOWN
from sandbox.world import Resource

FUNCTION = "aws:lambda/function:Function"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
REPOSITORY = "aws:ecr/repository:Repository"
_LAMBDA = ("Service", "lambda.amazonaws.com")
_PULL = ("ecr:batchgetimage", "ecr:getdownloadurlforlayer")
_WRITE = ("logs:createlogstream", "logs:putlogevents")

# docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
_RESERVED = re.compile(
    r"_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_)?REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_.*|AWS_ACCESS_KEY(_ID)?"
    r"|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|AWS_XRAY_.*|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR"
)
_VARIABLE = re.compile(r"[a-zA-Z][a-zA-Z0-9_]+")
_LONGEST_ENVIRONMENT = 4096
# docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html and …/configuration-concurrency.html
_CONCURRENCY = 1000
_UNRESERVED = 100

Found = Iterator[tuple[str, str]]


def place(situation: Situation) -> str:
    """Account and region: within what the name of a function or log group is unique."""
    return f"{situation.identity.get('account')}/{situation.identity.get('region')}"


def complete(situation: Situation, outputs: dict[str, Any]) -> dict[str, Any]:
    """Hash and version of a function; another version is not known before it is made."""
    if situation.type != FUNCTION:
        return outputs
    publishes = bool(situation.inputs.get("publish"))
    changed = not situation.outputs or _changed(situation)
    if "arn" not in outputs:
        return {**outputs, **(dict.fromkeys(_VERSION, UNKNOWN) if publishes and changed else {})}
    before = situation.outputs.get("version", "$LATEST")
    last = int(before) if str(before).isdigit() else 0
    version = str(last + 1) if publishes and changed else before
    arn = f"{outputs['arn']}:{version}"
    invoke = str(outputs["invokeArn"]).replace(str(outputs["arn"]), arn)
    digest = str(situation.inputs.get("imageUri", "")).rpartition("@sha256:")[2]
    known = {"version": version, "qualifiedArn": arn, "qualifiedInvokeArn": invoke}
    return {**outputs, **known, "codeSha256": digest}


_VERSION = ("version", "qualifiedArn", "qualifiedInvokeArn")
_NO_VERSION = {"tags", "reservedConcurrentExecutions", "codeSigningConfigArn", "publish", "skipDestroy"}


def _changed(situation: Situation) -> bool:
    names = set(situation.inputs) - _NO_VERSION - {"__defaults"}
    return any(situation.inputs[name] != situation.outputs.get(name) for name in names)


@rule("lambda-package", FUNCTION)
def _package(situation: Situation) -> Found:
    if situation.get("packageType", "Zip") == "Zip" and not situation.given("handler"):
        yield "packageType", "Zip, the default, needs handler and runtime; an image needs Image"
    elif situation.get("packageType") == "Image" and not situation.given("imageUri"):
        yield "imageUri", "is required with packageType Image"


@rule("lambda-image-digest", FUNCTION)
def _image_digest(situation: Situation) -> Found:
    """Lambda takes a tag, too, and resolves it once: nobody could say what runs."""
    image = situation.get("imageUri")
    if image is None:
        return
    reference = hosts.parse(str(image))
    account, region = situation.identity.get("account", ""), situation.identity.get("region", "")
    if (hosts.account_of(reference.host), hosts.place_of(reference.host)) != (account, region):
        host = f"{account}.dkr.ecr.{region}.amazonaws.com"
        yield "imageUri", f"{image!r} is not in {host}: Lambda takes images of the same account and region"
    if not re.fullmatch(r"sha256:[0-9a-f]{64}", reference.digest):
        yield "imageUri", f"must name a digest (repository@sha256:…), came {image!r}"


@rule("lambda-environment", FUNCTION)
def _environment(situation: Situation) -> Found:
    variables = (situation.inputs.get("environment") or {}).get("variables") or {}
    for name in variables if isinstance(variables, Mapping) else ():
        if not _VARIABLE.fullmatch(name):
            yield f"environment.variables.{name}", "needs two letters, digits or _, a letter first"
        elif _RESERVED.fullmatch(name):
            yield f"environment.variables.{name}", "is reserved: Lambda sets it"
    if situation.knows("environment"):
        # Measured as JSON: github.com/github-aws-runners/terraform-aws-github-runner/issues/3594
        length = len(json.dumps(dict(variables), separators=(",", ":"), ensure_ascii=False).encode())
        if length > _LONGEST_ENVIRONMENT:
            yield "environment.variables", f"{length} bytes in all; allowed: {_LONGEST_ENVIRONMENT}"


@rule("lambda-log-group", FUNCTION)
def _log_group(situation: Situation) -> Found:
    config = situation.inputs.get("loggingConfig") or {}
    if config.get("logGroup") is None:
        yield "loggingConfig.logGroup", "is needed: Lambda makes a group by itself, and it is kept for ever"
    for name in ("applicationLogLevel", "systemLogLevel"):
        if config.get(name) is not None and config.get("logFormat") != "JSON":
            yield f"loggingConfig.{name}", "needs logFormat JSON"


@rule("lambda-image-exists", FUNCTION, on="create update")
def _image_exists(situation: Situation) -> None:
    reference = hosts.parse(str(situation.get("imageUri", "")))
    repository = situation.world.get(REPOSITORY, reference.repository, place(situation))
    if repository is None:
        raise Refused(
            f"InvalidParameterValueException: Source image {situation.get('imageUri')} does not exist: "
            f"there is no repository {reference.repository!r} in this account and region",
            property="imageUri",
        )
    situation.need(repository)
    try:
        held = registry.digest("aws", hosts.local_repository(reference), reference.selector)
    except registry.RegistryDown as down:
        raise Refused(str(down), property="imageUri", code="UNAVAILABLE") from down
    if held is None:
        raise Refused(
            f"InvalidParameterValueException: Source image {situation.get('imageUri')} does not exist. "
            "Provide a valid source image.",
            property="imageUri",
        )
    situation.need_image(f"{reference.name}@{held}")


@rule("lambda-pull", FUNCTION, on="create update")
def _pull(situation: Situation) -> None:
    """The repository itself must let this one function's service fetch the image."""
    name = hosts.parse(str(situation.get("imageUri", ""))).repository
    policies = [each for each in situation.world.all(REPOSITORY_POLICY) if each.id == name]
    for policy in policies:
        for each in parse(policy.inputs.get("policy"), "policy"):
            if _may(each, _PULL) and _LAMBDA in each.principals and not _unmet(each, situation):
                situation.need(policy)
                return
    raise Refused(
        "InvalidParameterValueException: Lambda does not have permission to access the ECR image: "
        f"no policy of the repository {name!r} lets {_arn(situation)} fetch it",
        property="imageUri",
        code="PERMISSION_DENIED",
    )


@rule("lambda-role", FUNCTION, on="create update")
def _role(situation: Situation) -> None:
    """The role exists and lets this function take it on."""
    role = _role_of(situation)
    text = f"InvalidParameterValueException: the role {situation.get('role')!r} does not exist"
    role = situation.require(role, "role", text)
    unmet = [_unmet(each, situation) for each in _trusts(role) if _may(each, ("sts:assumerole",))]
    if all(unmet):
        why = "; ".join(itertools.chain(*unmet)) or "it does not trust lambda.amazonaws.com"
        raise Refused(
            "InvalidParameterValueException: The role defined for the function cannot be assumed by Lambda: "
            f"{why}",
            property="role",
            code="PERMISSION_DENIED",
        )


def _role_of(situation: Situation) -> Resource | None:
    return situation.world.find(ROLE, arn=situation.get("role"))


def _trusts(role: Resource) -> list[Statement]:
    document = parse(role.inputs.get("assumeRolePolicy"), "assumeRolePolicy")
    return [each for each in document if each.allows and _LAMBDA in each.principals]


def _may(statement: Statement, actions: tuple[str, ...]) -> bool:
    return statement.allows and set(actions) <= {each.lower() for each in statement.words("Action")}


def _arn(situation: Situation) -> str:
    account, region = situation.identity.get("account"), situation.identity.get("region")
    return f"arn:aws:lambda:{region}:{account}:function:{situation.get('name')}"


def _unmet(statement: Statement, situation: Situation) -> list[str]:
    """Conditions that a request for this function does not meet."""
    sent = {"aws:SourceAccount": situation.identity.get("account", ""), "aws:SourceArn": _arn(situation)}
    return [
        f"{key} is {value}, its condition wants {pattern}"
        for key, value in sent.items()
        for _, pattern in statement.conditions(key)
        if not fnmatch.fnmatchcase(value, pattern)
    ]


@rule("lambda-logs", FUNCTION, on="create update")
def _logs(situation: Situation) -> None:
    """The log group is there, and the role may write into it and not make it."""
    name = str(situation.get("loggingConfig.logGroup"))
    group = situation.world.get(LOG_GROUP, name, place(situation))
    text = f"the log group {name!r} does not exist: Lambda would make it, and it would be kept for ever"
    group = situation.require(group, "loggingConfig.logGroup", text)
    wanted = f"{group.outputs['arn']}:*"
    for policy in _policies(_role_of(situation), situation):
        statements = parse(policy.inputs.get("policy"), "policy")
        if any(_may(each, _WRITE) and wanted in each.words("Resource") for each in statements):
            situation.need(policy)
            return
    text = f"AccessDenied: the role may not write into {wanted} (logs:CreateLogStream, logs:PutLogEvents)"
    raise Refused(text, property="loggingConfig.logGroup", code="PERMISSION_DENIED")


def _policies(role: Resource | None, situation: Situation) -> list[Resource]:
    every = situation.world.all(ROLE_POLICY)
    return [each for each in every if role is not None and each.inputs.get("role") == role.id]


@rule("lambda-log-group-by-itself", ROLE_POLICY)
def _log_group_by_itself(situation: Situation) -> Found:
    for each in parse(situation.get("policy"), "policy"):
        if _may(each, ("logs:createloggroup",)):
            yield f"{each.path}.Action", "logs:CreateLogGroup lets Lambda make a group that is kept for ever"


@rule("lambda-concurrency", FUNCTION, on="create update")
def _concurrency(situation: Situation) -> None:
    """What all functions of an account and region reserve must leave 100 to those that reserve nothing."""
    wanted = int(situation.get("reservedConcurrentExecutions", -1))
    known = situation.world.known("own lambda_concurrency") or situation.world.known("lambda_concurrency")
    limit = int((known or [str(_CONCURRENCY)])[0])
    others = sum(
        max(int(each.inputs.get("reservedConcurrentExecutions", 0)), 0)
        for each in situation.world.all(FUNCTION)
        if each.scope == place(situation) and each.urn != situation.urn
    )
    if wanted > 0 and wanted + others > limit - _UNRESERVED:
        raise Refused(
            f"InvalidParameterValueException: {wanted} of {limit}, beside {others} of others, decreases the "
            f"account's UnreservedConcurrentExecution below its minimum value of [{_UNRESERVED}].",
            property="reservedConcurrentExecutions",
        )
