"""What of AWS the public internet reaches."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.audit import Resource, State, listed, of
from tests.audit.addresses import everybody
from tests.audit.policy import Statement, lets_everybody, outside, parsed, refuses

_BLOCKS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
_OBJECTS = (
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:GetObjectAcl",
    "s3:PutObjectAcl",
)
_IMAGES = (
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
    "ecr:BatchCheckLayerAvailability",
    "ecr:InitiateLayerUpload",
    "ecr:UploadLayerPart",
    "ecr:CompleteLayerUpload",
    "ecr:PutImage",
    "ecr:BatchDeleteImage",
)
_ONE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:(role|user)/[^*?]+")
_OWN_SOURCE = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:\d{12}:.+")
_OWNERS = {"aws:principalaccount", "aws:principalorgid"}


def function_url(_: Resource, __: State) -> str:
    """Always."""
    return "a function URL is an address on the internet"


def permission(resource: Resource, _: State) -> str | None:
    """One role or user by name, or a service for a source of a known account."""
    inputs = resource["inputs"]
    who = str(inputs.get("principal"))
    if inputs.get("functionUrlAuthType") == "NONE" or "*" in who:
        return "everybody may call"
    if _ONE.fullmatch(who):
        return None
    if who.endswith(".amazonaws.com"):
        return None if _sourced(inputs) else f"{who} may call, whoever it works for"
    return f"all of {who} may call"


def _sourced(inputs: Mapping[str, Any]) -> bool:
    account, source = str(inputs.get("sourceAccount")), str(inputs.get("sourceArn"))
    return bool(re.fullmatch(r"\d{12}", account) or _OWN_SOURCE.fullmatch(source))


def bucket(resource: Resource, state: State) -> str | None:
    """Blocked for the public, and refused to every address outside."""
    name = resource["inputs"].get("bucket")
    blocks = list(_about(state, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "bucket", name))
    if not blocks or not all(block.get(key) is True for block in blocks for key in _BLOCKS):
        return "can be made public"
    policies = _about(state, "aws:s3/bucketPolicy:BucketPolicy", "bucket", name)
    own = [each.get("policy") for each in policies]
    if not _closed(own, _OBJECTS, f"arn:aws:s3:::{name}/", state):
        return "objects are given and taken from everywhere"
    return None


def ecr(resource: Resource, state: State) -> str | None:
    """Refused to every address outside."""
    name = resource["inputs"].get("name")
    policies = _about(state, "aws:ecr/repositoryPolicy:RepositoryPolicy", "repository", name)
    if not _closed([each.get("policy") for each in policies], _IMAGES, None, state):
        return "images are given and taken from everywhere"
    return None


def _about(state: State, type_: str, key: str, name: Any) -> Iterator[Mapping[str, Any]]:
    """The inputs of what is said about a resource; nothing about one without a name."""
    return (each["inputs"] for each in of(state, type_) if name and each["inputs"].get(key) == name)


def _closed(policies: list[Any], actions: tuple[str, ...], objects: str | None, state: State) -> bool:
    """Of two policies the last one counts, and nobody knows which one that is."""
    requests = outside(state)
    return bool(policies) and all(
        refuses(each, actions, objects, requests) and not list(lets_everybody(each)) for each in policies
    )


def key(resource: Resource, _: State) -> str | None:
    """Nobody but whom its policy names."""
    policy = resource["inputs"].get("policy")
    return "everybody may use it" if not parsed(policy) or list(lets_everybody(policy)) else None


def endpoint(resource: Resource, _: State) -> str | None:
    """A way out of the network: only for people of one account, or only to what is named."""
    policy = resource["inputs"].get("policy")
    if not parsed(policy) or any(map(_to_anything, lets_everybody(policy))):
        return "takes anybody to anything"
    return None


def _to_anything(statement: Statement) -> bool:
    conditions = statement.get("Condition")
    exact = conditions.get("StringEquals") if isinstance(conditions, Mapping) else None
    known = {str(each).lower() for each in exact} if isinstance(exact, Mapping) else set()
    resources = listed(statement.get("Resource")) or ["*"]
    return not known & _OWNERS and any(str(each).rpartition(":")[2][:1] in "*?" for each in resources)


def subnet(resource: Resource, _: State) -> str | None:
    """What starts here has no public address."""
    inputs = resource["inputs"]
    if inputs.get("mapPublicIpOnLaunch") is not False or inputs.get("assignIpv6AddressOnCreation"):
        return "gives public addresses"
    return None


def group(resource: Resource, _: State) -> str | None:
    """A prefix list holds ranges that a state does not show."""
    rules = resource["inputs"].get("ingress")
    if rules is None:
        return "nobody says whom it lets in"
    for each in listed(rules):
        if listed(each.get("prefixListIds")):
            return "lets in a list that nobody sees"
        if any(map(everybody, [*listed(each.get("cidrBlocks")), *listed(each.get("ipv6CidrBlocks"))])):
            return "lets in everybody"
    return None
