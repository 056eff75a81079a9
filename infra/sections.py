"""The sections of the settings: one per cloud, one per subject."""

from pydantic import BaseModel, ConfigDict

from components.host.contract import RETENTION_DAYS
from components.storage.contract import LONGEST_DAYS, SHORTEST_STAY
from infra.kinds import (
    Account,
    AwsRegion,
    AzureLocation,
    GcpProject,
    GcpRegion,
    Guid,
    RetentionDays,
    RoleArn,
    about,
    listed,
)


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AwsSettings(Section):
    """Where things go on AWS."""

    region: AwsRegion = about(
        "Region of everything on AWS; another one makes all of it anew.",
        noun="an AWS region",
        allowed=listed("aws", "AWS regions"),
        example="eu-central-1",
    )
    account: Account | None = about(
        "The only account that may be touched: the provider refuses any other. Required in prod.",
        noun="an AWS account number",
        allowed="12 digits, in quotes",
        example="111111111111",
        default=None,
    )
    assume_role: RoleArn | None = about(
        "Role to assume before anything else; without it, the credentials at hand are used.",
        noun="the ARN of an IAM role",
        allowed="arn:aws:iam::<12 digits>:role/<name>",
        example="arn:aws:iam::111111111111:role/deployer",
        default=None,
    )
    concurrency: int = about(
        "Requests that all Lambda functions of the account may serve at once in the region, as "
        "`aws lambda get-account-settings` says; models reserve `max` × `concurrency` of it, 100 stay free.",
        noun="a number of requests",
        allowed="200 to 1000000",
        example=1000,
        default=1000,
        ge=200,
        le=1_000_000,
        strict=True,
    )


class AzureSettings(Section):
    """Where things go on Azure."""

    location: AzureLocation = about(
        "Location of everything on Azure; another one makes all of it anew.",
        noun="an Azure location",
        allowed=listed("azure", "Azure locations"),
        example="westeurope",
    )
    subscription: Guid | None = about(
        "The only subscription that may be touched. Required in prod.",
        noun="a subscription id",
        allowed="a GUID (`az account show --query id`)",
        example="00000000-0000-4000-8000-000000000001",
        default=None,
    )
    tenant: Guid | None = about(
        "Tenant (directory) of the subscription; without it, the one at hand.",
        noun="a tenant id",
        allowed="a GUID (`az account show --query tenantId`)",
        example="00000000-0000-4000-8000-00000000000a",
        default=None,
    )
    auth_client_id: Guid | None = about(
        "Entra application that callers ask a token for; required, with `tenant`, by models with "
        "`access: authenticated`.",
        noun="a client id",
        allowed="a GUID (`az ad app show --id <application> --query appId`)",
        example="00000000-0000-4000-8000-0000000000a1",
        default=None,
    )


class GcpSettings(Section):
    """Where things go on Google Cloud."""

    project: GcpProject = about(
        "The only project that may be touched.",
        noun="a Google Cloud project id",
        allowed="6 to 30 lower-case letters, digits and hyphens, a letter first, no hyphen last",
        example="example-models-dev",
    )
    region: GcpRegion = about(
        "Region of everything on Google Cloud; another one makes all of it anew.",
        noun="a Google Cloud region",
        allowed=listed("gcp", "Google Cloud regions"),
        example="europe-west1",
    )


class RegistrySettings(Section):
    """How long the registries keep images."""

    keep_images: int = about(
        "How many images of each model to keep; those in use are always kept.",
        noun="a number of images",
        allowed="1 to 1000",
        example=20,
        default=20,
        ge=1,
        le=1000,
        strict=True,
    )
    untagged_days: int = about(
        "After how many days an image without a tag is deleted.",
        noun="a number of days",
        allowed="1 to 365",
        example=7,
        default=7,
        ge=1,
        le=365,
        strict=True,
    )


class StorageSettings(Section):
    """How long objects stay, and in which class."""

    keep_versions_days: int = about(
        "After how many days an object that was overwritten or deleted goes for good.",
        noun="a number of days",
        allowed=f"1 to {LONGEST_DAYS}",
        example=30,
        default=30,
        ge=1,
        le=LONGEST_DAYS,
        strict=True,
    )
    infrequent_after_days: int = about(
        "After how many days an object moves to a class that is cheaper to keep.",
        noun="a number of days",
        allowed=f"{SHORTEST_STAY} to {LONGEST_DAYS}",
        example=30,
        default=30,
        ge=SHORTEST_STAY,
        le=LONGEST_DAYS,
        strict=True,
    )
    archive_after_days: int = about(
        "After how many days it moves to the cheapest class that is still read at once.",
        noun="a number of days",
        allowed=f"{2 * SHORTEST_STAY} to {LONGEST_DAYS}, and {SHORTEST_STAY} after infrequent_after_days",
        example=90,
        default=90,
        ge=2 * SHORTEST_STAY,
        le=LONGEST_DAYS,
        strict=True,
    )


class MonitoringSettings(Section):
    """What is kept of what happened."""

    retention_days: RetentionDays = about(
        "How many days logs are kept.",
        noun="a number of days",
        allowed=", ".join(map(str, RETENTION_DAYS)),
        example=30,
        default=30,
        strict=True,
    )
