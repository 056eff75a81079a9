"""Key on Azure: a key in a vault of its own, and an identity for each service that encrypts with it."""

from collections.abc import Mapping
from typing import ClassVar

import pulumi
from pulumi_azure_native import keyvault, managedidentity

from components.clouds.azure import OnAzure
from components.clouds.azure_roles import assign, role_id
from components.core import naming
from components.core.errors import InvalidArgument
from components.core.outputs import once
from components.key.contract import Key, KeyArgs, KeyLinks, Service

ENCRYPTING: tuple[Service, ...] = ("registry", "storage")
"""The services that take a key of ours; each signs in to the vault with an identity of its own."""

# Key Vault Crypto Service Encryption User, to read, wrap and unwrap:
# learn.microsoft.com/azure/role-based-access-control/built-in-roles/security
ENCRYPT = "e147488a-f6f5-4113-8e2d-b22465e65bf6"

_KEPT_DAYS = 90
"""How long a deleted vault holds its name and can be brought back, the longest there is."""


class AzureKey(OnAzure, Key):
    """One vault with one key, for everything of a stack."""

    MAKES: ClassVar[Mapping[str, str]] = {
        "azure-native:keyvault:Vault": "one: rights by role alone; deleted, it holds its name for "
        f"{_KEPT_DAYS} days, which nobody can shorten or take back",
        "azure-native:keyvault:Key": "one: RSA 3072, to wrap and unwrap only; gone with its vault",
        "azure-native:managedidentity:UserAssignedIdentity": "one for each service that encrypts, which has "
        "a right to the key once something uses it",
        "random:index/randomString:RandomString": "the end of the vault's name, unique in the world",
    }
    GAPS: ClassVar[Mapping[str, str]] = {
        "rotation_days": "set when the key is made: Azure leaves a key that exists as it is; change it with "
        "`az keyvault key rotation-policy update` and here",
        "logs": "not with this key: Log Analytics takes one in a dedicated cluster only, paid for 100 GB a "
        "day at least; Azure encrypts them with keys of its own",
        "network": "the vault answers every network, as a registry with an identity of ours does not get "
        "through a vault's firewall; only the two identities have a role on the key",
        "first deployment": "a right takes minutes to work: when a service may not use the key yet, deploy "
        "again",
    }

    identities: Mapping[Service, managedidentity.UserAssignedIdentity]
    """Who each service that encrypts is in front of the vault."""

    @classmethod
    def names(cls, name: str, args: KeyArgs) -> tuple[naming.Name, ...]:
        # Of 24 characters 6 are random: there is no room for the component's name.
        return (naming.Name(naming.VAULT, (args.context.project, args.context.environment)),)

    def _build(self, name: str, args: KeyArgs, links: KeyLinks) -> None:
        self.landing = links.landing
        self.group = links.landing.home("key")
        self.granted: dict[Service, pulumi.Output[str]] = {}
        self.identities = {service: self._identity(f"{name}-{service}") for service in ENCRYPTING}
        self.vault = keyvault.Vault(
            f"{name}-vault",
            vault_name=self.unique(name, args),
            resource_group_name=self.group,
            location=links.landing.region,
            properties=keyvault.VaultPropertiesArgs(
                # The directory of whoever deploys: an identity is made in no other.
                tenant_id=self.identities[ENCRYPTING[0]].tenant_id,
                sku=keyvault.SkuArgs(family=keyvault.SkuFamily.A, name=keyvault.SkuName.STANDARD),
                enable_rbac_authorization=True,
                access_policies=[],
                enable_soft_delete=True,
                soft_delete_retention_in_days=_KEPT_DAYS,
                # Services refuse a key that could be purged. Nobody can take this back.
                enable_purge_protection=True,
            ),
            tags=self.tags,
            opts=self.holding_data(args.protect),
        )
        self.key = keyvault.Key(
            name,
            key_name=name,
            vault_name=self.vault.name,
            resource_group_name=self.group,
            properties=keyvault.KeyPropertiesArgs(
                # A registry takes no elliptic curves.
                kty=keyvault.JsonWebKeyType.RSA,
                key_size=3072,
                key_ops=[keyvault.JsonWebKeyOperation.WRAP_KEY, keyvault.JsonWebKeyOperation.UNWRAP_KEY],
                rotation_policy=_rotation(args.rotation_days),
            ),
            tags=self.tags,
            # Gone with its vault: alone, it would be deleted past the resource manager, with a right that
            # the deployer does not have.
            opts=pulumi.ResourceOptions.merge(
                self.holding_data(args.protect), pulumi.ResourceOptions(deleted_with=self.vault)
            ),
        )
        # Without a version: services follow the newest by themselves.
        self.id = self.key.key_uri

    def _usable_by(self, name: str, service: Service) -> pulumi.Output[str]:
        if service not in ENCRYPTING:
            raise InvalidArgument("service", f'allowed on Azure: {", ".join(ENCRYPTING)}; came "{service}"')
        # Azure takes one assignment of a role to an identity on a key.
        if service not in self.granted:
            self.granted[service] = self._grant(name, service)
        return self.granted[service]

    def _identity(self, name: str) -> managedidentity.UserAssignedIdentity:
        return managedidentity.UserAssignedIdentity(
            name,
            resource_group_name=self.group,
            location=self.landing.region,
            tags=self.tags,
            opts=self.child,
        )

    def _grant(self, name: str, service: Service) -> pulumi.Output[str]:
        role = role_id(self.landing.account, ENCRYPT)
        to = self.identities[service].principal_id
        return once(self.id, assign(name, self.key.id, role, to, self.child).id)


def _rotation(days: int) -> keyvault.RotationPolicyArgs:
    """A new version after so many days, and no end of the old ones: what they encrypted stays readable."""
    return keyvault.RotationPolicyArgs(
        lifetime_actions=[
            keyvault.LifetimeActionArgs(
                action=keyvault.ActionArgs(type=keyvault.KeyRotationPolicyActionType.ROTATE),
                trigger=keyvault.TriggerArgs(time_after_create=f"P{days}D"),
            )
        ]
    )
