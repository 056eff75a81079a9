"""Container registry on Azure: Azure Container Registry."""

from collections.abc import Mapping
from typing import ClassVar

import pulumi
from pulumi_azure_native import containerregistry

from components.clouds.azure import OnAzure, receiver
from components.clouds.azure_roles import assign, role_id
from components.core import naming
from components.core.outputs import once
from components.core.principal import Principal
from components.key.azure_encryption import Encryption, encryption
from components.network.contract import Network
from components.registry.contract import Registry, RegistryArgs, RegistryLinks

# AcrPull: learn.microsoft.com/azure/role-based-access-control/built-in-roles/containers#acrpull
PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"

_BYPASS = containerregistry.NetworkRuleBypassOptions


class AzureRegistry(OnAzure, Registry):
    """One registry for all models; a repository in it appears with its first image."""

    MAKES: ClassVar[Mapping[str, str]] = {
        "azure-native:containerregistry:Registry": "one: no admin user, no anonymous pull; "
        "Standard, and Premium with a key of ours or in a network",
        "random:index/randomString:RandomString": "the end of its name, unique in the world",
    }
    GAPS: ClassVar[Mapping[str, str]] = {
        "immutable tags": "who may push can move a tag; everything runs by digest, never by tag",
        "keep_images": "no expiry by count; `acr purge` on a schedule removes old images",
        "untagged_days": "only the Premium tier expires untagged images; every copy has a tag",
        "key": "for life: a registry takes a key of ours at its making only, and never gives it up",
        "scan on push": "the registry does not scan; Defender for Containers does, per subscription, where "
        "no network closes the registry: Azure's own services do not come in either",
        "network": "closed, it answers its private address and `allow_from`; to leave a network, delete its "
        "endpoint first: Azure takes the Premium tier away from a registry only once nothing of it is used",
    }

    @classmethod
    def names(cls, name: str, args: RegistryArgs) -> tuple[naming.Name, ...]:
        return (naming.full(naming.CONTAINER_REGISTRY, args.context, name),)

    def _build(self, name: str, args: RegistryArgs, links: RegistryLinks) -> None:
        self.landing = links.landing
        policies = containerregistry.PoliciesArgs(
            # Container Apps sign in with a token for the resource manager.
            azure_ad_authentication_as_arm_policy=containerregistry.AzureADAuthenticationAsArmPolicyArgs(
                status=containerregistry.AzureADAuthenticationAsArmPolicyStatus.ENABLED
            )
        )
        ours = encryption(links.key, f"{name}-key", "registry")
        self.repository = containerregistry.Registry(
            name,
            registry_name=self.unique(name, args, links.landing.region, encrypted=bool(links.key)),
            resource_group_name=links.landing.home("registry"),
            location=links.landing.region,
            sku=containerregistry.SkuArgs(name=_tier(ours, links.network)),
            encryption=_encrypted(ours) if ours else None,
            identity=_identity(ours) if ours else None,
            admin_user_enabled=False,
            anonymous_pull_enabled=False,
            public_network_access=_closed(links.network),
            network_rule_set=_let_in(links.network),
            # Nothing of Azure needs to come in from elsewhere: models pull from inside.
            network_rule_bypass_options=_BYPASS.NONE if links.network else None,
            policies=policies,
            tags=self.tags,
            opts=self.holding_data(args.protect),
        )
        self.url = self._reached(name, links.network)
        self.repositories = {model: pulumi.Output.concat(self.url, "/", model) for model in args.models}
        self.made = dict.fromkeys(args.models, self.repository.creation_date)

    def _reached(self, name: str, network: Network | None) -> pulumi.Output[str]:
        """Its address, known once it answers inside of a network, too."""
        if network is None:
            return self.repository.login_server
        inside = network.reach(f"{name}-endpoint", "registry", self.repository.id)
        return once(self.repository.login_server, inside)

    def _grant_pull(self, name: str, principal: Principal) -> pulumi.Output[str]:
        role = role_id(self.landing.account, PULL)
        assignment = assign(name, self.repository.id, role, receiver(principal), self.child)
        return once(self.url, assignment.principal_id)


def _tier(ours: Encryption | None, network: Network | None) -> containerregistry.SkuName:
    """Basic holds 10 GiB, which a few models with 20 images each exceed; only Premium takes a key of ours, or
    closes itself."""
    return containerregistry.SkuName.PREMIUM if ours or network else containerregistry.SkuName.STANDARD


def _closed(network: Network | None) -> containerregistry.PublicNetworkAccess | None:
    """Whether it answers public addresses at all; left to Azure without a network."""
    if network is None:
        return None
    access = containerregistry.PublicNetworkAccess
    return access.ENABLED if network.allow_from else access.DISABLED


def _let_in(network: Network | None) -> containerregistry.NetworkRuleSetArgs | None:
    """Whom it answers at public addresses."""
    if network is None:
        return None
    return containerregistry.NetworkRuleSetArgs(
        default_action=containerregistry.DefaultAction.DENY,
        ip_rules=[
            containerregistry.IPRuleArgs(
                action=containerregistry.Action.ALLOW, i_p_address_or_range=source.removesuffix("/32")
            )
            for source in network.allow_from
        ],
    )


def _encrypted(ours: Encryption) -> containerregistry.EncryptionPropertyArgs:
    return containerregistry.EncryptionPropertyArgs(
        status=containerregistry.EncryptionStatus.ENABLED,
        key_vault_properties=containerregistry.KeyVaultPropertiesArgs(
            key_identifier=ours.key, identity=ours.identity.client_id
        ),
    )


def _identity(ours: Encryption) -> containerregistry.IdentityPropertiesArgs:
    return containerregistry.IdentityPropertiesArgs(
        type=containerregistry.ResourceIdentityType.USER_ASSIGNED,
        user_assigned_identities=ours.identity.id.apply(
            lambda id: {id: containerregistry.UserIdentityPropertiesArgs()}
        ),
    )
