"""What AWS computes, for the mock."""

from typing import Any

ACCOUNT = "111111111111"
REGION = "eu-central-1"


def repository(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """An ECR repository, with a name as automatic naming makes it."""
    physical = inputs.get("name", f"{name}-0a1b2c3")
    return {
        "id": physical,
        "name": physical,
        "arn": f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/{physical}",
        "registryId": ACCOUNT,
        "repositoryUrl": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{physical}",
    }


COMPUTED = {
    "aws:ecr/repository:Repository": repository,
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": lambda name, inputs: {"id": inputs["repository"]},
    "aws:ecr/repositoryPolicy:RepositoryPolicy": lambda name, inputs: {"id": inputs["repository"]},
    "aws:iam/rolePolicy:RolePolicy": lambda name, inputs: {"id": f"{inputs['role']}:{name}-0a1b2c3"},
}
