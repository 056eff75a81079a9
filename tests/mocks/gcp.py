"""What Google Cloud computes, for the mock."""

from collections.abc import Callable
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


def bucket(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """A bucket of Cloud Storage."""
    return {"id": inputs["name"], "url": f"gs://{inputs['name']}"}


def account(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """A service account."""
    email = f"{inputs['accountId']}@{inputs['project']}.iam.gserviceaccount.com"
    path = f"projects/{inputs['project']}/serviceAccounts/{email}"
    return {"id": path, "name": path, "email": email, "member": f"serviceAccount:{email}"}


def log_bucket(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """A bucket of Cloud Logging."""
    project, location, physical = (inputs[key] for key in ("project", "location", "bucketId"))
    path = f"projects/{project}/locations/{location}/buckets/{physical}"
    return {"id": path, "name": path}


def of_project(kind: str) -> Callable[[str, dict[str, Any]], dict[str, Any]]:
    """A part of a project's logging, with a name as automatic naming makes it."""

    def made(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
        physical = inputs.get("name", f"{name}-0a1b2c3")
        return {"id": f"projects/{inputs['project']}/{kind}/{physical}", "name": physical}

    return made


def service(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """A Cloud Run service, which names its revision by the whole path."""
    project, location, physical = (inputs[key] for key in ("project", "location", "name"))
    path = f"projects/{project}/locations/{location}/services/{physical}"
    return {
        "id": path,
        "uri": f"https://{physical}-0a1b2c3d4e-ew.a.run.app",
        "latestReadyRevision": f"{path}/revisions/{inputs['template']['revision']}",
    }


def granted(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """A member of a policy."""
    return {"etag": "opaque"}


COMPUTED = {
    "gcp:artifactregistry/repository:Repository": repository,
    "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember": granted,
    "gcp:storage/bucket:Bucket": bucket,
    "gcp:storage/bucketIAMMember:BucketIAMMember": granted,
    "gcp:storage/managedFolder:ManagedFolder": lambda name, inputs: {},
    "gcp:storage/managedFolderIamMember:ManagedFolderIamMember": granted,
    "gcp:serviceaccount/account:Account": account,
    "gcp:logging/projectBucketConfig:ProjectBucketConfig": log_bucket,
    "gcp:logging/projectSink:ProjectSink": of_project("sinks"),
    "gcp:logging/projectExclusion:ProjectExclusion": of_project("exclusions"),
    "gcp:cloudrunv2/service:Service": service,
    "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": granted,
    "gcp:projects/service:Service": lambda name, inputs: {"id": f"{inputs['project']}/{inputs['service']}"},
}
