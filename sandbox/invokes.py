"""Functions of the providers (`get…`) that the program may call."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.needs import Refused
from sandbox.rules.aws_types import ZONES
from sandbox.rules.gcp_types import AGENTS, BUCKET, LOG_BUCKET

Answer = Callable[[Mapping[str, str], Mapping[str, Any]], dict[str, Any]]


def _caller(identity: Mapping[str, str], _: Mapping[str, Any]) -> dict[str, Any]:
    """docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"""
    account = identity["account"]
    return {
        "accountId": account,
        "arn": f"arn:aws:iam::{account}:user/deployer",
        "userId": "AIDASANDBOX",
        "id": account,
    }


def _own_project(identity: Mapping[str, str], args: Mapping[str, Any]) -> str:
    """The project that is asked about; of others, the sandbox does not know who acts for them."""
    project = identity.get("project", "")
    if args.get("project") not in (None, project):
        text = f"the sandbox answers for the provider's own project {project!r} only"
        raise Refused(text, property="project", code="UNIMPLEMENTED")
    return project


def _storage_account(identity: Mapping[str, str], args: Mapping[str, Any]) -> dict[str, Any]:
    """cloud.google.com/storage/docs/json_api/v1/projects/serviceAccount/get"""
    project, email = _own_project(identity, args), AGENTS[BUCKET].format(number=identity["project_number"])
    return {"emailAddress": email, "member": f"serviceAccount:{email}", "project": project, "id": email}


def _log_settings(identity: Mapping[str, str], args: Mapping[str, Any]) -> dict[str, Any]:
    """cloud.google.com/logging/docs/reference/v2/rest/v2/projects/getCmekSettings"""
    project, email = (
        _own_project(identity, args),
        AGENTS[LOG_BUCKET].format(number=identity["project_number"]),
    )
    name = f"projects/{project}/cmekSettings"
    return {
        "serviceAccountId": email,
        "project": project,
        "kmsKeyVersionName": "",
        "name": name,
        "id": name,
    }


def _zones(identity: Mapping[str, str], args: Mapping[str, Any]) -> dict[str, Any]:
    """docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAvailabilityZones.html"""
    region = identity["region"]
    asked = {each["name"]: each["values"] for each in args.get("filters") or []}
    if asked.get("opt-in-status") != ["opt-in-not-required"]:
        text = "without opt-in-status, local zones come along, which hold no function"
        raise Refused(text, property="filters", rule="ec2-zones-asked")
    names = [f"{region}{zone}" for zone in reversed(ZONES)]
    return {"id": region, "names": names, "zoneIds": [], "groupNames": [region]}


ANSWERS: Mapping[str, Answer] = {
    "aws:index/getAvailabilityZones:getAvailabilityZones": _zones,
    "aws:index/getCallerIdentity:getCallerIdentity": _caller,
    "gcp:storage/getProjectServiceAccount:getProjectServiceAccount": _storage_account,
    "gcp:logging/getProjectCmekSettings:getProjectCmekSettings": _log_settings,
}


def answer(token: str, identity: Mapping[str, str], args: Mapping[str, Any]) -> dict[str, Any]:
    """What a function returns; raises `Refused` for one that has no facts."""
    if token not in ANSWERS:
        text = f"no facts for the function {token}: the sandbox does not answer it"
        raise Refused(text, code="UNIMPLEMENTED")
    return ANSWERS[token](identity, args)
