"""Azure: what only code can say about container apps."""

import re
from collections import Counter
from typing import Any

from sandbox import hosts, registry
from sandbox.needs import Refused, Situation, rule
from sandbox.rules.azure_types import (
    APP,
    ASSIGNMENT,
    ENVIRONMENT,
    IDENTITY,
    REGISTRY,
    Found,
    by_id,
    entries,
    required,
)
from sandbox.wire import has_unknown
from sandbox.world import Resource

PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
_LONGEST_REVISION = 54


def complete(situation: Situation, outputs: dict[str, Any]) -> dict[str, Any]:
    """Revision and host names of an app, once it exists; its identities, a list before, are a map."""
    if situation.type != APP:
        return outputs
    if "provisioningState" not in outputs:
        return {name: value for name, value in outputs.items() if name != "identity"}
    environment = by_id(situation.world, str(situation.get("environmentId")), ENVIRONMENT)
    domain = environment.outputs["defaultDomain"] if environment else "nowhere.invalid"
    name = outputs["name"]
    revision = f"{name}--{situation.get('template.revisionSuffix') or '0000001'}"
    made: dict[str, Any] = {
        "latestRevisionName": revision,
        "latestReadyRevisionName": revision,
        "latestRevisionFqdn": f"{revision}.{domain}",
    }
    configuration = outputs.get("configuration") or {}
    if configuration.get("ingress"):
        ingress = {**configuration["ingress"], "fqdn": f"{name}.{domain}"}
        made["configuration"] = {**configuration, "ingress": ingress}
    return {**outputs, **made, "identity": identity(situation)}


def identity(situation: Situation) -> dict[str, Any]:
    """The identities of a resource, a list in its inputs, as the map that its outputs have."""
    given = situation.inputs.get("identity") or {"type": "None"}
    listed = given.get("userAssignedIdentities") or []
    found = {each: by_id(situation.world, str(each), IDENTITY) for each in listed}
    ids = {
        id_: {name: each.outputs[name] for name in ("principalId", "clientId")}
        for id_, each in found.items()
        if each
    }
    return {**given, "userAssignedIdentities": ids} if ids else dict(given)


@rule("app-environment", APP)
def _environment(situation: Situation) -> Found:
    if situation.given("environmentId") == situation.given("managedEnvironmentId"):
        yield "environmentId", "exactly one of environmentId and managedEnvironmentId, which is deprecated"


@rule("app-size", APP)
def _size(situation: Situation) -> Found:
    """learn.microsoft.com/azure/container-apps/containers#allocations"""
    for path, size in situation.each("template.containers.resources"):
        cpu, memory = float(size.get("cpu") or 0), str(size.get("memory") or "")
        gib = re.fullmatch(r"(\d+(?:\.\d+)?)Gi", memory)
        if not 0.25 <= cpu <= 4 or cpu % 0.25:
            yield f"{path}.cpu", f"allowed: 0.25 to 4 in steps of 0.25; came {cpu:g}"
        elif gib is None or float(gib[1]) != 2 * cpu:
            yield f"{path}.memory", f"{cpu:g} vCPU go with {2 * cpu:g}Gi; came {memory}"


@rule("app-scale", APP)
def _scale(situation: Situation) -> Found:
    least, most = (
        situation.get("template.scale.minReplicas", 0),
        situation.get("template.scale.maxReplicas", 10),
    )
    if least > most:
        yield "template.scale.minReplicas", f"{least} is more than maxReplicas, {most}"
    for path, metadata in situation.each("template.scale.rules.http.metadata"):
        count = str(metadata.get("concurrentRequests", ""))
        if not count.isdigit() or int(count) < 1:
            yield f"{path}.concurrentRequests", f"a whole number in text, at least 1; came {count!r}"


@rule("app-probes", APP)
def _probes(situation: Situation) -> Found:
    for path, probe in situation.each("template.containers.probes"):
        for at, each in enumerate(probe):
            kind = each.get("type")
            if kind in ("Liveness", "Startup") and each.get("successThreshold", 1) != 1:
                yield f"{path}[{at}].successThreshold", f"must be 1 for {kind}"
            if bool(each.get("httpGet")) == bool(each.get("tcpSocket")):
                yield f"{path}[{at}]", "exactly one of httpGet and tcpSocket"
        for kind, times in Counter(each.get("type") for each in probe).items():
            if times > 1:
                yield path, f"{times} probes of type {kind}; allowed: one"


@rule("app-port", APP)
def _port(situation: Situation) -> Found:
    """The application listens where PORT says: nothing injects it here."""
    listens = None
    for _, container in entries(situation.inputs, "template.containers"):
        told = {each.get("name"): each.get("value") for _, each in entries(container, "env")}
        listens = told.get("PORT", listens)
    target = situation.get("configuration.ingress.targetPort")
    if listens is None or has_unknown(listens):
        return
    if target is not None and str(target) != str(listens):
        yield "configuration.ingress.targetPort", f"nothing listens on {target}: PORT is {listens}"
    for path, port in situation.each("template.containers.probes.httpGet.port"):
        if str(port) != str(listens):
            yield path, f"nothing listens on {port}: PORT is {listens}"


@rule("app-variables", APP)
def _variables(situation: Situation) -> Found:
    secrets = {name for _, name in situation.each("configuration.secrets.name")}
    for path, container in entries(situation.inputs, "template.containers"):
        env = entries(container, "env")
        for name, times in Counter(each.get("name") for _, each in env).items():
            if times > 1:
                yield f"{path}.env", f"{name} is given {times} times"
        for inner, each in env:
            if each.get("secretRef") is not None and each["secretRef"] not in secrets:
                yield f"{path}.{inner}.secretRef", "is no secret of the configuration"


@rule("app-traffic", APP)
def _traffic(situation: Situation) -> Found:
    path = "configuration.ingress.traffic"
    traffic = [each for _, each in entries(situation.inputs, path)]
    if not traffic or not situation.knows("configuration"):
        return
    weights = sum(each.get("weight", 0) for each in traffic)
    if weights != 100:
        yield path, f"weights must add up to 100, came {weights}"
    named = any(each.get("revisionName") for each in traffic)
    if named and situation.get("configuration.activeRevisionsMode", "Single") == "Single":
        yield path, "a named revision needs activeRevisionsMode Multiple"


@rule("app-revision-name", APP)
def _revision_name(situation: Situation) -> Found:
    """learn.microsoft.com/azure/container-apps/revisions#revision-name-suffix"""
    suffix = situation.get("template.revisionSuffix")
    if suffix is None:
        return
    whole = f"{situation.get('containerAppName', '')}--{suffix}"
    path = "template.revisionSuffix"
    if not re.fullmatch(r"[a-z]([a-z0-9]|-(?!-))*[a-z0-9]", str(suffix)):
        yield path, f"{suffix!r}: lower-case letters, digits and single hyphens, a letter first"
    elif len(whole) > _LONGEST_REVISION:
        yield path, f"{whole!r} has {len(whole)} characters; allowed: {_LONGEST_REVISION}"


@rule("app-image-by-digest", APP)
def _by_digest(situation: Situation) -> Found:
    for path, image in situation.each("template.containers.image"):
        if not re.fullmatch(r"[^@\s]+@sha256:[0-9a-f]{64}", str(image)):
            yield path, f"{image!r} does not say what runs: give <repository>@sha256:<64 hex>"


@rule("app-environment-exists", APP, on="create update")
def _environment_exists(situation: Situation) -> None:
    found = required(situation, "environmentId", ENVIRONMENT, "environment")
    here, there = (
        str(each).replace(" ", "").lower()
        for each in (situation.get("location"), found.inputs.get("location"))
    )
    if here != there:
        text = f"is {here}, and the environment is in {there}"
        raise Refused(text, property="location", code="FAILED_PRECONDITION")
    profiles = [each.get("name") for each in found.inputs.get("workloadProfiles") or []]
    wanted = situation.get("workloadProfileName")
    if wanted is not None and wanted not in profiles:
        text = (
            f"{wanted!r} is no workload profile of the environment; it has: {', '.join(profiles) or 'none'}"
        )
        raise Refused(text, property="workloadProfileName", code="FAILED_PRECONDITION")


@rule("app-identities", APP, on="create update")
def _identities(situation: Situation) -> None:
    listed = [str(each) for each in situation.get("identity.userAssignedIdentities") or []]
    for id_ in listed:
        found = by_id(situation.world, id_, IDENTITY)
        text = f"FailedIdentityOperation: the identity {id_!r} was not found"
        situation.require(found, "identity.userAssignedIdentities", text)
    same = {each.lower() for each in listed}
    for path, identity in situation.each("configuration.registries.identity"):
        if identity != "system" and str(identity).lower() not in same:
            text = f"{identity!r} is none of the app's identities"
            raise Refused(text, property=path, code="FAILED_PRECONDITION")


@rule("app-pull", APP, on="create update")
def _pull(situation: Situation) -> None:
    """An image of a registry of this world needs AcrPull for the identity that the app pulls with."""
    for path, image in situation.each("template.containers.image"):
        host = hosts.parse(str(image)).host
        found = situation.world.find(REGISTRY, loginServer=host)
        if found is None:
            if hosts.cloud_of(host) == "azure":
                raise Refused(f"unable to pull image: no registry {host}", property=path, code="NOT_FOUND")
            continue
        situation.need(found)
        situation.need(_grant(situation, _puller(situation, host), found))


def _puller(situation: Situation, host: str) -> Resource:
    for _, entry in entries(situation.inputs, "configuration.registries"):
        if entry.get("server") == host and entry.get("identity"):
            found = by_id(situation.world, str(entry["identity"]), IDENTITY)
            if found:
                return found
    text = f"UNAUTHORIZED: unable to pull image: no entry with server {host} and an identity of the app"
    raise Refused(text, property="configuration.registries", code="PERMISSION_DENIED")


def _grant(situation: Situation, identity: Resource, held: Resource) -> Resource:
    principal = identity.outputs["principalId"]
    for each in situation.world.all(ASSIGNMENT):
        whose = each.inputs.get("principalId") == principal
        pulls = str(each.inputs.get("roleDefinitionId")).lower().endswith(PULL)
        here = f"{held.id}/".lower().startswith(f"{each.inputs.get('scope')}/".lower())
        if whose and pulls and here:
            return each
    who, where = identity.outputs["name"], held.outputs["name"]
    text = f"UNAUTHORIZED: unable to pull image: {who} has no role AcrPull on {where}"
    raise Refused(text, property="configuration.registries", code="PERMISSION_DENIED")


@rule("app-image-exists", APP, on="create update")
def _image_exists(situation: Situation) -> None:
    for path, image in situation.each("template.containers.image"):
        wanted = hosts.parse(str(image))
        if hosts.cloud_of(wanted.host) != "azure" or not wanted.digest:
            continue
        try:
            held = registry.digest("azure", hosts.local_repository(wanted), wanted.digest)
        except registry.RegistryDown as down:
            raise Refused(str(down), property=path, code="UNAVAILABLE") from down
        if held is None:
            text = f"MANIFEST_UNKNOWN: unable to pull image {image}"
            raise Refused(text, property=path, code="NOT_FOUND")
        situation.need_image(f"{wanted.name}@{held}")


@rule("app-revision-new", APP, on="update")
def _revision_new(situation: Situation) -> None:
    """Another template is another revision, whose name none has had; the old one goes on existing."""
    old, new = (each.get("template") or {} for each in (situation.old_inputs, situation.inputs))
    if old == new or not new.get("revisionSuffix"):
        return
    key = f"revisions of {situation.id.lower()}"
    if old.get("revisionSuffix"):
        situation.world.know(**{key: old["revisionSuffix"]})
    if new["revisionSuffix"] in situation.world.known(key):
        text = f"ContainerAppOperationError: revision with suffix {new['revisionSuffix']} already exists"
        raise Refused(text, property="template.revisionSuffix", code="ALREADY_EXISTS")
