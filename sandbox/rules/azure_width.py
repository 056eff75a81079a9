"""Azure: doors that stand wider open than a careful company would want; Azure itself takes all of them.

Sources: learn.microsoft.com/azure/role-based-access-control/best-practices,
…/storage/blobs/versioning-overview, …/container-apps/ingress-overview
"""

import re

from sandbox.needs import Situation, rule
from sandbox.rules.azure_types import APP, ASSIGNMENT, SERVICE, Found

# Everything, a subscription, a resource group or a management group: not one resource.
_WIDE = re.compile(
    r"(?i)/?|/subscriptions/[^/]+(/resourceGroups/[^/]+)?/?"
    r"|/providers/Microsoft\.Management/managementGroups/[^/]+/?"
)


@rule("role-scope-wide", ASSIGNMENT)
def _role_scope(situation: Situation) -> Found:
    scope = situation.get("scope")
    if scope is not None and _WIDE.fullmatch(str(scope)):
        yield "scope", f"{scope!r} holds more than is needed, also what comes later: name the one resource"


@rule("blob-versions", SERVICE)
def _versions(situation: Situation) -> Found:
    """Off is Azure's default."""
    if situation.knows("isVersioningEnabled") and situation.get("isVersioningEnabled") is not True:
        yield "isVersioningEnabled", "what is overwritten would be lost: set it to True"


@rule("app-plain-http", APP)
def _plain_http(situation: Situation) -> Found:
    if situation.get("configuration.ingress.allowInsecure") is True:
        yield "configuration.ingress.allowInsecure", "requests and tokens would travel unencrypted"
