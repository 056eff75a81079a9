"""From where registries and storages answer whoever deploys, on each cloud."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import infra
from infra.settings import parse
from sandbox import hosts, reach
from sandbox.world import World
from tests.infra.given import given
from tests.rehearsal import Rehearsal

NETWORK = {"cidr": "10.20.0.0/16", "allow_from": ["203.0.113.0/28"]}
BUCKETS = {
    "s3": ("aws:s3/bucket:Bucket", "bucket"),
    "az": ("azure-native:storage:StorageAccount", "accountName"),
    "gs": ("gcp:storage/bucket:Bucket", "name"),
}


@pytest.fixture
def made(
    rehearse: Callable[[Callable[[], object]], Rehearsal], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Rehearsal]:
    """The program with these settings, deployed."""

    def deployed(**changes: Any) -> Rehearsal:
        monkeypatch.setattr(infra, "load", lambda: parse(given(**changes)))
        return rehearse(infra.deploy)

    return deployed


def _denied(done: Rehearsal) -> Iterator[str]:
    """Where the deployer is refused: clouds of registries, and schemes of storages."""
    for models in done.outputs["images"].values():
        image = hosts.parse(models["height"])
        if reach.registry_denies(done.world, image.host, image.repository):
            yield str(hosts.cloud_of(image.host))
    for scheme, (type_, name) in BUCKETS.items():
        if any(reach.storage_denies(done.world, scheme, str(one)) for one in _names(done.world, type_, name)):
            yield scheme


def _names(world: World, type_: str, name: str) -> Iterator[str]:
    return (each.properties[name] for each in world.all(type_) if each.urn.endswith("::storage"))


def test_without_a_network_they_answer_everywhere(made: Callable[..., Rehearsal]) -> None:
    assert list(_denied(made())) == []


def test_in_a_network_they_answer_those_who_are_let_in(
    made: Callable[..., Rehearsal], monkeypatch: pytest.MonkeyPatch
) -> None:
    done = made(network=NETWORK)
    assert list(_denied(done)) == []

    monkeypatch.setenv(reach.VARIABLE, "198.51.100.7")
    # A registry of Google Cloud has no rules of its own: a declared difference.
    assert set(_denied(done)) == {"aws", "azure", "s3", "az", "gs"}

    monkeypatch.setenv("MODELPORT_SANDBOX_DISABLE", reach.RULE)
    assert list(_denied(done)) == []
