"""Logs on Google Cloud that are kept by themselves, apart from those of the whole project."""

import pulumi
from pulumi_gcp import logging

from components.key.contract import Key


def keep(
    name: str, bucket: logging.ProjectBucketConfig, wanted: pulumi.Input[str], child: pulumi.ResourceOptions
) -> pulumi.Output[str]:
    """Brings what a filter finds into a log bucket, instead of into the project's `_Default`.

    Returns the bucket's id, resolved once it does. Within a project a sink may write into log buckets without
    a grant: cloud.google.com/logging/docs/export/configure_export_v2
    """
    sink = logging.ProjectSink(
        f"{name}-sink",
        project=bucket.project,
        destination=pulumi.Output.concat("logging.googleapis.com/", bucket.id),
        filter=wanted,
        opts=child,
    )
    excluded = logging.ProjectExclusion(
        f"{name}-excluded",
        project=bucket.project,
        filter=wanted,
        description=sink.name.apply(lambda known: f"The sink {known} keeps them."),
        opts=child,
    )
    return pulumi.Output.all(bucket.id, excluded.id).apply(lambda known: str(known[0]))


def encryption(name: str, key: Key | None) -> logging.ProjectBucketConfigCmekSettingsArgs | None:
    """With the key of ours when there is one: at birth only, the cloud refuses every change of it."""
    if key is None:
        return None
    return logging.ProjectBucketConfigCmekSettingsArgs(kms_key_name=key.usable_by(f"{name}-key", "logs"))
