"""Azure: what only code can say about who may call a container app."""

import re

from sandbox.needs import Refused, Situation, rule
from sandbox.rules.azure_types import APP, AUTH, Found, parent

_LONGEST_LIST = 500
_DIRECTORY = "identityProviders.azureActiveDirectory"
_IDENTITIES = f"{_DIRECTORY}.validation.defaultAuthorizationPolicy.allowedPrincipals.identities"


@rule("auth-closed", AUTH)
def _closed(situation: Situation) -> Found:
    if situation.knows("platform") and situation.get("platform.enabled") is not True:
        yield "platform.enabled", "everybody could call: without it nothing is checked"
    action = situation.get("globalValidation.unauthenticatedClientAction", "RedirectToLoginPage")
    if situation.knows("globalValidation") and action not in ("Return401", "Return403"):
        yield (
            "globalValidation.unauthenticatedClientAction",
            f"{action} is no answer to a program without a token: Return401",
        )
    for path, open_path in situation.each("globalValidation.excludedPaths"):
        yield path, f"{', '.join(open_path)} would be open to everybody"


@rule("auth-everybody", AUTH)
def _everybody(situation: Situation) -> Found:
    """learn.microsoft.com/azure/app-service/configure-authentication-provider-aad#use-a-built-in-authorization-policy"""
    if situation.knows("identityProviders") and not situation.get(_IDENTITIES):
        yield _IDENTITIES, "everybody in the tenant may call: an empty list restricts nothing; name who may"


@rule("auth-length", AUTH)
def _length(situation: Situation) -> Found:
    for path in (_IDENTITIES, f"{_DIRECTORY}.validation.allowedAudiences"):
        listed = situation.get(path) or []
        length = len(",".join(map(str, listed)))
        if length > _LONGEST_LIST:
            yield path, f"{length} characters in all; allowed: {_LONGEST_LIST}"


@rule("auth-issuer", AUTH)
def _issuer(situation: Situation) -> Found:
    if not situation.knows("identityProviders"):
        return
    registration = situation.get(f"{_DIRECTORY}.registration") or {}
    if not registration.get("clientId"):
        yield f"{_DIRECTORY}.registration.clientId", "is required: no application to ask a token for"
    issuer = str(registration.get("openIdIssuer"))
    found = re.fullmatch(r"https://login\.microsoftonline\.com/([^/]+)/v2\.0/?", issuer)
    if found is None or not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", found[1]):
        text = f"{issuer!r} is no tenant's issuer: nobody's tenant would be checked"
        yield f"{_DIRECTORY}.registration.openIdIssuer", text


@rule("auth-app-exists", AUTH, on="create update")
def _app_exists(situation: Situation) -> None:
    found = parent(situation, "containerAppName", APP, "container app")
    if not (found.inputs.get("configuration") or {}).get("ingress"):
        text = "the container app has no ingress that could be guarded"
        raise Refused(text, property="containerAppName", code="FAILED_PRECONDITION")
