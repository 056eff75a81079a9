"""The storage account of the bare program on Azure."""

import pulumi
from pulumi_azure_native import resources, storage

from benchmarks.bare.common import Settings, ending


def deploy(
    given: Settings, group: resources.ResourceGroup, opts: pulumi.ResourceOptions
) -> pulumi.Output[str]:
    """The account with one container; returns the container's address."""
    end = ending("azure-storage-suffix", 6, given.azure["location"])
    with_account_key = storage.EncryptionServiceArgs(enabled=True, key_type=storage.KeyType.ACCOUNT)
    account = storage.StorageAccount(
        "storage",
        account_name=end.apply(lambda known: f"modelport{given.environment}{known}"),
        resource_group_name=group.name,
        location=given.azure["location"],
        kind=storage.Kind.STORAGE_V2,
        sku=storage.SkuArgs(name=storage.SkuName.STANDARD_ZRS),
        access_tier=storage.AccessTier.HOT,
        minimum_tls_version=storage.MinimumTlsVersion.TLS1_2,
        enable_https_traffic_only=True,
        allow_blob_public_access=False,
        allow_shared_key_access=False,
        allow_cross_tenant_replication=False,
        default_to_o_auth_authentication=True,
        encryption=storage.EncryptionArgs(
            key_source=storage.KeySource.MICROSOFT_STORAGE,
            services=storage.EncryptionServicesArgs(blob=with_account_key, file=with_account_key),
        ),
        tags=given.tags("storage", "storage"),
        opts=opts,
    )
    kept = storage.DeleteRetentionPolicyArgs(enabled=True, days=30)
    service = storage.BlobServiceProperties(
        "storage-service",
        account_name=account.name,
        resource_group_name=group.name,
        blob_services_name="default",
        is_versioning_enabled=True,
        delete_retention_policy=kept,
        container_delete_retention_policy=kept,
        opts=opts,
    )
    after = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[service]))
    storage.ManagementPolicy(
        "storage-lifecycle",
        account_name=account.name,
        resource_group_name=group.name,
        management_policy_name="default",
        policy=storage.ManagementPolicySchemaArgs(rules=_rules()),
        opts=after,
    )
    container = storage.BlobContainer(
        "storage-container",
        account_name=account.name,
        resource_group_name=group.name,
        container_name="objects",
        public_access=storage.PublicAccess.NONE,
        opts=after,
    )
    return pulumi.Output.concat("https://", account.name, ".blob.core.windows.net/", container.name)


def _rules() -> list[storage.ManagementPolicyRuleArgs]:
    tiers = storage.ManagementPolicyBaseBlobArgs(
        tier_to_cool=storage.DateAfterModificationArgs(days_after_modification_greater_than=30),
        tier_to_cold=storage.DateAfterModificationArgs(days_after_modification_greater_than=90),
    )
    gone = storage.ManagementPolicyVersionArgs(
        delete=storage.DateAfterCreationArgs(days_after_creation_greater_than=30)
    )
    actions = {
        "tiers": storage.ManagementPolicyActionArgs(base_blob=tiers),
        "versions": storage.ManagementPolicyActionArgs(version=gone),
    }
    return [
        storage.ManagementPolicyRuleArgs(
            name=name,
            enabled=True,
            type=storage.RuleType.LIFECYCLE,
            definition=storage.ManagementPolicyDefinitionArgs(
                actions=action, filters=storage.ManagementPolicyFilterArgs(blob_types=["blockBlob"])
            ),
        )
        for name, action in actions.items()
    ]
