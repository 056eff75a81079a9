"""The recording mock: answers the engine's requests and remembers them."""

import copy
import threading
from collections import Counter
from typing import Any

from pulumi.runtime import rpc
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks

from tests.mocks import aws, azure, gcp, tools

COMPUTED = {**aws.COMPUTED, **azure.COMPUTED, **gcp.COMPUTED, **tools.COMPUTED}
"""Type to what a cloud computes from the inputs, in the camelCase of the engine."""

ANSWERS = {**aws.ANSWERS, **gcp.ANSWERS}
"""Function of a provider to what it answers, likewise."""

OPTIONS = {"deleteBeforeReplace", "ignoreChanges", "replaceOnChanges", "retainOnDelete"}
"""Of what the engine is told about a resource beside its inputs: how it changes and goes."""


class Cloud(Mocks):
    """All clouds at once; strict on calls that nobody expects."""

    def __init__(self) -> None:
        self.requests: list[MockResourceArgs] = []
        self.parents: dict[int, str] = {}
        """Type of the parent of each request, by its `id()`."""
        self.monitor = _Monitor(self)

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
        """Records the request and answers with inputs and what the cloud would compute."""
        self.requests.append(args)
        self.parents[id(args)] = self.monitor.here.parent
        if not args.custom or args.typ.startswith("pulumi:providers:"):
            return f"{args.name}-id", dict(args.inputs)
        computed = COMPUTED[args.typ](args.name, args.inputs)
        return str(computed.pop("id", f"{args.name}-id")), {**args.inputs, **computed}

    def call(self, args: MockCallArgs) -> dict[str, Any]:
        """What a cloud answers; strict on what no component should ask."""
        assert args.token in ANSWERS, f"unexpected call to {args.token}"
        return ANSWERS[args.token](args.args)

    @property
    def children(self) -> list[MockResourceArgs]:
        """Resources that are neither components nor providers, sorted by type and name."""
        made = (one for one in self.requests if one.custom and not one.typ.startswith("pulumi:providers:"))
        return sorted(made, key=lambda one: (one.typ, one.name))

    def own_children(self, token: str) -> list[MockResourceArgs]:
        """The children directly under a component of this type."""
        return [one for one in self.children if self.parents[id(one)] == token]

    @property
    def counts(self) -> Counter[str]:
        """How many children there are of each type."""
        return Counter(one.typ for one in self.children)

    def inputs(self, type_: str, name: str | None = None) -> dict[str, Any]:
        """The inputs of the one resource of this type (and name)."""
        found = [one.inputs for one in self.children if one.typ == type_ and name in (None, one.name)]
        assert len(found) == 1, f"{len(found)} resources {type_} {name or ''} in {sorted(self.counts)}"
        return copy.deepcopy(found[0])

    def children_of(self, type_: str) -> set[str]:
        """`type::name` of the resources directly under a component type."""
        paths = (path_of(urn) for urn in self.monitor.resources)
        return {path.removeprefix(f"{type_}$") for path in paths if path.startswith(f"{type_}$")}


def path_of(urn: str) -> str:
    """`parent type$type::name` of a resource, without the stack."""
    return urn.split("::", 2)[2].removeprefix("pulumi:pulumi:Stack$")


class _Monitor(MockMonitor):
    """Remembers what the stock monitor forgets: registered outputs, dependencies, protection and options."""

    def __init__(self, mocks: Mocks) -> None:
        super().__init__(mocks)
        self.outputs: dict[str, dict[str, Any]] = {}
        self.protected: dict[str, bool] = {}
        self.needs: dict[str, set[str]] = {}
        self.options: dict[str, dict[str, Any]] = {}
        self.here = threading.local()
        """What is registered in this thread: `parent` is the type of its parent."""

    def RegisterResource(self, request: Any) -> Any:
        """Keeps by `type::name` whether it is protected, how it changes, and what its properties wait for."""
        key = f"{request.type}::{request.name}"
        chain = path_of(request.parent).partition("::")[0] if request.parent else ""
        self.here.parent = chain.rpartition("$")[2]
        self.protected[key] = request.protect
        self.options[key] = {
            field.name: value if isinstance(value, bool) else list(value)
            for field, value in request.ListFields()
            if field.name in OPTIONS
        }
        self.needs[key] = {
            path_of(urn).split("::")[-1]
            for needed in request.propertyDependencies.values()
            for urn in needed.urns
        }
        return super().RegisterResource(request)

    def RegisterResourceOutputs(self, request: Any) -> Any:
        """Keeps the outputs by the `type::name` of their component."""
        self.outputs[path_of(request.urn)] = rpc.deserialize_properties(request.outputs)
        return super().RegisterResourceOutputs(request)
