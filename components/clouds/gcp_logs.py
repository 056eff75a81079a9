"""Logs on Google Cloud that are kept by themselves, apart from those of the whole project."""

import pulumi
from pulumi_gcp import logging

from components.core.outputs import once
from components.key.contract import Key, usable_by


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
    return once(bucket.id, excluded.id)


def encryption(name: str, key: Key | None) -> logging.ProjectBucketConfigCmekSettingsArgs | None:
    """With the key of ours when there is one: at birth only, the cloud refuses every change of it."""
    ours = usable_by(key, f"{name}-key", "logs")
    return None if ours is None else logging.ProjectBucketConfigCmekSettingsArgs(kms_key_name=ours)
