"""Physical names: what each kind of resource allows, and names that fit or are refused."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from components.core.context import Context
from components.core.errors import InvalidArgument

_BETWEEN_WORDS = re.compile(r"[-_. ]+")


AUTO_RANDOM = 7
"""Lower-case hex digits that Pulumi's automatic naming appends, after a hyphen, on AWS and Google Cloud."""


@dataclass(frozen=True, kw_only=True)
class Limit:
    """What a vendor allows as the name of one kind of resource."""

    kind: str
    """What the vendor calls it."""

    pattern: str
    """Regular expression that a whole name matches, including its length where the vendor says so."""

    shortest: int
    longest: int

    scope: str
    """Within what the name is unique: `global`, `subscription`, `region`, `project` or `stack`."""

    source: str
    """Where the vendor says so."""

    separator: str = "-"
    """What stands between words; empty where only letters and digits are allowed."""

    random: int = 0
    """How many random lower-case letters and digits end the name, so that two forks never collide."""


ECR_REPOSITORY = Limit(
    kind="ECR repository",
    pattern=r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*",
    shortest=2,
    longest=255,  # the API allows 256, Pulumi's automatic naming stops at 255
    scope="region",
    source="docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html",
    random=7,  # appended by Pulumi's automatic naming
)
CONTAINER_REGISTRY = Limit(
    kind="container registry",
    pattern=r"[a-z0-9]+",  # capitals are allowed too, but the login server is in lower case
    shortest=5,
    longest=50,
    scope="global",
    source="learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules",
    separator="",
    random=6,
)
ARTIFACT_REPOSITORY = Limit(
    kind="Artifact Registry repository",
    pattern=r"[a-z]([a-z0-9-]*[a-z0-9])?",
    shortest=1,
    longest=63,
    scope="project",
    source="cloud.google.com/artifact-registry/docs/repositories/create-repos",
    random=6,
)
RESOURCE_GROUP = Limit(
    kind="resource group",
    pattern=r"[-\w.()]*[-\w()]",
    shortest=1,
    longest=90,
    scope="subscription",
    source="learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules",
    separator="",
    random=8,  # appended by Pulumi's automatic naming
)
VAULT = Limit(
    kind="key vault",
    pattern=r"[a-z][a-z0-9]*",  # single hyphens are allowed too, but there is no room for them
    shortest=3,
    longest=24,
    scope="global",
    source="learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules",
    separator="",
    random=6,
)
BUCKET = Limit(
    kind="S3 bucket",
    pattern=r"[a-z0-9]([a-z0-9-]*[a-z0-9])?",  # dots are allowed too, but break TLS
    shortest=3,
    longest=63,
    scope="global",
    source="docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
    random=6,
)
STORAGE_ACCOUNT = Limit(
    kind="storage account",
    pattern=r"[a-z0-9]+",
    shortest=3,
    longest=24,
    scope="global",
    source="learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules",
    separator="",
    random=6,
)
STORAGE_BUCKET = Limit(
    kind="Cloud Storage bucket",
    pattern=r"(?!goog)[a-z0-9]([a-z0-9-]*[a-z0-9])?",  # dots would need a proof of owning the domain
    shortest=3,
    longest=63,
    scope="global",
    source="cloud.google.com/storage/docs/buckets#naming",
    random=6,
)
CONTAINER_APP = Limit(
    kind="container app",
    pattern=r"[a-z]([a-z0-9]|-(?!-))*[a-z0-9]",
    shortest=2,
    longest=32,
    scope="resource-group",
    source="learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules",
    separator="",
    random=8,  # appended by Pulumi's automatic naming
)
RUN_SERVICE = Limit(
    kind="Cloud Run service",
    pattern=r"[a-z]([a-z0-9-]*[a-z0-9])?",
    shortest=1,
    longest=45,  # 49 are allowed, but a revision is this name, a hyphen and 17 more, 63 in all
    scope="region",
    source="cloud.google.com/run/docs/reference/rest/v2/projects.locations.services/create",
    random=6,
)
SERVICE_ACCOUNT = Limit(
    kind="service account",
    pattern=r"[a-z]([a-z0-9-]*[a-z0-9])?",
    shortest=6,
    longest=30,
    scope="project",
    source="cloud.google.com/iam/docs/service-accounts-create",
    random=5,  # a model may have 24 characters and one hyphen follows
)
LOG_BUCKET = Limit(
    kind="log bucket",
    pattern=r"[a-z0-9]([a-z0-9-]*[a-z0-9])?",  # capitals, underscores and dots are allowed too
    shortest=1,
    longest=100,
    scope="project",
    source="cloud.google.com/logging/docs/buckets#create_bucket",
    random=6,
)
KEY_RING = Limit(
    kind="key ring",
    pattern=r"[a-z0-9_-]+",  # capitals are allowed too
    shortest=1,
    longest=63,
    scope="region",
    source="cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings/create",
    random=6,
)
KMS_ALIAS = Limit(
    kind="KMS alias",
    pattern=r"alias/(?!aws/)[a-z0-9/_-]+",  # capitals are allowed too
    shortest=7,
    longest=256,
    scope="region",
    source="docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html",
    random=6,
)
MODEL = Limit(
    kind="model",
    pattern=r"[a-z][a-z0-9]*(-[a-z0-9]+)*",
    shortest=1,
    longest=24,  # an Azure container app may have 32, of which automatic naming takes 8
    scope="stack",
    source="learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules",
)


@dataclass(frozen=True)
class Name:
    """One physical name that a component will ask for: words in order, the random part left out."""

    limit: Limit
    words: tuple[str, ...]

    def with_random(self, random: str) -> str:
        """The whole name; raises `InvalidArgument` when the resource does not allow it."""
        return fit(self.limit, self.words, random)

    def check(self) -> None:
        """Raises `InvalidArgument` when no random part can make this name fit."""
        self.with_random("0" * self.limit.random)


def full(limit: Limit, context: Context, name: str) -> Name:
    """`<project>-<environment>-<name>-<random>`, for resources that must be named by us."""
    return Name(limit, (context.project, context.environment, name))


def fit(limit: Limit, words: Sequence[str], random: str = "") -> str:
    """Joins words into a name in the form the resource allows; raises `InvalidArgument`, never cuts."""
    parts = [part for word in (*words, random) for part in _BETWEEN_WORDS.split(word.lower()) if part]
    name = limit.separator.join(parts)
    check("name", limit, name)
    return name


def check(argument: str, limit: Limit, name: str) -> None:
    """Raises `InvalidArgument` about `argument` when a whole name is not allowed as it is."""
    if not limit.shortest <= len(name) <= limit.longest:
        allowed = f"{limit.shortest} to {limit.longest}"
        taken = f", {limit.random} of them random" if limit.random else ""
        raise InvalidArgument(
            argument,
            f'{limit.kind} "{name}" has {len(name)} characters{taken}; allowed: {allowed} ({limit.source})',
        )
    if not re.fullmatch(limit.pattern, name, re.ASCII):
        raise InvalidArgument(
            argument, f'{limit.kind} "{name}" is not allowed; it must match {limit.pattern} ({limit.source})'
        )
