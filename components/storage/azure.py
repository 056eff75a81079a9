"""Object storage on Azure: one container in a storage account of its own."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

import pulumi
from pulumi_azure_native import authorization, storage

from components.clouds.azure import OnAzure, Place, receiver, redundancy
from components.clouds.azure_roles import assign, role_id
from components.core import naming
from components.core.errors import InvalidArgument, ModelportError
from components.core.outputs import once
from components.core.principal import Principal
from components.key.azure_encryption import encryption
from components.storage import azure_access
from components.storage.azure_account import closed, encrypted, identity, let_in
from components.storage.contract import Action, Storage, StorageArgs, StorageLinks, below

CONTAINER = "objects"
# Storage Blob Data Reader: learn.microsoft.com/azure/role-based-access-control/built-in-roles/storage
READ = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"

_BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"
_PUT = (f"{_BLOBS}/write", f"{_BLOBS}/add/action")
_LONGEST_SOFT_DELETE = 365
"""Days: learn.microsoft.com/azure/storage/blobs/soft-delete-blob-overview."""


class AzureStorage(OnAzure, Storage):
    """One account and one container; each grant is a role on the container alone."""

    MAKES: ClassVar[Mapping[str, str]] = {
        "azure-native:storage:StorageAccount": "one: TLS 1.2, no shared keys, no public access; "
        "in three zones where the region has them",
        "azure-native:storage:BlobServiceProperties": "versions, and deleted objects and containers kept",
        "azure-native:storage:BlobContainer": "one, private",
        "azure-native:storage:ManagementPolicy": "to Cool, to Cold, and old versions away",
        "azure-native:operationalinsights:Workspace": "with `access_logs_days`: who reads, writes, deletes",
        "azure-native:monitor:DiagnosticSetting": "with `access_logs_days`: sends it there",
        "random:index/randomString:RandomString": "the end of the account's name, unique in the world",
    }
    GAPS: ClassVar[Mapping[str, str]] = {
        "keep_versions_days": "a version's days count from its writing, then it is kept deleted for as many "
        "again, 365 at most: up to a year no less than promised, and no more than twice as long",
        "grant": "an identity has one prefix for each action; give the next prefix to another identity, "
        "or the one above both",
        "network": "closed, it answers its private address and `allow_from`; addresses of whoever deploys "
        "from the account's own Azure location do not count",
        "access_logs_days": "730 at most, in a workspace; who may change the account can switch them off, "
        "and leaves a trace of it in the subscription's activity log",
        "write": "no built-in role puts without deleting: the deployer makes a role, and needs the right to",
    }

    @classmethod
    def names(cls, name: str, args: StorageArgs) -> tuple[naming.Name, ...]:
        # Of 24 characters 6 are random: there is no room for the component's name.
        return (naming.Name(naming.STORAGE_ACCOUNT, (args.context.project, args.context.environment)),)

    @classmethod
    def refusals(cls, name: str, args: StorageArgs) -> Iterator[ModelportError]:
        yield from super().refusals(name, args)
        yield from azure_access.refused(args.access_logs_days)

    def _build(self, name: str, args: StorageArgs, links: StorageLinks) -> None:
        self.landing = links.landing
        self.granted: list[tuple[pulumi.Input[str], Action]] = []
        self.writer: authorization.RoleDefinition | None = None
        self.place = Place(links.landing.home("storage"), links.landing.region, self.tags, self.child)
        ours = encryption(links.key, f"{name}-key", "storage")
        self.account = storage.StorageAccount(
            name,
            account_name=self.unique(name, args, links.landing.region),
            resource_group_name=self.place.group,
            location=links.landing.region,
            kind=storage.Kind.STORAGE_V2,
            sku=storage.SkuArgs(name=links.landing.region.apply(redundancy)),
            access_tier=storage.AccessTier.HOT,
            minimum_tls_version=storage.MinimumTlsVersion.TLS1_2,
            enable_https_traffic_only=True,
            allow_blob_public_access=False,
            allow_shared_key_access=False,
            allow_cross_tenant_replication=False,
            default_to_o_auth_authentication=True,
            public_network_access=closed(links.network),
            network_rule_set=let_in(links.network),
            encryption=encrypted(ours),
            identity=identity(ours) if ours else None,
            tags=self.tags,
            opts=self.holding_data(args.protect),
        )
        service = self._service(name, args)
        policy = self._lifecycle(name, args, service)
        self.container = storage.BlobContainer(
            f"{name}-container",
            # From the service: what is put into the container has versions from the first object on.
            account_name=service.id.apply(_account),
            resource_group_name=self.place.group,
            container_name=CONTAINER,
            public_access=storage.PublicAccess.NONE,
            opts=self.holding_data(args.protect),
        )
        self.name = pulumi.Output.concat(self.account.name, "/", self.container.name)
        waits = [policy.id, *self._reached(name, args, links, service)]
        settled = pulumi.Output.all(self.account.name, self.container.name, *waits)
        self.uri = settled.apply(lambda known: f"https://{known[0]}.blob.core.windows.net/{known[1]}")
        self.remote = settled.apply(lambda known: f":azureblob,env_auth,account={known[0]}:{known[1]}")

    def _grant(self, name: str, principal: Principal, action: Action, prefix: str) -> pulumi.Output[str]:
        # Azure takes one assignment of a role to an identity on a container, whatever their conditions.
        if (principal.id, action) in self.granted:
            raise InvalidArgument(
                "prefix", f"on Azure an identity can {action} one prefix, and this one has it"
            )
        self.granted.append((principal.id, action))
        role = role_id(self.landing.account, READ if action == "read" else self._writer())
        condition = _condition(action, prefix) if prefix else None
        assignment = assign(name, self.container.id, role, receiver(principal), self.child, condition)
        return below(once(self.uri, assignment.id), prefix)

    def _service(self, name: str, args: StorageArgs) -> storage.BlobServiceProperties:
        kept = storage.DeleteRetentionPolicyArgs(
            enabled=True, days=min(args.keep_versions_days, _LONGEST_SOFT_DELETE)
        )
        return storage.BlobServiceProperties(
            f"{name}-service",
            account_name=self.account.name,
            resource_group_name=self.place.group,
            blob_services_name="default",
            is_versioning_enabled=True,
            delete_retention_policy=kept,
            container_delete_retention_policy=kept,
            opts=self.child,
        )

    def _reached(
        self, name: str, args: StorageArgs, links: StorageLinks, service: storage.BlobServiceProperties
    ) -> list[pulumi.Output[str]]:
        """What there is to wait for: an address inside, and records of who came."""
        waits = []
        if links.network:
            waits.append(links.network.reach(f"{name}-endpoint", "storage", self.account.id))
        if args.access_logs_days is not None:
            waits.append(azure_access.kept(f"{name}-access", service.id, args.access_logs_days, self.place))
        return waits

    def _lifecycle(
        self, name: str, args: StorageArgs, service: storage.BlobServiceProperties
    ) -> storage.ManagementPolicy:
        return storage.ManagementPolicy(
            f"{name}-lifecycle",
            account_name=service.id.apply(_account),
            resource_group_name=self.place.group,
            management_policy_name="default",
            policy=storage.ManagementPolicySchemaArgs(rules=[_tiers(args), _versions(args)]),
            opts=self.child,
        )

    def _writer(self) -> pulumi.Output[str]:
        """A role that puts and nothing else, made for the first who needs it."""
        if self.writer is None:
            group = self.account.id.apply(lambda id: id.partition("/providers/")[0])
            self.writer = authorization.RoleDefinition(
                f"{self.pulumi_resource_name}-writer",
                scope=group,
                # Unique in the whole directory, as the account's name is.
                role_name=pulumi.Output.concat("Puts objects into ", self.account.name),
                role_type="CustomRole",
                assignable_scopes=[group],
                permissions=[authorization.PermissionArgs(actions=[], data_actions=list(_PUT))],
                opts=self.child,
            )
        return self.writer.name


def _account(service: str) -> str:
    """The account's name, from the id of its blob service."""
    return service.split("/")[8]


def _tiers(args: StorageArgs) -> storage.ManagementPolicyRuleArgs:
    return _rule(
        "tiers",
        base_blob=storage.ManagementPolicyBaseBlobArgs(
            tier_to_cool=storage.DateAfterModificationArgs(
                days_after_modification_greater_than=args.infrequent_after_days
            ),
            # Not Archive, from which nothing is read within hours.
            tier_to_cold=storage.DateAfterModificationArgs(
                days_after_modification_greater_than=args.archive_after_days
            ),
        ),
    )


def _versions(args: StorageArgs) -> storage.ManagementPolicyRuleArgs:
    gone = storage.DateAfterCreationArgs(days_after_creation_greater_than=args.keep_versions_days)
    return _rule("versions", version=storage.ManagementPolicyVersionArgs(delete=gone))


def _rule(
    name: str,
    base_blob: storage.ManagementPolicyBaseBlobArgs | None = None,
    version: storage.ManagementPolicyVersionArgs | None = None,
) -> storage.ManagementPolicyRuleArgs:
    return storage.ManagementPolicyRuleArgs(
        name=name,
        enabled=True,
        type=storage.RuleType.LIFECYCLE,
        definition=storage.ManagementPolicyDefinitionArgs(
            actions=storage.ManagementPolicyActionArgs(base_blob=base_blob, version=version),
            # Unfinished uploads need no rule: Azure drops them after a week.
            filters=storage.ManagementPolicyFilterArgs(blob_types=["blockBlob"]),
        ),
    )


def _condition(action: Action, prefix: str) -> str:
    """What limits a role to a prefix; reading is to get by path and to list by the prefix asked for.

    learn.microsoft.com/azure/storage/blobs/storage-auth-abac-examples
    """
    inside = f"@Resource[{_BLOBS}:path] StringStartsWith '{prefix}'"
    if action == "write":
        puts = " AND ".join(f"!(ActionMatches{{'{each}'}})" for each in _PUT)
        return f"(({puts}) OR ({inside}))"
    listed = f"@Request[{_BLOBS}:prefix] StringStartsWith '{prefix}'"
    read, lists = f"ActionMatches{{'{_BLOBS}/read'}}", "SubOperationMatches{'Blob.List'}"
    return f"((!({read} AND NOT {lists})) OR ({inside})) AND ((!({read} AND {lists})) OR ({listed}))"
