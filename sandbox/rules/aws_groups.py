"""AWS: security groups, endpoints of a VPC and its flow logs.

Sources: docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html and flow-logs-iam-role.html;
docs.aws.amazon.com/vpc/latest/privatelink/, create-interface-endpoint.html, gateway-endpoints.html and
vpc-endpoints-access.html
"""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.needs import Refused, Situation, rule
from sandbox.rules.aws_functions import LOG_GROUP
from sandbox.rules.aws_network import EVERYWHERE, lookup
from sandbox.rules.aws_types import DEFAULT_GROUP, ENDPOINT, FLOW_LOG, GROUP, SUBNET, TABLE, VPC
from sandbox.rules.documents import ROLE, ROLE_POLICY, Statement, parse, wide
from sandbox.world import Resource

_HTTPS = 443
_GATEWAYS = ("s3", "dynamodb")
_SERVICES = (
    *_GATEWAYS, "ecr.api", "ecr.dkr", "eks", "eks-auth", "ec2", "kms", "lambda", "logs", "monitoring",
    "secretsmanager", "sqs", "ssm", "sts",
)  # fmt: skip
_ONE = (
    "vpcId",
    "subnetId",
    "eniId",
    "transitGatewayId",
    "transitGatewayAttachmentId",
    "regionalNatGatewayId",
)
_FLOWS = ("Service", "vpc-flow-logs.amazonaws.com")
_WRITE = {"logs:createlogstream", "logs:putlogevents"}

Found = Iterator[tuple[str, str]]


def _rules(inputs: Mapping[str, Any], side: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for at, each in enumerate(inputs.get(side) or []):
        if isinstance(each, Mapping):
            yield f"{side}[{at}]", each


def _where(each: Mapping[str, Any]) -> list[str]:
    return [*(each.get("cidrBlocks") or []), *(each.get("ipv6CidrBlocks") or [])]


@rule("ec2-group-open", GROUP)
def _group_open(situation: Situation) -> Found:
    """EC2 takes all of it."""
    for path, each in _rules(situation.inputs, "ingress"):
        if set(_where(each)) & set(EVERYWHERE):
            yield f"{path}.cidrBlocks", "lets the whole internet in: name who comes"
    for side in ("ingress", "egress"):
        for path, each in _rules(situation.inputs, side):
            if str(each.get("protocol")) in ("-1", "all"):
                yield f"{path}.protocol", "means every protocol and port: name one"
        if not situation.given(side):
            yield side, "left out, it is not looked at again: give [] where nothing may pass"


@rule("ec2-group-rules", GROUP, on="create update")
def _group_rules(situation: Situation) -> None:
    """What a rule names exists."""
    for side in ("ingress", "egress"):
        for path, each in _rules(situation.inputs, side):
            _named(situation, path, each)
            low, high = int(each.get("fromPort", 0)), int(each.get("toPort", 0))
            if low > high:
                raise Refused(f"InvalidParameterValue: {low} to {high}", property=f"{path}.fromPort")


def _named(situation: Situation, path: str, each: Mapping[str, Any]) -> None:
    lists, groups = each.get("prefixListIds") or [], each.get("securityGroups") or []
    if not (_where(each) or lists or groups or each.get("self")):
        raise Refused("names nobody: a range, a prefix list or a group", property=path)
    for listing in lists:
        found = situation.world.find(ENDPOINT, prefixListId=listing)
        text = f"InvalidPrefixListID.NotFound: The prefix list ID {listing!r} does not exist"
        situation.require(found, f"{path}.prefixListIds", text)
    for group in groups:
        lookup(situation, GROUP, group, f"{path}.securityGroups")


@rule("ec2-group-names", GROUP, on="create")
def _group_names(situation: Situation) -> None:
    for each in situation.world.all(GROUP):
        if (each.inputs.get("vpcId"), each.inputs.get("name")) == (
            situation.get("vpcId"),
            situation.get("name"),
        ):
            text = f"InvalidGroup.Duplicate: The security group {situation.get('name')!r} already exists"
            raise Refused(text, property="name", code="ALREADY_EXISTS")


@rule("ec2-default-closed", DEFAULT_GROUP)
def _default_closed(situation: Situation) -> Found:
    """Whatever names no group gets this one."""
    for side in ("ingress", "egress"):
        if situation.knows(side) and situation.inputs.get(side) != []:
            yield side, "must be []: what names no security group gets this one"


@rule("endpoint-service", ENDPOINT)
def _service(situation: Situation) -> Found:
    name = situation.get("serviceName")
    start = f"com.amazonaws.{situation.identity.get('region')}."
    if name is not None and (not name.startswith(start) or name.removeprefix(start) not in _SERVICES):
        text = f"InvalidServiceName: The Vpc Endpoint Service {name!r} does not exist"
        yield "serviceName", f"{text}; one looks like {start}logs"


def _of(situation: Situation) -> str:
    return str(situation.get("serviceName")).split(".", 3)[-1]


@rule("endpoint-kind", ENDPOINT)
def _kind(situation: Situation) -> Found:
    """The kind that is not named is a gateway."""
    gateway = situation.get("vpcEndpointType", "Gateway") == "Gateway"
    if gateway and situation.get("serviceName") and _of(situation) not in _GATEWAYS:
        text = f"InvalidParameter: {_of(situation)} is not available as Gateway, the default"
        yield "vpcEndpointType", f"{text}; must be Interface"
    wrong = ("subnetIds", "securityGroupIds", "privateDnsEnabled") if gateway else ("routeTableIds",)
    for name in wrong:
        if situation.inputs.get(name):
            yield name, f"InvalidParameter: is not for a {situation.get('vpcEndpointType', 'Gateway')}"


@rule("endpoint-names", ENDPOINT, on="create update")
def _names(situation: Situation) -> None:
    """Without private names, everybody goes on to the public addresses of the service."""
    if situation.get("vpcEndpointType") != "Interface":
        return
    if situation.get("privateDnsEnabled") is not True:
        text = "must be true: the service's name would go on leading to the internet"
        raise Refused(text, property="privateDnsEnabled")
    vpc = situation.world.get(VPC, str(situation.get("vpcId")))
    for name, default in (("enableDnsSupport", True), ("enableDnsHostnames", False)):
        if vpc and not vpc.inputs.get(name, default):
            text = f"InvalidParameter: Enabling private DNS requires {name} of {vpc.id} to be true"
            raise Refused(text, property="privateDnsEnabled", code="FAILED_PRECONDITION")
    for each in situation.world.all(ENDPOINT):
        same = all(each.inputs.get(name) == situation.get(name) for name in ("vpcId", "serviceName"))
        if same and each.urn != situation.urn:
            text = f"InvalidParameter: private-dns-enabled cannot be set: {each.id} has the same names"
            raise Refused(text, property="privateDnsEnabled", code="ALREADY_EXISTS")


@rule("endpoint-places", ENDPOINT, on="create update")
def _places(situation: Situation) -> None:
    """Tables or subnets of its own VPC; of these, one in each zone."""
    if situation.get("vpcEndpointType", "Gateway") == "Gateway":
        for table in _own(situation, "routeTableIds", TABLE):
            situation.need(table)
        return
    zones: dict[object, str] = {}
    for subnet in _own(situation, "subnetIds", SUBNET):
        zone = subnet.inputs.get("availabilityZone")
        if zone in zones:
            text = f"DuplicateSubnetsInSameZone: {subnet.id} and {zones[zone]} are both in {zone}"
            raise Refused(text, property="subnetIds")
        zones[zone] = subnet.id


def _own(situation: Situation, name: str, type_: str) -> list[Resource]:
    """What a list names, all in the endpoint's VPC."""
    found = [lookup(situation, type_, each, name) for each in situation.inputs.get(name) or []]
    if not found:
        raise Refused("is needed: nothing would lead to the endpoint", property=name)
    for each in found:
        if each.inputs.get("vpcId") != situation.get("vpcId"):
            text = f"InvalidParameter: {each.id} belongs to another VPC than {situation.get('vpcId')}"
            raise Refused(text, property=name)
    return found


@rule("endpoint-closed", ENDPOINT, on="create update")
def _closed(situation: Situation) -> None:
    """Its groups let in HTTPS from the VPC; without one, it has the default group, which lets in nothing."""
    if situation.get("vpcEndpointType") != "Interface":
        return
    vpc = situation.world.get(VPC, str(situation.get("vpcId")))
    for group in _own(situation, "securityGroupIds", GROUP):
        for _, each in _rules(group.inputs, "ingress"):
            if vpc and _lets(each, str(vpc.inputs.get("cidrBlock"))):
                return
    text = f"no group lets HTTPS in from {vpc.inputs.get('cidrBlock') if vpc else 'the VPC'}"
    raise Refused(text, property="securityGroupIds", code="FAILED_PRECONDITION")


def _lets(each: Mapping[str, Any], whole: str) -> bool:
    inner = ipaddress.IPv4Network(whole)
    ranges = [ipaddress.IPv4Network(text) for text in each.get("cidrBlocks") or []]
    ports = int(each.get("fromPort", 0)) <= _HTTPS <= int(each.get("toPort", 0))
    return ports and any(inner.subnet_of(outer) for outer in ranges)


@rule("endpoint-policy", ENDPOINT)
def _policy(situation: Situation) -> Found:
    """The default lets data through to every account that has the keys for it."""
    if not situation.given("policy"):
        yield "policy", "without one, everybody's keys work through it: say whose"
    account = situation.identity.get("account")
    for each in parse(situation.get("policy"), "policy"):
        own = [
            value for operator, value in each.conditions("aws:PrincipalAccount") if operator == "StringEquals"
        ]
        if each.allows and own != [account] and any(map(wide, each.words("Resource"))):
            yield (
                f"{each.path}.Condition",
                f"aws:PrincipalAccount must equal {account}: others carry data out",
            )


@rule("flow-log-target", FLOW_LOG)
def _flow_target(situation: Situation) -> Found:
    given = [name for name in _ONE if situation.given(name)]
    if len(given) != 1:
        yield "vpcId", f"exactly one of {', '.join(_ONE)}, came {', '.join(given) or 'none'}"
    if not situation.given("trafficType"):
        yield "trafficType", "is required for a VPC"
    if situation.get("logDestinationType", "cloud-watch-logs") == "cloud-watch-logs":
        for name in ("logDestination", "iamRoleArn"):
            if not situation.given(name):
                yield name, "is needed for CloudWatch Logs"


@rule("flow-log-once", FLOW_LOG, on="create")
def _flow_once(situation: Situation) -> None:
    for each in situation.world.all(FLOW_LOG):
        names = ("vpcId", "logDestination", "trafficType")
        if all(each.inputs.get(name) == situation.get(name) for name in names):
            text = f"FlowLogAlreadyExists: {each.id} has the same configuration"
            raise Refused(text, property="vpcId", code="ALREADY_EXISTS")


@rule("flow-log-role", FLOW_LOG, on="create")
def _flow_role(situation: Situation) -> None:
    """EC2 asks for the role only; without rights no record ever comes, and nobody is told."""
    group = situation.world.find(LOG_GROUP, arn=situation.get("logDestination"))
    text = f"LogDestinationNotFound: {situation.get('logDestination')!r} does not exist"
    group = situation.require(group, "logDestination", text)
    role = situation.world.find(ROLE, arn=situation.get("iamRoleArn"))
    trusted = parse(role.inputs.get("assumeRolePolicy"), "assumeRolePolicy") if role else []
    if role is None or not any(each.allows and _FLOWS in each.principals for each in trusted):
        text = f"InvalidParameter: vpc-flow-logs.amazonaws.com cannot assume {situation.get('iamRoleArn')!r}"
        raise Refused(text, property="iamRoleArn", code="PERMISSION_DENIED")
    situation.need(role)
    for policy in situation.world.all(ROLE_POLICY):
        document = parse(policy.inputs.get("policy"), "policy")
        if policy.inputs.get("role") == role.id and any(_writes(each, group) for each in document):
            situation.need(policy)
            return
    text = f"Access error: {role.id} may not write into {group.id} (logs:CreateLogStream, logs:PutLogEvents)"
    raise Refused(text, property="iamRoleArn", code="PERMISSION_DENIED")


def _writes(each: Statement, group: Resource) -> bool:
    actions = {action.lower() for action in each.words("Action")}
    return each.allows and actions >= _WRITE and f"{group.outputs['arn']}:*" in each.words("Resource")
