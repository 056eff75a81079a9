"""What one cloud consists of, put together from the catalog."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components import catalog
from components.catalog import Id, Kind
from components.clouds.landing import Landing, LandingLinks
from components.function.contract import Function, FunctionLinks
from components.host.contract import Host, HostLinks
from components.identity.contract import Identity, IdentityLinks
from components.image.contract import Image, ImageLinks
from components.key.contract import Key, KeyLinks
from components.network.contract import Network, NetworkLinks
from components.registry.contract import Registry, RegistryLinks
from components.storage.contract import Storage, StorageLinks
from stacks.plan import HOST, KEY, LANDING, NETWORK, REGISTRY, STORAGE, Plan


@dataclass(frozen=True)
class Platform:
    """What was made on one cloud."""

    cloud: str
    storage: Storage
    images: Mapping[str, Image]
    """Model to its image."""

    functions: Mapping[str, Function]
    """Model to its function, for those that run as one."""


def deploy(cloud: str, plan: Plan, provider: pulumi.ProviderResource) -> Platform:
    """Makes everything of one cloud with this provider."""
    return _Builder(cloud, plan, pulumi.ResourceOptions(provider=provider)).build()


@dataclass(frozen=True)
class _Shared:
    """What all models of one cloud have in common."""

    landing: Landing
    key: Key | None
    network: Network | None
    registry: Registry
    storage: Storage


@dataclass(frozen=True)
class _Builder:
    """One cloud, while it is put together."""

    cloud: str
    plan: Plan
    opts: pulumi.ResourceOptions

    def build(self) -> Platform:
        landing = self._make(Landing, LANDING, LandingLinks())
        key = self._make_if_planned(Key, KEY, KeyLinks(landing))
        # Before all that answers inside of it, and runs there.
        network = self._make_if_planned(Network, NETWORK, NetworkLinks(landing, key))
        registry = self._make(Registry, REGISTRY, RegistryLinks(landing, key, network))
        storage = self._make(Storage, STORAGE, StorageLinks(landing, key, network))
        images = {
            model: self._make(Image, model, ImageLinks(registry)) for model in self.plan.models[self.cloud]
        }
        functions = self._functions(_Shared(landing, key, network, registry, storage), images)
        return Platform(self.cloud, storage, images, functions)

    def _functions(self, shared: "_Shared", images: Mapping[str, Image]) -> dict[str, Function]:
        models = [model for model in images if self.plan.has("function", self.cloud, model)]
        if not models:
            return {}
        host = self._make(Host, HOST, HostLinks(shared.landing, shared.key, shared.network))
        functions = {}
        for model in models:
            identity = self._make(Identity, model, IdentityLinks(shared.landing))
            links = FunctionLinks(
                landing=shared.landing,
                host=host,
                registry=shared.registry,
                image=images[model],
                identity=identity,
                variables=self._artifact(model, shared.storage, identity),
            )
            functions[model] = self._make(Function, model, links)
        return functions

    def _artifact(self, model: str, storage: Storage, identity: Identity) -> dict[str, pulumi.Output[str]]:
        """Where the application finds its file, once it is there and may be read."""
        artifact = self.plan.artifacts.get(model)
        if artifact is None:
            return {}
        prefix = f"{model}/artifact/"
        held = storage.hold(f"{model}-artifact", prefix, artifact)
        readable = storage.grant(f"{model}-artifact", identity.principal, "read", prefix)
        return {
            "MODEL_URI": pulumi.Output.concat(readable, "/", held),
            "MODEL_SHA256": pulumi.Output.from_input(artifact.sha256),
            "MODEL_VERSION": pulumi.Output.from_input(artifact.version),
        }

    def _make_if_planned(self, kind: type[Kind], name: str, links: object) -> Kind | None:
        """One component that not every stack has."""
        return self._make(kind, name, links) if self.plan.has(kind.CAPABILITY, self.cloud, name) else None

    def _make(self, kind: type[Kind], name: str, links: object) -> Kind:
        """One component, from what was planned."""
        args = self.plan.args[Id(kind.CAPABILITY, self.cloud, name)]
        return catalog.implementation(kind, self.cloud)(name, args, links, self.opts)
