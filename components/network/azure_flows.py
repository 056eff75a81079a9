"""Flow logs on Azure: who spoke to whom in a virtual network, in a storage account of its own."""

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import managedidentity, storage
from pulumi_azure_native import network as networks

from components.clouds.azure import Place, redundancy
from components.clouds.azure_roles import assign, role_id
from components.core.outputs import once
from components.key.azure_encryption import Encryption
from components.storage.azure_account import encrypted, identity

# Storage Blob Data Contributor: learn.microsoft.com/azure/network-watcher/vnet-flow-logs-managed-identity
WRITE = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"

WATCHERS = "NetworkWatcherRG"
"""The group in which Azure makes one Network Watcher for each location, with the first network there."""


@dataclass(frozen=True, kw_only=True)
class Flows:
    """Records of one network, as one of its children."""

    name: str
    subscription: pulumi.Output[str]
    place: Place

    def record(
        self,
        target: pulumi.Output[str],
        account_name: pulumi.Output[str],
        days: int,
        ours: Encryption | None,
    ) -> networks.FlowLog:
        """Records what flows in `target`, for so many days."""
        account = self._account(account_name, ours)
        writer = self._writer()
        role = role_id(self.subscription, WRITE)
        right = assign(self.name, account.id, role, writer.principal_id, self.place.child)
        self._lifecycle(account, days)
        return networks.FlowLog(
            self.name,
            # Everybody's logs of a location lie in one watcher: the account's name is nobody else's.
            flow_log_name=account.name,
            resource_group_name=WATCHERS,
            network_watcher_name=pulumi.Output.concat("NetworkWatcher_", self.place.region),
            location=self.place.region,
            target_resource_id=target,
            storage_id=once(account.id, right.id),
            identity=networks.ManagedServiceIdentityArgs(
                type=networks.ResourceIdentityType.USER_ASSIGNED, user_assigned_identities=[writer.id]
            ),
            enabled=True,
            format=networks.FlowLogFormatParametersArgs(type=networks.FlowLogFormatType.JSON, version=2),
            # By the account's lifecycle instead, which keeps them for more than a year, too.
            retention_policy=networks.RetentionPolicyParametersArgs(enabled=False, days=0),
            tags=self.place.tags,
            opts=pulumi.ResourceOptions.merge(
                self.place.child, pulumi.ResourceOptions(replace_on_changes=["targetResourceId", "location"])
            ),
        )

    def _account(self, account_name: pulumi.Output[str], ours: Encryption | None) -> storage.StorageAccount:
        return storage.StorageAccount(
            self.name,
            account_name=account_name,
            resource_group_name=self.place.group,
            location=self.place.region,
            kind=storage.Kind.STORAGE_V2,
            sku=storage.SkuArgs(name=self.place.region.apply(redundancy)),
            access_tier=storage.AccessTier.HOT,
            minimum_tls_version=storage.MinimumTlsVersion.TLS1_2,
            enable_https_traffic_only=True,
            allow_blob_public_access=False,
            allow_shared_key_access=False,
            allow_cross_tenant_replication=False,
            default_to_o_auth_authentication=True,
            # Network Watcher comes in as a service that Azure trusts, from no network of ours; with public
            # access disabled it would not. learn.microsoft.com/azure/storage/common/storage-network-security
            public_network_access=storage.PublicNetworkAccess.ENABLED,
            network_rule_set=storage.NetworkRuleSetArgs(
                default_action=storage.DefaultAction.DENY, bypass=storage.Bypass.AZURE_SERVICES
            ),
            encryption=encrypted(ours),
            identity=identity(ours) if ours else None,
            tags=self.place.tags,
            opts=self.place.child,
        )

    def _writer(self) -> managedidentity.UserAssignedIdentity:
        """Who writes; without it, the watcher would ask for a shared key of the account."""
        return managedidentity.UserAssignedIdentity(
            self.name,
            resource_group_name=self.place.group,
            location=self.place.region,
            tags=self.place.tags,
            opts=self.place.child,
        )

    def _lifecycle(self, account: storage.StorageAccount, days: int) -> None:
        gone = storage.DateAfterModificationArgs(days_after_modification_greater_than=days)
        actions = storage.ManagementPolicyActionArgs(
            base_blob=storage.ManagementPolicyBaseBlobArgs(delete=gone)
        )
        rule = storage.ManagementPolicyRuleArgs(
            name="expire",
            enabled=True,
            type=storage.RuleType.LIFECYCLE,
            definition=storage.ManagementPolicyDefinitionArgs(
                actions=actions, filters=storage.ManagementPolicyFilterArgs(blob_types=["blockBlob"])
            ),
        )
        storage.ManagementPolicy(
            self.name,
            account_name=account.name,
            resource_group_name=self.place.group,
            management_policy_name="default",
            policy=storage.ManagementPolicySchemaArgs(rules=[rule]),
            opts=self.place.child,
        )
