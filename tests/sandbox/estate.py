"""A sandbox in which dev is deployed without the engine, and what its gateway would serve."""

import json
from collections.abc import Callable
from typing import Any

import pytest

import infra
from infra.settings import parse
from sandbox.gateway.endpoints import Endpoint, endpoints
from sandbox.layout import ROOT, VARIABLE, Layout
from sandbox.world import World
from tests.infra.given import of_file

CLOUDS = ("aws", "azure", "gcp")
ROW = '{"Weight": 200}'
_FUNCTION = {
    "aws": "aws:lambda/function:Function",
    "azure": "azure-native:app:ContainerApp",
    "gcp": "gcp:cloudrunv2/service:Service",
}


def deployed(rehearse: Any, monkeypatch: pytest.MonkeyPatch, **changes: object) -> Layout:
    """Dev, with some settings changed."""
    values = of_file((ROOT / "Pulumi.dev.yaml").read_text(encoding="utf-8")) | changes
    monkeypatch.setattr(infra, "load", lambda: parse(values))
    done = rehearse(infra.deploy)
    monkeypatch.setenv(VARIABLE, str(done.folder))
    return Layout(environment="stack", folder=done.folder)


def known(box: Layout) -> dict[str, Endpoint]:
    """The endpoint of each cloud."""
    return {each.cloud: each for each in endpoints(World(box.world))}


def change(box: Layout, cloud: str, how: Callable[[dict[str, Any]], object]) -> None:
    """Change a function behind everybody's back."""
    world = World(box.world)
    (found,) = world.all(_FUNCTION[cloud])
    inputs = json.loads(json.dumps(found.inputs))
    how(inputs)
    world.update(found.type, found.id, inputs=inputs)
