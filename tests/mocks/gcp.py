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


def in_network(kind: str) -> Callable[[str, dict[str, Any]], dict[str, Any]]:
    """A part of Compute Engine or Cloud DNS, named by itself: of a region where it has one."""

    def made(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
        physical = inputs.get("name", f"{name}-0a1b2c3")
        place = f"regions/{inputs['region']}/" if "region" in inputs else ""
        kept = "" if kind == "managedZones" else place or "global/"
        return {"id": f"projects/{inputs['project']}/{kept}{kind}/{physical}", "name": physical}

    return made


def record(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """What a zone holds for a name."""
    zone = f"projects/{inputs['project']}/managedZones/{inputs['managedZone']}"
    return {"id": f"{zone}/rrsets/{inputs['name']}/{inputs['type']}"}


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


NUMBER = "123456789012"


def ring(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """A ring of keys."""
    project, location, physical = (inputs[key] for key in ("project", "location", "name"))
    return {"id": f"projects/{project}/locations/{location}/keyRings/{physical}"}


def key(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """A key of a ring."""
    return {"id": f"{inputs['keyRing']}/cryptoKeys/{inputs['name']}"}


def agent(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """Who a service acts as in a project."""
    email = f"service-{NUMBER}@gcp-sa-{inputs['service'].partition('.')[0]}.iam.gserviceaccount.com"
    return {"email": email, "member": f"serviceAccount:{email}"}


def storage_agent(inputs: dict[str, Any]) -> dict[str, Any]:
    """Who Cloud Storage acts as in a project."""
    email = f"service-{NUMBER}@gs-project-accounts.iam.gserviceaccount.com"
    return {"emailAddress": email, "member": f"serviceAccount:{email}", "project": inputs["project"]}


def log_settings(inputs: dict[str, Any]) -> dict[str, Any]:
    """Who Cloud Logging acts as in a project."""
    return {"serviceAccountId": f"cmek-p{NUMBER}@gcp-sa-logging.iam.gserviceaccount.com"}


ANSWERS = {
    "gcp:storage/getProjectServiceAccount:getProjectServiceAccount": storage_agent,
    "gcp:logging/getProjectCmekSettings:getProjectCmekSettings": log_settings,
}

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
    "gcp:kms/keyRing:KeyRing": ring,
    "gcp:kms/cryptoKey:CryptoKey": key,
    "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": granted,
    "gcp:projects/serviceIdentity:ServiceIdentity": agent,
    "gcp:projects/iAMAuditConfig:IAMAuditConfig": granted,
    "gcp:compute/network:Network": in_network("networks"),
    "gcp:compute/subnetwork:Subnetwork": in_network("subnetworks"),
    "gcp:compute/firewall:Firewall": in_network("firewalls"),
    "gcp:compute/route:Route": in_network("routes"),
    "gcp:compute/router:Router": in_network("routers"),
    "gcp:compute/routerNat:RouterNat": in_network("nats"),
    "gcp:dns/managedZone:ManagedZone": in_network("managedZones"),
    "gcp:dns/recordSet:RecordSet": record,
    "gcp:projects/service:Service": lambda name, inputs: {"id": f"{inputs['project']}/{inputs['service']}"},
}
