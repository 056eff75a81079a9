"""What accounts on Azure have in common: how they are encrypted, and whom they answer."""

import ipaddress
from collections.abc import Iterator, Sequence

from pulumi_azure_native import storage

from components.key.azure_encryption import Encryption
from components.network.contract import Network

# Smaller ranges are given one address at a time:
# learn.microsoft.com/azure/storage/common/storage-network-security-limitations
_SMALLEST = 30


def encrypted(ours: Encryption | None) -> storage.EncryptionArgs:
    """Encryption with a key of Azure, or with ours."""
    with_account_key = storage.EncryptionServiceArgs(enabled=True, key_type=storage.KeyType.ACCOUNT)
    services = storage.EncryptionServicesArgs(blob=with_account_key, file=with_account_key)
    if ours is None:
        return storage.EncryptionArgs(key_source=storage.KeySource.MICROSOFT_STORAGE, services=services)
    return storage.EncryptionArgs(
        key_source=storage.KeySource.MICROSOFT_KEYVAULT,
        services=services,
        key_vault_properties=storage.KeyVaultPropertiesArgs(
            key_vault_uri=ours.key.apply(lambda key: key.partition("keys/")[0]),
            key_name=ours.key.apply(lambda key: key.rpartition("/")[2]),
        ),
        encryption_identity=storage.EncryptionIdentityArgs(
            encryption_user_assigned_identity=ours.identity.id
        ),
    )


def identity(ours: Encryption) -> storage.IdentityArgs:
    """Who signs in to the vault; an account takes one identity only."""
    return storage.IdentityArgs(
        type=storage.IdentityType.USER_ASSIGNED, user_assigned_identities=[ours.identity.id]
    )


def closed(network: Network | None) -> storage.PublicNetworkAccess | None:
    """Whether it answers public addresses at all; left to Azure without a network."""
    if network is None:
        return None
    return storage.PublicNetworkAccess.ENABLED if network.allow_from else storage.PublicNetworkAccess.DISABLED


def let_in(network: Network | None) -> storage.NetworkRuleSetArgs | None:
    """Whom it answers at public addresses: nobody else, and no service of Azure."""
    if network is None:
        return None
    return storage.NetworkRuleSetArgs(
        default_action=storage.DefaultAction.DENY,
        bypass=storage.Bypass.NONE,
        ip_rules=[
            storage.IPRuleArgs(action=storage.Action.ALLOW, i_p_address_or_range=each)
            for each in _ranges(network.allow_from)
        ],
    )


def _ranges(sources: Sequence[str]) -> Iterator[str]:
    """Ranges as an account takes them."""
    for source in sources:
        found = ipaddress.IPv4Network(source)
        yield from [source] if found.prefixlen <= _SMALLEST else map(str, found)
