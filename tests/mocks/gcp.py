"""What Google Cloud computes, for the mock."""

from typing import Any


def repository(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """An Artifact Registry repository."""
    project, location, physical = (inputs[key] for key in ("project", "location", "repositoryId"))
    return {
        "id": f"projects/{project}/locations/{location}/repositories/{physical}",
        "name": physical,
        "registryUri": f"{location}-{inputs['format'].lower()}.pkg.dev/{project}/{physical}",
        "createTime": "2026-01-01T00:00:00Z",
    }


COMPUTED = {
    "gcp:artifactregistry/repository:Repository": repository,
    "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember": lambda name, inputs: {"etag": "opaque"},
    "gcp:projects/service:Service": lambda name, inputs: {"id": f"{inputs['project']}/{inputs['service']}"},
}
