"""A small program of one cloud: what holds something, and what comes after it.

`modelport:owner` is an update of the first, `modelport:generation` replaces it.
"""

from collections.abc import Callable

import pulumi

PROGRAM = """\
import gc

gc.disable()  # Half of the time in which the SDK is loaded.

from tests.faults import small

small.deploy({cloud!r})
"""
REGIONS = {
    "azure": ("westeurope", "northeurope"),
    "gcp": ("europe-west1", "europe-west4"),
}


def deploy(cloud: str) -> None:
    """Register the resources of one cloud."""
    config = pulumi.Config("modelport")
    _MAKE[cloud](config.require("owner"), config.get_int("generation") or 0)


def _aws(owner: str, generation: int) -> None:
    import pulumi_aws as aws

    opts = pulumi.ResourceOptions(provider=aws.Provider("aws", region="eu-central-1"))
    kind = ("AES256", "KMS")[generation]
    thing = aws.ecr.Repository(
        "thing",
        tags={"owner": owner},
        encryption_configurations=[aws.ecr.RepositoryEncryptionConfigurationArgs(encryption_type=kind)],
        opts=opts,
    )
    aws.cloudwatch.LogGroup("after", tags={"of": thing.name}, opts=opts)


def _aws_named(owner: str, generation: int) -> None:
    """With a name of its own, a replacement deletes first."""
    import pulumi_aws as aws

    opts = pulumi.ResourceOptions(provider=aws.Provider("aws", region="eu-central-1"))
    kind = ("AES256", "KMS")[generation]
    aws.ecr.Repository(
        "thing",
        name="thing",
        tags={"owner": owner},
        encryption_configurations=[aws.ecr.RepositoryEncryptionConfigurationArgs(encryption_type=kind)],
        opts=opts,
    )


def _azure(owner: str, generation: int) -> None:
    import pulumi_azure_native as azure

    provider = azure.Provider("azure", subscription_id="00000000-0000-4000-8000-000000000001")
    opts = pulumi.ResourceOptions(provider=provider)
    thing = azure.resources.ResourceGroup(
        "thing", location=REGIONS["azure"][generation], tags={"owner": owner}, opts=opts
    )
    azure.managedidentity.UserAssignedIdentity("after", resource_group_name=thing.name, opts=opts)


def _gcp(owner: str, generation: int) -> None:
    import pulumi_gcp as gcp

    opts = pulumi.ResourceOptions(provider=gcp.Provider("gcp", project="example-models-dev"))
    thing = gcp.storage.Bucket(
        "thing",
        location=REGIONS["gcp"][generation],
        labels={"owner": owner.partition("@")[0]},
        uniform_bucket_level_access=True,
        public_access_prevention="enforced",
        opts=opts,
    )
    gcp.storage.ManagedFolder("after", bucket=thing.name, name="after/", opts=opts)


_MAKE: dict[str, Callable[[str, int], None]] = {
    "aws": _aws,
    "aws named": _aws_named,
    "azure": _azure,
    "gcp": _gcp,
}
