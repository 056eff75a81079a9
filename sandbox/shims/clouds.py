"""What the simulated clouds know of registries and repositories (standard library only)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox import hosts
from sandbox.layout import layout
from sandbox.world import World

_ECR = "aws:ecr/repository:Repository"
_ACR = "azure-native:containerregistry:Registry"
_GAR = "gcp:artifactregistry/repository:Repository"


@dataclass(frozen=True)
class Repository:
    """A repository that exists: whether a pushed tag can move, and how its cloud refuses that."""

    immutable: bool


def registry_of(host: str) -> str | None:
    """Name the cloud when a registry answers at this host; None when nothing does.

    ECR has one registry per account, Artifact Registry one per location, both without being made;
    an Azure registry is a resource of its own.
    """
    cloud = hosts.cloud_of(host)
    if cloud == "aws":
        return cloud if hosts.account_of(host) in world().known("account") else None
    if cloud == "azure":
        return cloud if any(props.get("loginServer") == host for props in _live(_ACR)) else None
    return cloud


def repository(reference: hosts.Reference) -> Repository | None:
    """Find the repository that a reference names; None when the cloud has no such repository."""
    find = {"aws": _ecr, "azure": _acr, "gcp": _gar}[hosts.cloud_of(reference.host) or "azure"]
    return find(reference)


def _ecr(reference: hosts.Reference) -> Repository | None:
    for props in _live(_ECR):
        if props.get("repositoryUrl") == reference.name:
            return Repository(immutable=str(props.get("imageTagMutability", "")).startswith("IMMUTABLE"))
    return None


def _acr(reference: hosts.Reference) -> Repository | None:
    """A push makes the repository: only the registry must exist."""
    exists = any(props.get("loginServer") == reference.host for props in _live(_ACR))
    return Repository(immutable=False) if exists else None


def _gar(reference: hosts.Reference) -> Repository | None:
    """`LOCATION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE`: the image's own path is free."""
    parts = reference.repository.split("/")
    if len(parts) < 3:
        return None
    for props in _live(_GAR):
        place = (props.get("location"), props.get("project"), props.get("repositoryId"), props.get("format"))
        if place == (hosts.place_of(reference.host), parts[0], parts[1], "DOCKER"):
            return Repository(immutable=bool((props.get("dockerConfig") or {}).get("immutableTags")))
    return None


def world() -> World:
    """The world of this sandbox."""
    return World(layout().world)


def _live(type_: str) -> Iterator[Mapping[str, Any]]:
    """Properties of the live resources of a type."""
    return (each.properties for each in world().all(type_))
