"""AWS: aliases of Lambda functions, their URLs, and who may call."""

from collections.abc import Iterator

from sandbox.needs import Refused, Situation, on_delete, rule
from sandbox.rules.aws_functions import FUNCTION, place
from sandbox.world import Resource

ALIAS = "aws:lambda/alias:Alias"
URL = "aws:lambda/functionUrl:FunctionUrl"
PERMISSION = "aws:lambda/permission:Permission"
WARM = "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig"

_CALL_URL, _INVOKE = "lambda:InvokeFunctionUrl", "lambda:InvokeFunction"

Found = Iterator[tuple[str, str]]


def _name(reference: object) -> str:
    """Name of a function that is given by name or ARN."""
    text = str(reference)
    return text.split(":")[6] if text.startswith("arn:") else text


def _function_name(situation: Situation) -> str:
    return _name(situation.get("function" if situation.type == PERMISSION else "functionName"))


@rule("lambda-function-exists", ALIAS, URL, PERMISSION, WARM, on="create update")
def _function_exists(situation: Situation) -> None:
    situation.need(_function(situation))


def _function(situation: Situation) -> Resource:
    name = _function_name(situation)
    found = situation.world.get(FUNCTION, name, place(situation))
    if found is None:
        path = "function" if situation.type == PERMISSION else "functionName"
        text = f"ResourceNotFoundException: Function not found: {name}"
        raise Refused(text, property=path, code="NOT_FOUND")
    return found


@rule("lambda-version-exists", ALIAS, on="create update")
def _version_exists(situation: Situation) -> None:
    """Versions are counted up and stay; an alias of $LATEST would change under its callers."""
    wanted = str(situation.get("functionVersion"))
    newest = str(_function(situation).outputs.get("version"))
    if not (wanted.isdigit() and newest.isdigit() and 1 <= int(wanted) <= int(newest)):
        text = f"ResourceNotFoundException: no published version {wanted!r}; the newest is {newest}"
        raise Refused(text, property="functionVersion", code="NOT_FOUND")


@rule("lambda-alias-routing", ALIAS)
def _routing(situation: Situation) -> Found:
    weights = situation.get("routingConfig.additionalVersionWeights") or {}
    path = "routingConfig.additionalVersionWeights"
    if len(weights) > 1:
        yield path, f"one other version at most, came {', '.join(weights)}"
    for version, weight in weights.items():
        if not str(version).isdigit() or version == situation.get("functionVersion"):
            yield path, f"must be another published version, came {version!r}"
        if not 0 <= weight <= 1:
            yield path, f"a weight is between 0 and 1, came {weight}"


@rule("lambda-alias-exists", URL, PERMISSION, WARM, on="create update")
def _alias_exists(situation: Situation) -> None:
    qualifier = situation.get("qualifier")
    for each in situation.world.all(ALIAS) if qualifier else ():
        if (_name(each.inputs.get("functionName")), each.inputs.get("name")) == (
            _function_name(situation),
            qualifier,
        ):
            situation.need(each)
            return
    text = f"ResourceNotFoundException: no alias {qualifier!r} of the function {_function_name(situation)}"
    raise Refused(text, property="qualifier", code="NOT_FOUND")


@rule("lambda-qualifier", URL, PERMISSION, WARM)
def _qualifier(situation: Situation) -> Found:
    """Without one, what is set is set for $LATEST, and the callers of the alias see nothing of it."""
    if not situation.given("qualifier"):
        yield "qualifier", "is needed: the alias that callers reach"
    elif situation.get("qualifier") == "$LATEST":
        yield "qualifier", "must be an alias, came '$LATEST'"


@rule("lambda-permission-kind", PERMISSION)
def _kind(situation: Situation) -> Found:
    """Each action has its own condition: docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"""
    action = situation.get("action")
    if situation.given("functionUrlAuthType") and action != _CALL_URL:
        yield "functionUrlAuthType", f"is for {_CALL_URL} only, action is {action}"
    if action == _CALL_URL and not situation.given("functionUrlAuthType"):
        yield "functionUrlAuthType", f"is needed with {_CALL_URL}"
    if situation.given("invokedViaFunctionUrl") and action != _INVOKE:
        yield "invokedViaFunctionUrl", f"is for {_INVOKE} only, action is {action}"
    if "*" in str(action):
        yield "action", f"{action!r} allows more than is needed: name the action"


@rule("lambda-permission-everybody", PERMISSION)
def _everybody(situation: Situation) -> Found:
    """Everybody is meant only where both statements are those of a URL without authorization."""
    principal = str(situation.get("principal", ""))
    if principal != "*" and "*" in principal:
        yield "principal", f"{principal!r}: name one role, without wildcards"
    if principal != "*" or situation.given("principalOrgId"):
        return
    if situation.get("functionUrlAuthType") == "AWS_IAM":
        yield "principal", "'*' lets in everybody who has any AWS account: name the role"
    elif situation.get("action") == _INVOKE and not situation.get("invokedViaFunctionUrl"):
        yield "principal", "'*' lets everybody call the function, also past its URL: name the role"


@rule("lambda-permission-taken", PERMISSION, on="create")
def _taken(situation: Situation) -> None:
    statement = situation.get("statementId")
    if any(each.inputs.get("statementId") == statement for each in _permissions(situation)):
        text = f"ResourceConflictException: The statement id ({statement}) provided already exists."
        raise Refused(text, property="statementId", code="ALREADY_EXISTS")


def _permissions(situation: Situation) -> list[Resource]:
    """Statements of the same function and qualifier."""
    return [
        each
        for each in situation.world.all(PERMISSION)
        if each.urn != situation.urn
        and _name(each.inputs.get("function")) == _function_name(situation)
        and each.inputs.get("qualifier") == situation.get("qualifier")
        and each.inputs.get("region") == situation.identity.get("region")
    ]


@rule("lambda-url-callers", URL, on="create update")
def _callers(situation: Situation) -> None:
    """Whoever may call has both rights before the URL answers."""
    for caller, actions in _rights(situation, "AWS_IAM").items():
        missing = {_CALL_URL, _INVOKE} - actions
        if caller != "*" and missing and situation.get("authorizationType") == "AWS_IAM":
            text = f"403 Forbidden for {caller}: it needs both permissions, {missing.pop()} is missing"
            raise Refused(text, property="authorizationType", code="PERMISSION_DENIED")


@rule("lambda-url-everybody", URL, on="create update")
def _url_everybody(situation: Situation) -> None:
    """The provider opens such a URL by statements of its own, unless two of the same names are there."""
    if situation.get("authorizationType") != "NONE":
        return
    if _rights(situation, "NONE").get("*") != {_CALL_URL, _INVOKE}:
        text = "NONE lets in everybody, by two permissions for '*' in no state: use AWS_IAM, or state both"
        raise Refused(text, property="authorizationType", code="PERMISSION_DENIED")
    for each in _permissions(situation):
        if each.inputs.get("principal") == "*":
            situation.need(each)


def _rights(situation: Situation, kind: str) -> dict[str, set[str]]:
    """What each caller may do on a URL of this kind."""
    found: dict[str, set[str]] = {}
    for each in _permissions(situation):
        if each.inputs.get("functionUrlAuthType", kind) == kind:
            found.setdefault(str(each.inputs["principal"]), set()).add(str(each.inputs["action"]))
    return found


@rule("lambda-provisioned", WARM, on="create update")
def _provisioned(situation: Situation) -> None:
    reserved = int(_function(situation).inputs.get("reservedConcurrentExecutions", -1))
    wanted = int(situation.get("provisionedConcurrentExecutions", 0))
    if 0 <= reserved < wanted:
        text = f"InvalidParameterValueException: {wanted} is more than the function's reserved {reserved}"
        raise Refused(text, property="provisionedConcurrentExecutions")


@on_delete("lambda-statement", PERMISSION)
def _statement(situation: Situation) -> bool:
    """Functions may have statements of the same id: only this one goes."""
    situation.world.remove(PERMISSION, situation.id, urn=situation.urn)
    return True


@on_delete("lambda-with-function", FUNCTION)
def _with_function(situation: Situation) -> bool:
    """Aliases, URLs and statements go with their function."""
    for type_ in (ALIAS, URL, PERMISSION, WARM):
        for each in situation.world.all(type_):
            name = _name(each.inputs.get("function") or each.inputs.get("functionName"))
            if name == situation.id and each.inputs.get("region") == situation.identity.get("region"):
                situation.world.remove(type_, each.id, urn=each.urn)
    return False
