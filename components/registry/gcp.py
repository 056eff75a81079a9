"""Container registry on Google Cloud: Artifact Registry."""

from collections.abc import Mapping
from typing import ClassVar

import pulumi
from pulumi_gcp import artifactregistry

from components.clouds.gcp import OnGcp, days, receiver
from components.core import naming
from components.core.digests import tag_of
from components.core.outputs import once
from components.core.principal import Principal
from components.key.contract import usable_by
from components.registry.contract import Registry, RegistryArgs, RegistryLinks

PULL = "roles/artifactregistry.reader"


class GcpRegistry(OnGcp, Registry):
    """One repository for all models; each model's images are a package in it."""

    MAKES: ClassVar[Mapping[str, str]] = {
        "gcp:artifactregistry/repository:Repository": "one: immutable tags, scanned, spares what runs",
        "random:index/randomString:RandomString": "the end of the repository's name",
    }
    GAPS: ClassVar[Mapping[str, str]] = {
        "keep_images": "an immutable tag cannot be deleted: only images without one go",
        "network": "a repository cannot say from where it answers: rights alone protect it, and VPC Service "
        "Controls, which are the organisation's",
        "untagged_days": "the newest `keep_images` of a model stay for longer even without a tag",
    }

    @classmethod
    def names(cls, name: str, args: RegistryArgs) -> tuple[naming.Name, ...]:
        return (naming.full(naming.ARTIFACT_REPOSITORY, args.context, name),)

    def _build(self, name: str, args: RegistryArgs, links: RegistryLinks) -> None:
        self.repository = artifactregistry.Repository(
            name,
            repository_id=self.unique(name, args, links.landing.region, encrypted=bool(links.key)),
            project=links.landing.home("registry"),
            location=links.landing.region,
            kms_key_name=usable_by(links.key, f"{name}-key", "registry"),
            format="DOCKER",
            docker_config=artifactregistry.RepositoryDockerConfigArgs(immutable_tags=True),
            cleanup_policies=_cleanup(args),
            cleanup_policy_dry_run=False,
            vulnerability_scanning_config=artifactregistry.RepositoryVulnerabilityScanningConfigArgs(
                enablement_config="INHERITED"
            ),
            labels=self.tags,
            opts=self.holding_data(args.protect),
        )
        self.url = self.repository.registry_uri
        self.repositories = {model: pulumi.Output.concat(self.url, "/", model) for model in args.models}
        self.made = dict.fromkeys(args.models, self.repository.create_time)

    def _grant_pull(self, name: str, principal: Principal) -> pulumi.Output[str]:
        member = artifactregistry.RepositoryIamMember(
            name,
            project=self.repository.project,
            location=self.repository.location,
            repository=self.repository.name,
            role=PULL,
            member=receiver(principal),
            opts=self.child,
        )
        return once(self.url, member.member)


def _cleanup(args: RegistryArgs) -> list[artifactregistry.RepositoryCleanupPolicyArgs]:
    """What is deleted and what is kept; a version that both match is kept.

    One policy for all models, because a repository takes ten at most. Source:
    cloud.google.com/artifact-registry/docs/repositories/cleanup-policy-overview
    """
    policies = [
        artifactregistry.RepositoryCleanupPolicyArgs(
            id="keep-recent",
            action="KEEP",
            most_recent_versions=artifactregistry.RepositoryCleanupPolicyMostRecentVersionsArgs(
                keep_count=args.keep_images
            ),
        ),
        # Of what is old enough, only images without a tag go: an immutable tag cannot be deleted.
        artifactregistry.RepositoryCleanupPolicyArgs(
            id="delete-old",
            action="DELETE",
            condition=artifactregistry.RepositoryCleanupPolicyConditionArgs(
                tag_state="ANY", older_than=days(args.untagged_days)
            ),
        ),
    ]
    if args.in_use:
        runs = artifactregistry.RepositoryCleanupPolicyConditionArgs(
            tag_state="TAGGED", tag_prefixes=sorted({tag_of(digest) for digest in args.in_use.values()})
        )
        policies.insert(
            0, artifactregistry.RepositoryCleanupPolicyArgs(id="keep-in-use", action="KEEP", condition=runs)
        )
    return policies
