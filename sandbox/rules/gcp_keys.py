"""Google Cloud: what only code can say about keys, who may use them, and what is encrypted with them."""

import re
from collections.abc import Iterator
from typing import Any

from sandbox import facts as knowledge
from sandbox import identity
from sandbox.needs import Refused, Situation, on_delete, rule
from sandbox.rules.gcp_types import (
    AGENT,
    AGENTS,
    BUCKET,
    EVERYBODY,
    KEY,
    KEY_MEMBER,
    KEY_RING,
    LOG_BUCKET,
    REPOSITORY,
    SERVICE,
)
from sandbox.world import TOMBSTONE, Resource

_PATHS = {
    REPOSITORY: "kmsKeyName",
    BUCKET: "encryption.defaultKmsKeyName",
    LOG_BUCKET: "cmekSettings.kmsKeyName",
}
"""Where each type that is encrypted names its key."""

_USE = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
_REGISTRY = "artifactregistry.googleapis.com"
_SECONDS = re.compile(r"(\d+)(\.\d{1,9})?s")
_DAY = 86_400
_LONGEST_WAIT = 120 * _DAY
_AGENT = re.compile(r"serviceAccount:(?:service-|cmek-p)(\d+)@(gs-project-accounts|gcp-sa-[a-z]+)\.iam\..+")

Found = Iterator[tuple[str, str]]


def agents(situation: Situation, outputs: dict[str, Any]) -> dict[str, Any]:
    """Who a service acts as, once it is asked for; nothing in a preview, and for other types."""
    if situation.type != AGENT or "email" not in outputs:
        return {}
    email = _agent(situation, REPOSITORY)
    return {"email": email, "member": f"serviceAccount:{email}"}


def _agent(situation: Situation, type_: str) -> str:
    """Who encrypts resources of a type in the project of this one."""
    project = situation.identity["project"]
    return AGENTS[type_].format(number=identity.number(project, situation.world))


@rule("crypto-key-rotation", KEY)
def _rotation(situation: Situation) -> Found:
    """Google takes a key that never rotates. cloud.google.com/kms/docs/key-rotation"""
    if not situation.given("rotationPeriod"):
        yield "rotationPeriod", "is left out: the key would never rotate"
    yield from _seconds(situation, "rotationPeriod", least=_DAY)
    if (purpose := situation.get("purpose", "ENCRYPT_DECRYPT")) != "ENCRYPT_DECRYPT":
        yield "purpose", f"such a key encrypts nothing at rest, and does not rotate: {purpose}"


@rule("crypto-key-destruction", KEY)
def _destruction(situation: Situation) -> Found:
    """cloud.google.com/kms/docs/destroy-restore"""
    yield from _seconds(situation, "destroyScheduledDuration", least=_DAY, most=_LONGEST_WAIT)


def _seconds(situation: Situation, name: str, *, least: int, most: float = float("inf")) -> Found:
    text = situation.get(name)
    if text is None:
        return
    found = _SECONDS.fullmatch(str(text))
    if found is None:
        yield name, f"must be seconds such as {_DAY}s, came {text!r}"
    elif not least <= int(found[1]) <= most:
        until = f" to {most}s" if most < float("inf") else " and more"
        yield name, f"allowed: {least}s{until}; came {text}"


@rule("key-ring-exists", KEY, on="create")
def _ring_exists(situation: Situation) -> None:
    ring = str(situation.get("keyRing"))
    found = situation.world.get(KEY_RING, ring)
    text = f"googleapi: Error 404: KeyRing {ring} not found., notFound"
    situation.require(found, "keyRing", text)


@on_delete("crypto-key-stays", KEY_RING, KEY)
def _stays(situation: Situation) -> bool:
    """Neither can be deleted: a ring is only forgotten, of a key the versions go. Both hold their names."""
    situation.world.tombstone(situation.type, situation.id, urn=situation.urn)
    return True


@rule("crypto-key-in-use", KEY, on="delete")
def _in_use(situation: Situation) -> None:
    """Google takes it: what is encrypted with the key could never be read again."""
    for type_, path in _PATHS.items():
        for each in situation.world.all(type_):
            if _named(each, path) == situation.id:
                text = f"encrypts {each.id}, which would be lost with it: delete that first"
                raise Refused(text, property="name", code="FAILED_PRECONDITION")


def _named(resource: Resource, path: str) -> Any:
    """The key that a resource names."""
    value: Any = resource.inputs
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


@rule("crypto-key-exists", KEY_MEMBER, on="create")
def _key_exists(situation: Situation) -> None:
    key = str(situation.get("cryptoKeyId"))
    found = situation.world.get(KEY, key)
    text = f"googleapi: Error 404: CryptoKey {key} not found., notFound"
    situation.require(found, "cryptoKeyId", text)


@rule("crypto-key-users", KEY_MEMBER)
def _users(situation: Situation) -> Found:
    """Google takes all of these; a key is used by agents of services, one by one."""
    member = situation.get("member")
    if member in EVERYBODY or str(member).startswith(("domain:", "principalSet:")):
        yield "member", f"{member!r} lets in more than one: name the agent of the service"


@rule("service-agent-exists", KEY_MEMBER, on="create")
def _agent_exists(situation: Situation) -> None:
    """An agent comes into being once its service is asked for it; of ours, only the registry's is a resource.

    The other two exist once the program called the function that names them.
    """
    member = str(situation.get("member"))
    found = _AGENT.fullmatch(member)
    if found is None:
        return
    if found[1] != identity.number(situation.identity["project"], situation.world):
        raise _no_such(member)
    if member.endswith(f"@{AGENTS[REPOSITORY].partition('@')[2]}"):
        _asked_for(situation, member)


def _asked_for(situation: Situation, member: str) -> None:
    """Artifact Registry has an agent once it is asked for, or with the first repository."""
    for made in situation.world.all(AGENT):
        if made.outputs.get("member") == member:
            situation.need(made)
            return
    left = any(each.outputs.get("member") == member for each in situation.world.all(AGENT, state=TOMBSTONE))
    if not left and not situation.world.all(REPOSITORY, state=None):
        raise _no_such(member)


def _no_such(member: str) -> Refused:
    email = member.partition(":")[2]
    text = f"googleapi: Error 400: Service account {email} does not exist., badRequest"
    return Refused(text, property="member")


@rule("service-agent-known", AGENT)
def _agent_known(situation: Situation) -> Found:
    service = situation.get("service")
    if service is not None and service != _REGISTRY:
        yield "service", f"the sandbox knows the agent of {_REGISTRY} only, came {service!r}"


@rule("service-agent-api", AGENT, on="create")
def _agent_api(situation: Situation) -> None:
    """An agent is one of an API that is enabled."""
    api = str(situation.get("service"))
    id_ = f"{situation.identity['project']}/{api}"
    found = situation.world.get(SERVICE, id_)
    if found:
        situation.need(found)
        return
    left_on = {each.id for each in situation.world.all(SERVICE, state=TOMBSTONE)}
    if id_ not in left_on and api not in knowledge.clouds()["gcp_apis_enabled"]:
        text = f"googleapi: Error 403: {api} is not enabled in {situation.identity['project']}"
        raise Refused(text, property="service", code="PERMISSION_DENIED")


@on_delete("service-agent-stays", AGENT)
def _agent_stays(situation: Situation) -> bool:
    situation.world.tombstone(situation.type, situation.id, urn=situation.urn)
    return True


def _key(situation: Situation) -> Resource | None:
    """The key that a resource is to be encrypted with."""
    name = situation.get(_PATHS[situation.type])
    return situation.world.get(KEY, str(name)) if name is not None else None


@rule("gcp-kms-key-exists", *_PATHS, on="create update")
def _kms_key_exists(situation: Situation) -> Found:
    path = _PATHS[situation.type]
    name, found = situation.get(path), _key(situation)
    if found:
        situation.need(found)
    elif name is not None:
        yield path, f"googleapi: Error 404: the key {name!r} was not found"


@rule("crypto-key-region", *_PATHS, on="create update")
def _region(situation: Situation) -> Found:
    """A key of exactly the location: cloud.google.com/kms/docs/compatible-services"""
    found = _key(situation)
    if found is None:
        return
    here = str(situation.inputs.get("location") or situation.identity.get("region")).lower()
    there = found.id.split("/")[3]
    if here != there:
        path = _PATHS[situation.type]
        yield path, f"googleapi: Error 400: the key is in {there}, what it is to encrypt in {here}"


@rule("crypto-key-usable", *_PATHS, on="create update")
def _usable(situation: Situation) -> None:
    """The agent of the service needs the role on this very key before anything is made with it."""
    found = _key(situation)
    if found is None:
        return
    agent = f"serviceAccount:{_agent(situation, situation.type)}"
    for each in situation.world.all(KEY_MEMBER):
        if _grants(each, found.id, agent):
            situation.need(each)
            return
    denied = f"googleapi: Error 403: Permission denied on Cloud KMS key {found.id}"
    text = f"{denied}: {agent} needs {_USE}, forbidden"
    raise Refused(text, property=_PATHS[situation.type], code="PERMISSION_DENIED")


def _grants(granted: Resource, key: str, agent: str) -> bool:
    have = granted.inputs
    return (
        have.get("cryptoKeyId") == key
        and have.get("role") == _USE
        and have.get("member") in (agent, *EVERYBODY)
        and not have.get("condition")
    )
