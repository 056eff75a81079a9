"""AWS: functions in a VPC, what their roles need for it, and what must be there before.

Sources: docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html and configuration-vpc-internet.html;
github.com/aws/aws-parallelcluster/pull/6926 for the first function in a VPC;
github.com/terraform-aws-modules/terraform-aws-lambda/issues/310 for rights that go too early
"""

from collections.abc import Iterator

from sandbox.needs import Refused, Situation, rule
from sandbox.rules.aws_functions import FUNCTION
from sandbox.rules.aws_network import listed, lookup, table_of, ways_out
from sandbox.rules.aws_types import (
    DEFAULT_GROUP,
    ENDPOINT,
    GROUP,
    INTERNET,
    SUBNET,
    foreign,
    zone_of,
)
from sandbox.rules.documents import ROLE, ROLE_POLICY, Statement, parse, statements
from sandbox.world import Resource, World

_LOOK = ("ec2:describenetworkinterfaces", "ec2:describesubnets")
_MAKE = (
    "ec2:createnetworkinterface", "ec2:deletenetworkinterface", "ec2:assignprivateipaddresses",
    "ec2:unassignprivateipaddresses",
)  # fmt: skip
_SOURCES = ("aws:SourceAccount", "aws:SourceArn")
_CODE = "lambda:SourceFunctionArn"
_FEWEST_ZONES = 2
_FOREIGN = "somebody else's"

Found = Iterator[tuple[str, str]]


def _subnets(situation: Situation) -> list[str]:
    return [str(each) for each in situation.get("vpcConfig.subnetIds") or []]


def _vpc(world: World, subnet: str) -> object:
    found = world.get(SUBNET, subnet)
    return found.inputs.get("vpcId") if found else _FOREIGN


@rule("lambda-vpc", FUNCTION, on="create update")
def _place(situation: Situation) -> None:
    """Subnets and groups of one VPC."""
    if not situation.given("vpcConfig"):
        return
    for name in ("subnetIds", "securityGroupIds"):
        if not situation.get(f"vpcConfig.{name}"):
            text = "InvalidParameterValueException: subnetIds and securityGroupIds belong together"
            raise Refused(text, property=f"vpcConfig.{name}")
    for each in _subnets(situation):
        if not foreign(each):
            lookup(situation, SUBNET, each, "vpcConfig.subnetIds")
    vpcs = {_vpc(situation.world, each) for each in _subnets(situation)}
    for each in situation.get("vpcConfig.securityGroupIds"):
        group = lookup(situation, GROUP, each, "vpcConfig.securityGroupIds")
        vpc = group.inputs.get("vpcId")
        vpcs.add(_FOREIGN if foreign(vpc) else vpc)
    if len(vpcs) > 1:
        text = "InvalidParameterValueException: Security Groups and subnets must be in the same VPC"
        raise Refused(f"{text}, came {', '.join(map(str, vpcs))}", property="vpcConfig.securityGroupIds")


@rule("lambda-vpc-zones", FUNCTION, on="create update")
def _zones(situation: Situation) -> None:
    """Lambda takes one; then the function goes down with its zone."""
    zones = set()
    for each in _subnets(situation):
        found = situation.world.get(SUBNET, each)
        zones.add(found.inputs.get("availabilityZone") if found else zone_of(each))
    if situation.given("vpcConfig") and len(zones) < _FEWEST_ZONES:
        text = f"subnets in two zones at least, came {', '.join(map(str, zones))}"
        raise Refused(text, property="vpcConfig.subnetIds")


@rule("lambda-vpc-public", FUNCTION, on="create update")
def _public(situation: Situation) -> None:
    """A function has no public address, so an internet gateway sends nothing back to it."""
    for subnet in _subnets(situation):
        for route in ways_out(situation.world, subnet):
            if situation.world.get(INTERNET, str(route.inputs.get("gatewayId"))):
                text = f"{subnet} leads to an internet gateway, through which no function comes"
                raise Refused(text, property="vpcConfig.subnetIds")


@rule("lambda-vpc-rights", FUNCTION, on="create update")
def _rights(situation: Situation) -> None:
    """Lambda tries them as the role, before there is an interface to name."""
    if not situation.given("vpcConfig"):
        return
    name = str(situation.get("role")).rpartition("/")[2]
    here = f"arn:aws:ec2:{situation.identity.get('region')}:{situation.identity.get('account')}:*/*"
    missing = {*_LOOK, *_MAKE}
    for policy in _policies(situation.world, name):
        for each in parse(policy.inputs.get("policy"), "policy"):
            enough = {"*"} if _actions(each) & set(_LOOK) else {"*", here}
            if each.allows and _actions(each) & missing and enough & set(each.words("Resource")):
                situation.need(policy)
                missing -= _actions(each)
    if missing:
        text = "The provided execution role does not have permissions to call"
        raise Refused(
            f"InvalidParameterValueException: {text} {', '.join(sorted(missing))} on {here}",
            property="role",
            code="PERMISSION_DENIED",
        )


def _policies(world: World, role: str) -> list[Resource]:
    return [each for each in world.all(ROLE_POLICY) if each.inputs.get("role") == role]


def _actions(each: Statement) -> set[str]:
    return {action.lower() for action in each.words("Action")}


@rule("lambda-vpc-trust", FUNCTION, on="create update")
def _trust(situation: Situation) -> None:
    """While Lambda prepares a VPC that it was never in, it takes the role on without a source."""
    vpcs = {_vpc(situation.world, each) for each in _subnets(situation)}
    others = [each for each in situation.world.all(FUNCTION) if _inside(situation.world, each) & vpcs]
    role = situation.world.find(ROLE, arn=situation.get("role"))
    if not vpcs or others or role is None:
        return
    for each in parse(role.inputs.get("assumeRolePolicy"), "assumeRolePolicy"):
        for key in _SOURCES:
            for operator, _ in each.conditions(key):
                if not operator.endswith("IfExists"):
                    text = "The function's execution role doesn't have permission to perform this operation"
                    raise Refused(
                        f"AccessDeniedException: {text}: {key} is not sent for the first function in a VPC, "
                        f"and {operator} demands it",
                        property="role",
                        code="PERMISSION_DENIED",
                    )


def _inside(world: World, function: Resource) -> set[object]:
    return {_vpc(world, each) for each in listed(function, "vpcConfig.subnetIds")}


@rule("lambda-role-loose", FUNCTION, on="create update")
def _loose(situation: Situation) -> None:
    """Outside of a VPC Lambda always names the source, so nothing is to be let off."""
    role = situation.world.find(ROLE, arn=situation.get("role"))
    if situation.given("vpcConfig") or role is None:
        return
    for each in parse(role.inputs.get("assumeRolePolicy"), "assumeRolePolicy"):
        for operator, _ in each.conditions("aws:SourceArn"):
            if operator.endswith("IfExists"):
                text = (
                    f"{role.id} trusts by {operator}, which is for functions in a VPC: demand aws:SourceArn"
                )
                raise Refused(text, property="role")


@rule("lambda-vpc-reaches", FUNCTION, on="create update")
def _reaches(situation: Situation) -> None:
    """It starts at once: what it goes through is there, closed and open as it should be."""
    subnets = _subnets(situation)
    vpcs = {_vpc(situation.world, each) for each in subnets} - {_FOREIGN}
    for type_ in (ENDPOINT, DEFAULT_GROUP):
        for each in situation.world.all(type_):
            if each.inputs.get("vpcId") in vpcs:
                situation.need(each)
    for subnet in subnets if vpcs else ():
        joined = table_of(situation.world, subnet)
        table = str(joined.inputs.get("routeTableId")) if joined else "the main table"
        if joined is None or not _storage(situation.world, table):
            text = f"nothing leads from {subnet} to S3: no gateway endpoint is in {table}"
            raise Refused(text, property="vpcConfig.subnetIds", code="FAILED_PRECONDITION")
        situation.need(joined)
        for route in ways_out(situation.world, subnet):
            situation.need(route)


def _storage(world: World, table: str) -> bool:
    gateways = [each for each in world.all(ENDPOINT) if str(each.inputs.get("serviceName")).endswith(".s3")]
    return any(table in listed(each, "routeTableIds") for each in gateways)


@rule("lambda-interfaces-code", ROLE_POLICY)
def _code(situation: Situation) -> Found:
    """The rights are Lambda's: code that runs as the role could make interfaces with them, too."""
    document = statements(situation)
    for each in document:
        wanted = _actions(each) & set(_MAKE)
        if each.allows and wanted and not any(_spares(other, wanted) for other in document):
            yield (
                f"{each.path}.Action",
                f"{sorted(wanted)[0]} is for the function's code, too: refuse it where {_CODE} is sent",
            )


def _spares(each: Statement, wanted: set[str]) -> bool:
    conditions = list(each.conditions(_CODE))
    refuses = not each.allows and _actions(each) >= wanted and each.words("Resource") == ["*"]
    return refuses and conditions == [("Null", "false")]


@rule("lambda-interfaces-in-use", ROLE_POLICY, on="delete")
def _in_use(situation: Situation) -> None:
    """IAM deletes it, and Lambda can no longer give back the interfaces of the function."""
    actions = {action for each in statements(situation) if each.allows for action in _actions(each)}
    for each in situation.world.all(FUNCTION) if actions & set(_MAKE) else ():
        runs = str(each.inputs.get("role")).rpartition("/")[2] == situation.inputs.get("role")
        if runs and each.inputs.get("vpcConfig"):
            text = (
                f"{each.id} still runs in a VPC as {situation.inputs.get('role')}: delete the function first"
            )
            raise Refused(text, code="FAILED_PRECONDITION")
