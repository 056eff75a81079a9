"""A program against the simulated clouds without the engine: one process, under a second.

It plays the part of an engine that creates everything and changes nothing. What an engine does with a state
(updates, replacements, refresh, previews) is left to the tests in `tests/engine`.
"""

import threading
import uuid
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime.mocks import MockMonitor, Mocks
from pulumi.runtime.proto import resource_pb2

from sandbox import hosts, order, registry
from sandbox.local import CommandProvider, RandomProvider
from sandbox.needs import Refused
from sandbox.provider import Provider, Values
from sandbox.wire import plain, struct
from sandbox.world import World

SEED = b"rehearsal"


class Copies(CommandProvider):
    """Believes every copy; whether one is really made is proven with the engine."""

    held: set[tuple[str, str, str]]

    def create(self, urn: str, inputs: Values) -> tuple[str, dict[str, Any]]:
        told = inputs["environment"]
        if "DIGEST" in told:
            target = hosts.parse(told["TARGET"])
            local = hosts.local_repository(target)
            self.held.add((hosts.cloud_of(target.host) or "", local, told["DIGEST"]))
            self.world.copied(f"{target.name}@{told['DIGEST']}", urn)
        return uuid.uuid4().hex, {**inputs, "stdout": told.get("DIGEST") or told["SHA256"], "stderr": ""}


class Rehearsal(MockMonitor):
    """The engine's side of a program: checks and creates each resource on the simulated clouds."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(Mocks)  # type: ignore[arg-type]
        self.folder = folder
        self.world = World(folder / "world.sqlite")
        self.state: list[dict[str, Any]] = []
        self.outputs: dict[str, Any] = {}
        """Outputs of the stack."""
        self.held: set[tuple[str, str, str]] = set()
        """Cloud, local repository and digest of every image that was copied."""
        self._providers: dict[str, Provider] = {}
        self._lock = threading.RLock()
        self._seed = SEED
        self._stack = "stack::project"
        monkeypatch.setattr(
            registry, "digest", lambda cloud, name, what: what if (cloud, name, what) in self.held else None
        )
        monkeypatch.setattr(pulumi, "export", self._export)

    def begin(self, project: str, stack: str) -> None:
        """From now on it is this stack, in the same world as all before."""
        self.state.clear()
        self._seed, self._stack = stack.encode(), f"{stack}::{project}"
        pulumi.runtime.set_mocks(self.mocks, project=project, stack=stack, monitor=self)

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        urn: str = super().make_urn(parent, type_, name)
        return urn.replace("stack::project", self._stack, 1)

    def luck(self) -> list[order.Luck]:
        """Needs that no dependency explains."""
        return order.check(self.state, self.world.needs())

    def made(self, type_: str) -> list[dict[str, Any]]:
        """The properties of everything of a type, in the order of its making."""
        return [dict(each.properties) for each in self.world.all(type_)]

    def RegisterResource(self, request: Any) -> Any:
        urn = self.make_urn(request.parent, request.type, request.name)
        if request.type == "pulumi:pulumi:Stack":
            return resource_pb2.RegisterResourceResponse(urn=urn)
        with self._lock:
            id_, outputs = self._made(urn, request, plain(request.object))
            self.state.append(_entry(urn, request))
        self.resources[urn] = MockMonitor.ResourceRegistration(urn, id_, outputs)
        return resource_pb2.RegisterResourceResponse(urn=urn, id=id_, object=struct(outputs))

    def Invoke(self, request: Any) -> Any:
        provider = self._providers[request.provider.rpartition("::")[0]]
        answer = provider.invoke(request.tok, plain(request.args))
        return resource_pb2.ResourceInvokeResponse(**{"return": struct(answer)})

    def _export(self, name: str, value: Any) -> None:
        """There is no stack resource that could hold them."""
        pulumi.Output.from_input(value).apply(lambda known: self.outputs.update({name: known}))

    def _made(self, urn: str, request: Any, inputs: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        if not request.custom:
            return "", inputs
        package = request.type.split(":")[0]
        if package == "pulumi":
            package = request.type.split(":")[2]
            provider = self._providers[urn] = Provider(package, self.world, self.folder)
            _refuse(provider.check_config(inputs))
            provider.configure(inputs)
            return uuid.uuid4().hex, inputs
        provider = self._provider(package, request.provider)
        checked, wrong = provider.check(urn, {}, inputs, self._seed + request.name.encode())
        _refuse(wrong)
        return provider.create(urn, checked)

    def _provider(self, package: str, reference: str) -> Provider:
        if package == "random":
            return RandomProvider(package, self.world, self.folder)
        if package == "command":
            provider = Copies(package, self.world, self.folder)
            provider.held = self.held
            return provider
        return self._providers[reference.rpartition("::")[0]]


def _refuse(wrong: list[Refused]) -> None:
    if wrong:
        raise Refused("\n".join(map(str, wrong)))


def _entry(urn: str, request: Any) -> dict[str, Any]:
    """A resource as the state would hold it."""
    return {
        "urn": urn,
        "custom": request.custom,
        "parent": request.parent,
        "provider": request.provider,
        "dependencies": list(request.dependencies),
        "propertyDependencies": {
            name: list(each.urns) for name, each in request.propertyDependencies.items()
        },
    }
