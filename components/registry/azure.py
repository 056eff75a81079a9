"""Container registry on Azure: Azure Container Registry."""

from collections.abc import Mapping
from typing import ClassVar

import pulumi
from pulumi_azure_native import authorization, containerregistry

from components.clouds.azure import OBJECT_ID, OnAzure, role_id
from components.core import naming
from components.core.principal import Principal
from components.key.azure import Encryption, encryption
from components.registry.contract import Registry, RegistryArgs, RegistryLinks

# AcrPull: learn.microsoft.com/azure/role-based-access-control/built-in-roles/containers#acrpull
PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"


class AzureRegistry(OnAzure, Registry):
    """One registry for all models; a repository in it appears with its first image."""

    MAKES: ClassVar[Mapping[str, str]] = {
        "azure-native:containerregistry:Registry": "one: no admin user, no anonymous pull; "
        "Standard, and Premium with a key of ours",
        "random:index/randomString:RandomString": "the end of its name, unique in the world",
    }
    GAPS: ClassVar[Mapping[str, str]] = {
        "immutable tags": "who may push can move a tag; everything runs by digest, never by tag",
        "keep_images": "no expiry by count; `acr purge` on a schedule removes old images",
        "untagged_days": "only the Premium tier expires untagged images; every copy has a tag",
        "key": "for life: a registry takes a key of ours at its making only, and never gives it up",
        "scan on push": "the registry does not scan; Defender for Containers does, per subscription",
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
            registry_name=self.unique(name, args, links.landing.region),
            resource_group_name=links.landing.home("registry"),
            location=links.landing.region,
            sku=containerregistry.SkuArgs(name=_tier(ours)),
            encryption=_encrypted(ours) if ours else None,
            identity=_identity(ours) if ours else None,
            admin_user_enabled=False,
            anonymous_pull_enabled=False,
            policies=policies,
            tags=self.tags,
            opts=self.holding_data(args.protect),
        )
        self.url = self.repository.login_server
        self.made = dict.fromkeys(args.models, self.repository.creation_date)
        self.repositories = {model: pulumi.Output.concat(self.url, "/", model) for model in args.models}

    def _grant_pull(self, name: str, principal: Principal) -> pulumi.Output[str]:
        assignment = authorization.RoleAssignment(
            name,
            scope=self.repository.id,
            role_definition_id=role_id(self.landing.account, PULL),
            principal_id=principal.matching(OBJECT_ID, "an object id"),
            # Without the type, an identity made a moment ago is refused as unknown.
            principal_type=authorization.PrincipalType.SERVICE_PRINCIPAL,
            opts=self.child,
        )
        return pulumi.Output.all(self.url, assignment.principal_id).apply(lambda known: str(known[0]))


def _tier(ours: Encryption | None) -> containerregistry.SkuName:
    """Basic holds 10 GiB, which a few models with 20 images each exceed; only Premium takes a key of ours."""
    return containerregistry.SkuName.PREMIUM if ours else containerregistry.SkuName.STANDARD


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
