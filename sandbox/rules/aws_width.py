"""AWS: doors that stand wider open than a careful company would want; AWS itself takes all of them.

Sources: docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html, …/id_roles_use_passrole.html,
…/reference_policies_elements_notaction.html; docs.aws.amazon.com/lambda/latest/dg/,
permissions-function-services.html and urls-configuration.html#urls-cors
"""

import re
from collections.abc import Iterator

from sandbox.needs import Situation, rule
from sandbox.rules.aws_policies import sources
from sandbox.rules.aws_urls import PERMISSION, URL
from sandbox.rules.documents import (
    BUCKET_POLICY,
    REPOSITORY_POLICY,
    ROLE,
    ROLE_POLICY,
    statements,
    wide,
    wild,
)

_WHOLE_ACCOUNT = re.compile(r"\d{12}|arn:aws[\w-]*:iam::\d{12}:root")
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com")
_WHOSE = re.compile(r"(?:[^:]*:){4}\d{12}:")
_BECOMES = ("iam:passrole", "sts:assumerole")
_ALL_BUT = ("NotPrincipal", "NotAction", "NotResource")

Found = Iterator[tuple[str, str]]


@rule("lambda-role-source", ROLE)
def _role_source(situation: Situation) -> Found:
    """Without the source, a service takes the role on for whoever asks: any function of any account."""
    for each in statements(situation):
        if each.allows and any(kind == "Service" for kind, _ in each.principals):
            # Lambda names no source where it makes the first function in a VPC.
            for key, text in sources(each, situation, "ArnLikeIfExists"):
                yield f"{each.path}.Condition", f"{key}: {text}"


@rule("iam-role-trust", ROLE)
def _role_trust(situation: Situation) -> Found:
    """What a model runs as is taken on by the service that runs it, and never by people or other roles."""
    for each in statements(situation):
        for kind, value in each.principals if each.allows else ():
            if kind != "Service" and not wild(value):
                yield f"{each.path}.Principal", f"{value!r} could take on the role: trust a service only"


@rule("policy-whole-account", REPOSITORY_POLICY, BUCKET_POLICY)
def _whole_account(situation: Situation) -> Found:
    for each in statements(situation):
        for _, value in each.principals if each.allows else ():
            if _WHOLE_ACCOUNT.fullmatch(value):
                yield f"{each.path}.Principal", f"{value!r} lets in a whole account: name one role"


@rule("policy-all-but", REPOSITORY_POLICY, ROLE, ROLE_POLICY, BUCKET_POLICY)
def _all_but(situation: Situation) -> Found:
    for each in statements(situation):
        for name in _ALL_BUT:
            if each.allows and name in each.content:
                text = f"allows everything but what it names: give {name.removeprefix('Not')}"
                yield f"{each.path}.{name}", text


@rule("policy-pass-role", ROLE_POLICY)
def _pass_role(situation: Situation) -> Found:
    """Whoever may hand a role on, or take one on, has its rights."""
    for each in statements(situation):
        for action in each.words("Action") if each.allows else ():
            for resource in each.words("Resource"):
                if action.lower() in _BECOMES and wild(resource):
                    text = f"{action} on {resource!r} gives the rights of every such role: name one"
                    yield f"{each.path}.Resource", text


@rule("lambda-permission-wide", PERMISSION)
def _permission(situation: Situation) -> Found:
    """A caller is one role; a service calls for one resource of one account."""
    principal = str(situation.get("principal", ""))
    if _WHOLE_ACCOUNT.fullmatch(principal):
        yield "principal", f"{principal!r} lets in a whole account: name one role"
    if not _SERVICE.fullmatch(principal):
        return
    arn = situation.get("sourceArn")
    if not situation.given("sourceArn"):
        yield "sourceArn", f"is missing: {principal} would call for any account"
    elif arn is not None and wide(str(arn)):
        yield "sourceArn", f"{arn!r} leaves open for whom {principal} calls: name one resource"
    elif arn is not None and not (_WHOSE.match(str(arn)) or situation.given("sourceAccount")):
        yield "sourceAccount", f"is missing: {arn!r} names no account, and may be somebody else's one day"


@rule("lambda-url-cors", URL)
def _cors(situation: Situation) -> Found:
    for origin in situation.get("cors.allowOrigins") or []:
        if wild(str(origin)):
            yield "cors.allowOrigins", f"{origin!r} lets every website call in its visitors' names: name them"
