"""Container registry on AWS: Elastic Container Registry."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar

import pulumi
from pulumi_aws import ecr, iam

from components.clouds.aws import OnAws, receiver
from components.clouds.aws_policies import document
from components.core import naming
from components.core.digests import tag_of
from components.core.outputs import once
from components.core.principal import Principal
from components.key.contract import usable_by
from components.network.aws_perimeter import from_outside
from components.registry.contract import Registry, RegistryArgs, RegistryLinks

PULL = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
# All that reads, writes or deletes images; what manages the repository stays with whoever deploys:
# docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
_IMAGES = [
    *PULL,
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchDeleteImage",
    "ecr:CompleteLayerUpload",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
]


class AwsRegistry(OnAws, Registry):
    """One repository per model, because policies and expiry belong to a repository there."""

    MAKES: ClassVar[Mapping[str, str]] = {
        "aws:ecr/repository:Repository": "one per model: immutable tags, scan on push, AES-256 or the key",
        "aws:ecr/lifecyclePolicy:LifecyclePolicy": "one per model: spares what runs, expires the rest",
        "aws:ecr/repositoryPolicy:RepositoryPolicy": "one per model: only its functions may pull; with a "
        "network, nobody from outside of it",
    }
    GAPS: ClassVar[Mapping[str, str]] = {
        "network": "the address of a layer, once somebody who may pull was given it, is good from everywhere "
        "for as long as ECR signed it"
    }

    @classmethod
    def names(cls, name: str, args: RegistryArgs) -> tuple[naming.Name, ...]:
        return tuple(naming.Name(naming.ECR_REPOSITORY, (name, model)) for model in args.models)

    def _build(self, name: str, args: RegistryArgs, links: RegistryLinks) -> None:
        self.repository: dict[str, ecr.Repository] = {}
        closed = from_outside(links.network, links.landing) if links.network else None
        encryption = _encryption(usable_by(links.key, f"{name}-key", "registry"))
        self.repositories = {
            model: self._model(f"{name}-{model}", model, args, encryption, closed) for model in args.models
        }
        self.url = self.repository[args.models[0]].repository_url.apply(lambda url: url.split("/")[0])
        # A repository that is made anew has another automatic name, which tells them apart.
        self.made = {model: repository.arn for model, repository in self.repository.items()}

    def _model(
        self,
        name: str,
        model: str,
        args: RegistryArgs,
        encryption: ecr.RepositoryEncryptionConfigurationArgs,
        closed: Mapping[str, Any] | None,
    ) -> pulumi.Output[str]:
        """Everything of one model; the full name of its repository once the policies are in place."""
        repository = ecr.Repository(
            name,
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration=ecr.RepositoryImageScanningConfigurationArgs(scan_on_push=True),
            encryption_configurations=[encryption],
            force_delete=not args.protect,
            tags=self.tags_with(model),
            opts=self.holding_data(args.protect),
        )
        expiry = ecr.LifecyclePolicy(
            f"{name}-expiry",
            repository=repository.name,
            policy=_expiry(args.in_use.get(model), args.untagged_days, args.keep_images),
            opts=self.child,
        )
        access = ecr.RepositoryPolicy(
            f"{name}-functions",
            repository=repository.name,
            policy=document(_functions_may_pull(repository, model), *_only_from_inside(closed)),
            opts=self.child,
        )
        self.repository[model] = repository
        # `repository` rather than `id` of the policies: it is known in a preview.
        return once(repository.repository_url, expiry.repository, access.repository)

    def _grant_pull(self, name: str, principal: Principal) -> pulumi.Output[str]:
        policy = iam.RolePolicy(
            name,
            role=receiver(principal),
            policy=document(
                {
                    "Effect": "Allow",
                    "Action": PULL,
                    "Resource": [each.arn for each in self.repository.values()],
                },
                # The one action of ECR without an ARN to name:
                # docs.aws.amazon.com/service-authorization/latest/reference/, Amazon ECR
                {"Effect": "Allow", "Action": ["ecr:GetAuthorizationToken"], "Resource": "*"},
            ),
            opts=self.child,
        )
        return once(self.url, policy.role)


def _encryption(key: pulumi.Output[str] | None) -> ecr.RepositoryEncryptionConfigurationArgs:
    """Chosen for ever: another key is another repository."""
    if key is None:
        return ecr.RepositoryEncryptionConfigurationArgs(encryption_type="AES256")
    return ecr.RepositoryEncryptionConfigurationArgs(encryption_type="KMS", kms_key=key)


def _expiry(in_use: str | None, untagged_days: int, keep_images: int) -> str:
    """What expires, as text, most important rule first.

    An image that matches a rule is never expired by a later one, so the image that runs comes first: its tag
    is on one image only, and one image is not "more than one". Source:
    docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html#lifecycle-policy-howitworks
    """
    selections: list[dict[str, object]] = [
        {
            "tagStatus": "untagged",
            "countType": "sinceImagePushed",
            "countUnit": "days",
            "countNumber": untagged_days,
        },
        {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": keep_images},
    ]
    if in_use:
        runs = {"tagStatus": "tagged", "tagPrefixList": [tag_of(in_use)]}
        selections.insert(0, {**runs, "countType": "imageCountMoreThan", "countNumber": 1})
    rules = [
        {"rulePriority": priority, "selection": selection, "action": {"type": "expire"}}
        for priority, selection in enumerate(selections, start=1)
    ]
    return json.dumps({"rules": rules})


def _functions_may_pull(repository: ecr.Repository, model: str) -> Mapping[str, object]:
    """Lets Lambda fetch the image, for functions of this account, region and model only."""

    def functions(arn: str) -> str:
        _, partition, _, region, account, _ = arn.split(":", 5)
        # Exactly the seven of automatic naming: `height-*` would let the functions of `height-2` in, too.
        return f"arn:{partition}:lambda:{region}:{account}:function:{model}-{'?' * naming.AUTO_RANDOM}"

    return {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": PULL,
        "Condition": {
            # The ARN alone is documented here (repost.aws/knowledge-center/lambda-ecr-image);
            # it holds the account, which is demanded where it is sent by itself.
            "StringEqualsIfExists": {"aws:SourceAccount": repository.registry_id},
            "ArnLike": {"aws:SourceArn": repository.arn.apply(functions)},
        },
    }


def _only_from_inside(closed: Mapping[str, Any] | None) -> list[Mapping[str, object]]:
    """Refuses images to everybody outside, whatever rights they have; Lambda itself is a service of AWS."""
    if closed is None:
        return []
    return [{"Effect": "Deny", "Principal": "*", "Action": _IMAGES, "Condition": closed}]
