"""Three registries and three identities, each of which may pull from its own cloud's registry."""

from collections.abc import Callable

import pulumi
import pulumi_aws as aws
import pulumi_azure_native as azure
import pulumi_gcp as gcp

from components import catalog
from components.core.context import Context
from components.core.principal import Principal
from components.identity.contract import Identity, IdentityArgs, IdentityLinks
from components.registry.contract import Registry, RegistryArgs, RegistryLinks
from tests.components.builders import PLACES, landing

CONTEXT = Context(project="modelport", environment="dev", owner="ml-platform@example.com")


def deploy(member: Callable[[pulumi.Output[str]], pulumi.Input[str]] = lambda known: known) -> None:
    """Make it; `member` may get the identity on Google Cloud wrong."""
    for cloud in catalog.CLOUDS:
        place = PLACES[cloud]
        opts = pulumi.ResourceOptions(provider=_PROVIDERS[cloud](place["region"], place["account"]))
        ground = landing(cloud, CONTEXT, opts)
        wanted = RegistryArgs(context=CONTEXT, models=("height",), protect=False)
        registry = catalog.implementation(Registry, cloud)("registry", wanted, RegistryLinks(ground), opts)
        who = IdentityArgs(context=CONTEXT, model="height")
        identity = catalog.implementation(Identity, cloud)("height", who, IdentityLinks(ground), opts)
        holder = Principal(id=member(identity.member)) if cloud == "gcp" else identity.principal
        registry.grant(f"{cloud}-pull", holder)


_PROVIDERS: dict[str, Callable[[str, str], pulumi.ProviderResource]] = {
    "aws": lambda region, account: aws.Provider("aws", region=region, allowed_account_ids=[account]),
    "azure": lambda region, account: azure.Provider("azure", location=region, subscription_id=account),
    "gcp": lambda region, account: gcp.Provider("gcp", region=region, project=account),
}
