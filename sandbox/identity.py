"""Whose cloud a provider speaks to: account, subscription, project, from its configuration and the world."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sandbox import values
from sandbox.needs import Refused, disabled
from sandbox.schema import Schema
from sandbox.wire import UNKNOWN, has_unknown
from sandbox.world import World

_REGION = {"aws": ("region", "aws"), "azure-native": ("location", "azure"), "gcp": ("region", "gcp")}


def decode(schema: Schema, raw: Mapping[str, Any]) -> dict[str, Any]:
    """A provider's configuration as values: everything but text arrives as JSON in a string."""
    found = {}
    for name, value in raw.items():
        kind = schema.inputs.properties.get(name, {"kind": "string"})["kind"]
        found[name] = (
            value if kind == "string" or not isinstance(value, str) or has_unknown(value) else _json(value)
        )
    return found


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def check(package: str, config: Mapping[str, Any]) -> list[Refused]:
    """What is wrong with a provider's configuration before any cloud is asked."""
    if package not in _REGION or disabled("region"):
        return []
    key, cloud = _REGION[package]
    region = config.get(key)
    text = values.region(cloud, region) if region and not has_unknown(region) else ""
    return [Refused(text, property=key, rule="region")] if text else []


def of(package: str, config: Mapping[str, Any], world: World) -> dict[str, str]:
    """Account, region and so on; raises `Refused` where the cloud would not let this deployer in."""
    found = {"aws": _aws, "azure-native": _azure, "gcp": _gcp}.get(package, lambda _config, _world: {})(
        config, world
    )
    return {key: value for key, value in found.items() if value}


def _aws(config: Mapping[str, Any], world: World) -> dict[str, str]:
    account = _assumed(config, world) or world.meta("account")
    allowed, forbidden = config.get("allowedAccountIds"), config.get("forbiddenAccountIds")
    if not disabled("account-guard"):
        if allowed and not has_unknown(allowed) and account not in allowed:
            text = f"AWS account ID not allowed: {account}; allowed: {', '.join(allowed)}"
            raise Refused(text, property="allowedAccountIds", rule="account-guard", code="PERMISSION_DENIED")
        if forbidden and account in forbidden:
            text = f"AWS account ID not allowed: {account}"
            raise Refused(
                text, property="forbiddenAccountIds", rule="account-guard", code="PERMISSION_DENIED"
            )
    return {"account": account, "region": config.get("region", "")}


def _assumed(config: Mapping[str, Any], world: World) -> str:
    """Account of the last role in the chain of assumed ones; empty when none is assumed."""
    roles = [each.get("roleArn", "") for each in config.get("assumeRoles") or []]
    if not roles or has_unknown(roles):
        return ""
    parts = roles[-1].split(":")
    account = parts[4] if len(parts) > 5 and parts[2] == "iam" else ""
    if account not in world.known("account") and not disabled("account-known"):
        text = f"AccessDenied: not authorized to perform sts:AssumeRole on resource {roles[-1]!r}"
        raise Refused(text, property="assumeRoles", rule="account-known", code="PERMISSION_DENIED")
    return account


def _azure(config: Mapping[str, Any], world: World) -> dict[str, str]:
    subscription = config.get("subscriptionId") or world.meta("subscription")
    tenant = config.get("tenantId") or world.meta("tenant")
    for key, name, value in (
        ("subscription", "subscriptionId", subscription),
        ("tenant", "tenantId", tenant),
    ):
        if value != UNKNOWN and value not in world.known(key) and not disabled("account-known"):
            code = "SubscriptionNotFound" if key == "subscription" else "AADSTS90002"
            text = (
                f"{code}: the {key} {value!r} could not be found; known here: {', '.join(world.known(key))}"
            )
            raise Refused(text, property=name, rule="account-known", code="NOT_FOUND")
    return {"subscription": subscription, "tenant": tenant, "location": config.get("location", "")}


def _gcp(config: Mapping[str, Any], world: World) -> dict[str, str]:
    project = config.get("project", "")
    if project and project != UNKNOWN:
        require_project(project, world)
    found = {"project": project, "region": config.get("region", ""), "zone": config.get("zone", "")}
    return {**found, "project_number": number(project, world)} if project else found


def require_project(project: str, world: World) -> None:
    """Refuse a project that does not exist; Google answers alike for one that the deployer may not see."""
    if project not in world.known("project") and not disabled("account-known"):
        near = values.nearest(project, world.known("project"))
        text = f"googleapi: Error 403: Permission denied on resource project {project}., forbidden{near}"
        raise Refused(text, property="project", rule="account-known", code="PERMISSION_DENIED")


def number(project: str, world: World) -> str:
    """A project's number: always the same for the same project."""
    if project == world.meta("project"):
        return world.meta("project_number")
    return str(int(hashlib.sha256(project.encode()).hexdigest(), 16))[:12]
