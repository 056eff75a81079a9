"""What a stack says it deployed, checked against what the simulated registries hold."""

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox import hosts, registry


def absent(outputs: Mapping[str, Any]) -> list[str]:
    """References in the output `images` (cloud → model → reference) that their registry does not hold."""
    return [reference for reference in _references(outputs.get("images") or {}) if not _held(reference)]


def _references(images: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    for models in images.values():
        yield from models.values()


def _held(text: str) -> bool:
    reference = hosts.parse(text)
    cloud = hosts.cloud_of(reference.host) or hosts.SOURCE
    local = hosts.local_repository(reference)
    return bool(reference.digest) and registry.digest(cloud, local, reference.digest) == reference.digest
