"""Networks on AWS: what must be there before, and what nobody should ask for."""

# ruff: noqa: E501 - a row of a table is one line

import json
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.needs import Refused
from sandbox.rules import aws_types as t
from sandbox.rules.aws_functions import LOG_GROUP
from tests.sandbox.playing import ROLE, ROLE_POLICY, Stage, off, policy
from tests.sandbox.playing_aws_network import FLOWS, Net

Stages = Callable[..., Stage]
HTTPS = {"protocol": "tcp", "fromPort": 443, "toPort": 443}


@pytest.fixture
def net(stage: Stages) -> Net:
    return Net(stage("aws"))


def _other_table(net: Net) -> None:
    net.vpc("other")
    net.subnet("one")
    net.table("away", "other")
    net.join("wrong", "one", "away")


def _two_tables(net: Net) -> None:
    net.subnet("one")
    net.table("first")
    net.table("second")
    net.join("a", "one", "first")
    net.join("b", "one", "second")


def _foreign_gateway(net: Net) -> None:
    net.vpc("other")
    net.table("out")
    net.route("way", "out", gatewayId=net.internet("away", "other"))


def _two_ways(net: Net) -> None:
    net.table("out")
    door = net.internet()
    net.route("way", "out", gatewayId=door)
    net.route("again", "out", gatewayId=door)


def _two_gateways(net: Net) -> None:
    net.internet("first")
    net.internet("second")


def _one_address_twice(net: Net) -> None:
    net.public()
    net.nat("one")
    net.nat("two")


def _private_nat(net: Net) -> None:
    net.subnet("public")
    net.internet()
    net.nat()


def _same_names(net: Net) -> None:
    net.subnet("one")
    here = {"subnetIds": [net.ids["one"]], "securityGroupIds": [_open(net)]}
    net.endpoint("first", **here)
    net.endpoint("second", **here)


def _open(net: Net) -> str:
    return net.group("open", ingress=[{**HTTPS, "cidrBlocks": ["10.20.0.0/18"]}])


def _other_subnet(net: Net) -> None:
    net.vpc("other")
    net.subnet("one", vpc="other")
    net.endpoint("it", subnetIds=[net.ids["one"]], securityGroupIds=[_open(net)])


def _no_subnets(net: Net) -> None:
    net.endpoint("it", securityGroupIds=[_open(net)])


def _no_group(net: Net) -> None:
    net.subnet("one")
    net.endpoint("it", subnetIds=[net.ids["one"]])


def _same_group(net: Net) -> None:
    net.group("one", name="functions")
    net.group("two", name="functions")


def _no_vpc(net: Net) -> None:
    net.cloud.make(t.TABLE, "it", vpcId="vpc-00000000")


def _default_vpc(net: Net) -> None:
    net.cloud.make(t.GROUP, "it", ingress=[], egress=[])


def _flows(net: Net, *rights: str, trust: dict[str, Any] = FLOWS) -> None:
    group = net.cloud.make(LOG_GROUP, "network-logs", name="network-logs")
    role = net.cloud.make(ROLE, "flows", name="flows", assumeRolePolicy=policy(trust))
    allowed = {"Effect": "Allow", "Action": list(rights), "Resource": f"{group['arn']}:*"}
    net.cloud.make(ROLE_POLICY, "flows", name="flows", role="flows", policy=policy(allowed))
    _flow(net, "flows", group["arn"], role["arn"])


def _flow(net: Net, name: str, group: str, role: str) -> None:
    net.make(t.FLOW_LOG, name, vpcId=net.ids["vpc"], trafficType="ALL", logDestination=group, iamRoleArn=role)


WRITE = ("logs:CreateLogStream", "logs:PutLogEvents")


def _flows_unread(net: Net) -> None:
    _flows(net, WRITE[0])


def _flows_untrusted(net: Net) -> None:
    _flows(net, *WRITE, trust={**FLOWS, "Principal": {"Service": "lambda.amazonaws.com"}})


def _flows_twice(net: Net) -> None:
    _flows(net, *WRITE)
    first = net.cloud.there(t.FLOW_LOG, net.ids["flows"])
    _flow(net, "again", first.inputs["logDestination"], first.inputs["iamRoleArn"])


NEEDS: dict[str, tuple[str, Callable[[Net], None], str]] = {
    "VPC that is not there": ("ec2-vpc-exists", _no_vpc, "vpcId: InvalidVpcID.NotFound"),
    "no VPC": ("ec2-vpc-exists", _default_vpc, "vpcId: without one it would belong to the default VPC"),
    "table of another VPC": ("ec2-association", _other_table, "routeTableId: InvalidParameterValue"),
    "two tables": ("ec2-association", _two_tables, "subnetId: Resource.AlreadyAssociated"),
    "gateway of another VPC": ("ec2-route-target", _foreign_gateway, "gatewayId: InvalidParameterValue"),
    "two gateways": ("ec2-one-gateway", _two_gateways, "vpcId: Resource.AlreadyAssociated"),
    "one address twice": ("ec2-nat-address", _one_address_twice, "allocationId: Resource.AlreadyAssociated"),
    "gateway inside": ("ec2-nat-way-out", _private_nat, "subnetId: Gateway.NotAttached"),
    "same names": ("endpoint-names", _same_names, "privateDnsEnabled: InvalidParameter: private-dns-enabled"),
    "subnet of another VPC": ("endpoint-places", _other_subnet, "subnetIds: InvalidParameter"),
    "no subnets": ("endpoint-places", _no_subnets, "subnetIds: is needed"),
    "no group": ("endpoint-closed", _no_group, "securityGroupIds: is needed"),
    "same group": ("ec2-group-names", _same_group, "name: InvalidGroup.Duplicate"),
    "flows that are never written": ("flow-log-role", _flows_unread, "iamRoleArn: Access error"),
    "flows twice": ("flow-log-once", _flows_twice, "vpcId: FlowLogAlreadyExists"),
}


@pytest.mark.parametrize(("rule", "made", "says"), NEEDS.values(), ids=NEEDS)
def test_what_must_be_there_is_asked_for(
    rule: str, made: Callable[[Net], None], says: str, net: Net, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Refused) as refused:
        made(net)
    assert says in str(refused.value)
    assert refused.value.rule == rule
    again = Net(Stage("aws", net.cloud.provider.sandbox / "again"))
    off(monkeypatch, rule)
    made(again)


def test_two_routes_to_one_place_are_refused(net: Net) -> None:
    with pytest.raises(Refused, match="RouteAlreadyExists"):
        _two_ways(net)


def test_flow_logs_need_a_role_of_their_own_service(net: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    off(monkeypatch, "lambda-role-source")
    with pytest.raises(Refused, match=r"vpc-flow-logs\.amazonaws\.com cannot assume"):
        _flows_untrusted(net)


CHECKS: list[tuple[str, str, dict[str, Any], str]] = [
    ("ec2-dns", t.VPC, {"cidrBlock": "10.0.0.0/16", "enableDnsSupport": False, "enableDnsHostnames": True}, "enableDnsHostnames: needs enableDnsSupport"),
    ("ec2-range", t.VPC, {"cidrBlock": "10.0.0.0/29"}, "cidrBlock: InvalidVpc.Range"),
    ("ec2-range", t.VPC, {"cidrBlock": "10.0.0.1/16"}, "cidrBlock: must be a range"),
    ("ec2-range", t.VPC, {}, "cidrBlock: must be a range"),
    ("ec2-subnet-zone", t.SUBNET, {"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/24"}, "availabilityZone: is needed"),
    ("ec2-inline-routes", t.TABLE, {"vpcId": "vpc-1", "routes": [{"cidrBlock": "0.0.0.0/0"}]}, "routes: fight with"),
    ("ec2-route-one", t.ROUTE, {"routeTableId": "rtb-1", "gatewayId": "igw-1"}, "destinationCidrBlock: exactly one"),
    ("ec2-route-one", t.ROUTE, {"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0"}, "gatewayId: exactly one"),
    ("ec2-group-open", t.GROUP, {"vpcId": "vpc-1"}, "ingress: left out"),
    ("endpoint-kind", t.ENDPOINT, {"vpcId": "vpc-1", "serviceName": "com.amazonaws.eu-central-1.s3", "subnetIds": ["a"], "policy": "{}"}, "subnetIds: InvalidParameter"),
    ("endpoint-kind", t.ENDPOINT, {"vpcId": "vpc-1", "serviceName": "com.amazonaws.eu-central-1.sts", "vpcEndpointType": "Interface", "routeTableIds": ["a"], "policy": "{}"}, "routeTableIds: InvalidParameter"),
    ("endpoint-service", t.ENDPOINT, {"vpcId": "vpc-1", "serviceName": "com.amazonaws.us-east-1.s3", "policy": "{}"}, "serviceName: InvalidServiceName"),
    ("flow-log-target", t.FLOW_LOG, {"trafficType": "ALL", "logDestination": "a", "iamRoleArn": "b"}, "vpcId: exactly one"),
    ("flow-log-target", t.FLOW_LOG, {"vpcId": "vpc-1", "logDestination": "a", "iamRoleArn": "b"}, "trafficType: is required"),
    ("flow-log-target", t.FLOW_LOG, {"vpcId": "vpc-1", "trafficType": "ALL", "logDestination": "a"}, "iamRoleArn: is needed"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "type_", "inputs", "says"), CHECKS)
def test_what_nobody_should_ask_for_is_refused_in_the_preview(
    rule: str, type_: str, inputs: dict[str, Any], says: str, stage: Stages, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud = stage("aws")
    assert says in " ".join(str(each) for each in cloud.wrong(type_, **inputs) if each.rule == rule)
    off(monkeypatch, rule)
    assert rule not in cloud.rules(type_, **inputs)


def test_the_default_group_is_that_of_the_vpc(net: Net) -> None:
    made = net.cloud.make(t.DEFAULT_GROUP, vpcId=net.ids["vpc"], ingress=[], egress=[])
    vpc = net.cloud.there(t.VPC, net.ids["vpc"]).outputs
    assert made["id"] == vpc["defaultSecurityGroupId"]
    assert vpc["mainRouteTableId"] == vpc["defaultRouteTableId"]


def test_zones_are_asked_for_without_those_that_need_a_contract(stage: Stages) -> None:
    token = "aws:index/getAvailabilityZones:getAvailabilityZones"
    provider = stage("aws").provider
    with pytest.raises(Refused, match="local zones come along"):
        provider.invoke(token, {})
    filters = [{"name": "opt-in-status", "values": ["opt-in-not-required"]}]
    names = provider.invoke(token, {"filters": filters})["names"]
    assert sorted(names) == ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
    assert json.dumps(names) != json.dumps(sorted(names)), "in no order, as AWS answers"
