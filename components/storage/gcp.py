"""Object storage on Google Cloud: Cloud Storage."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, cast

import pulumi
from pulumi_gcp import storage

from components.clouds.gcp import OnGcp, receiver
from components.core import naming
from components.core.outputs import once
from components.core.principal import Principal
from components.key.contract import usable_by
from components.network.contract import Network
from components.storage import gcp_access
from components.storage.contract import ABORT_UPLOADS_DAYS, Action, Storage, StorageArgs, StorageLinks, below

if TYPE_CHECKING:  # What it needs of the SDK takes a second to load, and most storage needs no network.
    from components.network.gcp import GcpNetwork

# cloud.google.com/storage/docs/access-control/iam-roles
ROLES: Mapping[Action, str] = {"read": "roles/storage.objectViewer", "write": "roles/storage.objectCreator"}


class GcpStorage(OnGcp, Storage):
    """One bucket in the region of the landing."""

    MAKES: ClassVar[Mapping[str, str]] = {
        "gcp:storage/bucket:Bucket": "one: uniform access, never public, versioned, with a lifecycle",
        "gcp:projects/iAMAuditConfig:IAMAuditConfig": "with `access_logs_days`: who reads, writes; it stays",
        "gcp:projects/service:Service": "with `access_logs_days`: the API that switches this on; it stays",
        "gcp:logging/projectBucketConfig:ProjectBucketConfig": "with `access_logs_days`: keeps it",
        "gcp:logging/projectSink:ProjectSink": "with `access_logs_days`: brings it there",
        "gcp:logging/projectExclusion:ProjectExclusion": "with `access_logs_days`: and nowhere else",
        "random:index/randomString:RandomString": "the end of each name",
    }
    GAPS: ClassVar[Mapping[str, str]] = {
        "write": "an object that exists is not overwritten: Google counts that as deleting; write new names",
        "network": "whoever deploys needs an address in `allow_from`: from elsewhere, a custom role with "
        "`storage.buckets.exemptFromIpFilter` lets the bucket itself be read, changed and deleted, but gives "
        "no rights on it and sees no objects",
        "without a network": "a filter that was there stays when the network goes from the settings: clear "
        "it with `gcloud storage buckets update --clear-ip-filter`",
        "access logs": "on for all buckets of the project, whose own go to its `_Default` logs; they replace "
        "what was recorded of Cloud Storage before, and stay on when the stack goes",
        "TLS only": "no bucket refuses plain HTTP by itself; the policy `storage.secureHttpTransport` does",
    }

    @classmethod
    def names(cls, name: str, args: StorageArgs) -> tuple[naming.Name, ...]:
        return (naming.full(naming.STORAGE_BUCKET, args.context, name),)

    def _build(self, name: str, args: StorageArgs, links: StorageLinks) -> None:
        self.folders: dict[str, storage.ManagedFolder] = {}
        self.bucket = storage.Bucket(
            name,
            name=self.unique(name, args, links.landing.region),
            project=links.landing.home("storage"),
            location=links.landing.region,
            encryption=_encryption(usable_by(links.key, f"{name}-key", "storage")),
            ip_filter=_filter(links.network),
            uniform_bucket_level_access=True,
            public_access_prevention="enforced",
            versioning=storage.BucketVersioningArgs(enabled=True),
            # Old versions do its work; beside them, what goes for good would stay for 7 days more.
            soft_delete_policy=storage.BucketSoftDeletePolicyArgs(retention_duration_seconds=0),
            lifecycle_rules=_lifecycle(args),
            force_destroy=not args.protect,
            labels=self.tags,
            opts=self.holding_data(args.protect),
        )
        self.name = self.bucket.name
        self.uri = self.bucket.url
        if args.access_logs_days is not None:
            # Nobody is given a right on it before it is kept who uses it.
            self.uri = once(self.uri, gcp_access.kept(name, args, links, self.bucket, self.child))
        self.remote = self.uri.apply(
            lambda uri: f":gcs,env_auth,bucket_policy_only:{uri.removeprefix('gs://')}"
        )

    def _grant(self, name: str, principal: Principal, action: Action, prefix: str) -> pulumi.Output[str]:
        member = receiver(principal)
        granted: storage.BucketIAMMember | storage.ManagedFolderIamMember
        if prefix:
            granted = storage.ManagedFolderIamMember(
                name,
                bucket=self.bucket.name,
                managed_folder=self._folder(prefix).name,
                role=ROLES[action],
                member=member,
                opts=self.child,
            )
        else:
            granted = storage.BucketIAMMember(
                name, bucket=self.bucket.name, role=ROLES[action], member=member, opts=self.child
            )
        return below(once(self.uri, granted.etag), prefix)

    def _folder(self, prefix: str) -> storage.ManagedFolder:
        """What a role on a prefix is granted on, made once.

        Not a condition on the bucket's role: listing is asked of the bucket, whatever the prefix, so that a
        condition on the object's name never allows it. cloud.google.com/storage/docs/managed-folders
        """
        if prefix not in self.folders:
            self.folders[prefix] = storage.ManagedFolder(
                f"{self.pulumi_resource_name}-{prefix.rstrip('/')}",
                bucket=self.bucket.name,
                name=prefix,
                # Goes even while objects are below it: they stay, and so does the bucket.
                force_destroy=True,
                opts=self.child,
            )
        return self.folders[prefix]


def _encryption(key: pulumi.Output[str] | None) -> storage.BucketEncryptionArgs | None:
    """With the key of ours when there is one; without, Google encrypts with a key of its own."""
    return None if key is None else storage.BucketEncryptionArgs(default_kms_key_name=key)


def _filter(network: Network | None) -> storage.BucketIpFilterArgs | None:
    """Answers what is in the network, and whoever deploys; all others are refused, whatever their rights.

    cloud.google.com/storage/docs/ip-filtering-overview
    """
    if network is None:
        return None
    source = storage.BucketIpFilterPublicNetworkSourceArgs(allowed_ip_cidr_ranges=list(network.allow_from))
    inside = storage.BucketIpFilterVpcNetworkSourceArgs(
        network=network.id, allowed_ip_cidr_ranges=list(cast("GcpNetwork", network).ranges)
    )
    return storage.BucketIpFilterArgs(
        mode="Enabled",
        # Google's own agents, such as those that bring events, come from no network.
        allow_all_service_agent_access=True,
        public_network_source=source if network.allow_from else None,
        vpc_network_sources=[inside],
    )


def _lifecycle(args: StorageArgs) -> list[storage.BucketLifecycleRuleArgs]:
    """cloud.google.com/storage/docs/lifecycle: ARCHIVE is read at once, too."""
    return [
        _move("NEARLINE", args.infrequent_after_days, "STANDARD"),
        _move("ARCHIVE", args.archive_after_days, "STANDARD", "NEARLINE"),
        storage.BucketLifecycleRuleArgs(
            action=storage.BucketLifecycleRuleActionArgs(type="Delete"),
            condition=storage.BucketLifecycleRuleConditionArgs(
                days_since_noncurrent_time=args.keep_versions_days, with_state="ARCHIVED"
            ),
        ),
        storage.BucketLifecycleRuleArgs(
            action=storage.BucketLifecycleRuleActionArgs(type="AbortIncompleteMultipartUpload"),
            condition=storage.BucketLifecycleRuleConditionArgs(age=ABORT_UPLOADS_DAYS),
        ),
    ]


def _move(to: str, after_days: int, *classes: str) -> storage.BucketLifecycleRuleArgs:
    """Old versions do not move: they are about to go, and a colder class bills a longer stay."""
    return storage.BucketLifecycleRuleArgs(
        action=storage.BucketLifecycleRuleActionArgs(type="SetStorageClass", storage_class=to),
        condition=storage.BucketLifecycleRuleConditionArgs(
            age=after_days, matches_storage_classes=list(classes), with_state="LIVE"
        ),
    )
