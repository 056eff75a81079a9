"""Who read and wrote what in a bucket on Google Cloud: audit logs, kept apart from it."""

import pulumi
from pulumi_gcp import logging, projects, storage

from components.clouds.gcp_logs import encryption, keep
from components.core import naming
from components.core.endings import keepers, physical
from components.core.outputs import once
from components.storage.contract import StorageArgs, StorageLinks

_SERVICE = "storage.googleapis.com"
# Policies of a project are changed through this API; nothing else of ours needs it.
_API = "cloudresourcemanager.googleapis.com"
# Rights and settings that are only looked at are no access to what is stored.
_KINDS = ("DATA_READ", "DATA_WRITE")


def kept(
    name: str, args: StorageArgs, links: StorageLinks, bucket: storage.Bucket, child: pulumi.ResourceOptions
) -> pulumi.Output[str]:
    """Keeps them in a log bucket of their own, which no right on the bucket itself reaches.

    Not the bucket's usage logs: these say from where, and not who, and may come late or never.
    cloud.google.com/storage/docs/access-logs#should-you-use
    """
    recorded = _recorded(name, links, child)
    wanted = naming.full(naming.LOG_BUCKET, args.context, f"{name}-access")
    born = keepers(links.landing.region, bool(links.key))
    logs = logging.ProjectBucketConfig(
        f"{name}-access",
        bucket_id=physical(f"{name}-access", wanted, born, child),
        project=links.landing.home("storage"),
        location=links.landing.region,
        retention_days=args.access_logs_days,
        cmek_settings=encryption(f"{name}-access", links.key),
        description=f"Access to the storage of {args.context.project} in {args.context.environment}",
        opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(protect=args.protect)),
    )
    return keep(f"{name}-access", logs, once(bucket.name, recorded.etag).apply(_of_bucket), child)


def _recorded(name: str, links: StorageLinks, child: pulumi.ResourceOptions) -> projects.IAMAuditConfig:
    """Switched on for the whole project: there is no such thing for one bucket.

    It stays when the stack goes: others in the project may count on it, and it would go for all of them.
    """
    api = projects.Service(
        f"{name}-access-api",
        project=links.landing.home("storage"),
        service=_API,
        disable_on_destroy=False,
        opts=child,
    )
    return projects.IAMAuditConfig(
        f"{name}-access-recorded",
        project=api.project,
        service=_SERVICE,
        audit_log_configs=[projects.IAMAuditConfigAuditLogConfigArgs(log_type=kind) for kind in _KINDS],
        opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(retain_on_delete=True)),
    )


def _of_bucket(bucket: str) -> str:
    """cloud.google.com/storage/docs/audit-logging#filters"""
    return (
        f'resource.type="gcs_bucket" AND resource.labels.bucket_name="{bucket}" AND '
        'log_id("cloudaudit.googleapis.com/data_access")'
    )
