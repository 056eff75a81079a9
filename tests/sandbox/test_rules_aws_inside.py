"""What is in a network on AWS: what is used stays, and where functions may run."""

from collections.abc import Callable
from typing import Any

import pytest

from sandbox import needs
from sandbox.needs import Refused
from sandbox.rules import aws_types as t
from sandbox.rules.aws_functions import FUNCTION
from tests.sandbox.playing import ROLE, ROLE_POLICY, Stage, off, policy
from tests.sandbox.playing_aws_network import ACCOUNT, FLOWS, Net

Stages = Callable[..., Stage]


@pytest.fixture
def net(stage: Stages) -> Net:
    return Net(stage("aws"))


HELD: dict[str, tuple[str, str, Callable[[Net], object]]] = {
    "VPC with a subnet": (t.VPC, "vpc", lambda net: net.subnet("one")),
    "VPC with a gateway": (t.VPC, "vpc", lambda net: net.internet()),
    "VPC with a group": (t.VPC, "vpc", lambda net: net.group("one")),
    "subnet with a gateway": (t.SUBNET, "public", lambda net: (net.public(), net.nat())),
    "address of a gateway": (t.ADDRESS, "address", lambda net: (net.public(), net.nat())),
    "door of gateways": (t.INTERNET, "door", lambda net: (net.public(), net.nat())),
    "subnet with a function": (
        t.SUBNET,
        "one",
        lambda net: net.function("height", vpcConfig={"subnetIds": [net.subnet("one")]}),
    ),
    "group of a function": (
        t.GROUP,
        "one",
        lambda net: net.function("height", vpcConfig={"securityGroupIds": [net.group("one")]}),
    ),
}


@pytest.mark.parametrize(("type_", "name", "made"), HELD.values(), ids=HELD)
def test_what_is_used_stays(
    type_: str, name: str, made: Callable[[Net], object], net: Net, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(net)
    with pytest.raises(Refused, match="DependencyViolation"):
        net.cloud.delete(type_, net.ids[name])
    off(monkeypatch, "ec2-in-use")
    net.cloud.delete(type_, net.ids[name])
    assert net.cloud.world.get(type_, net.ids[name]) is None


def test_the_right_to_interfaces_outlives_the_function(net: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    off(monkeypatch, "lambda-role-source", "lambda-interfaces-code")
    makes = {
        "Effect": "Allow",
        "Action": "ec2:CreateNetworkInterface",
        "Resource": f"arn:aws:ec2:eu-central-1:{ACCOUNT}:*/*",
    }
    net.cloud.make(ROLE, "runs", name="runs", assumeRolePolicy=policy(FLOWS))
    made = net.cloud.make(ROLE_POLICY, "runs", name="inside", role="runs", policy=policy(makes))
    function = net.function(
        "height", role=f"arn:aws:iam::{ACCOUNT}:role/runs", vpcConfig={"subnetIds": ["a"]}
    )
    with pytest.raises(Refused, match="delete the function first"):
        net.cloud.delete(ROLE_POLICY, made["id"])
    net.cloud.world.remove(FUNCTION, function)
    net.cloud.delete(ROLE_POLICY, made["id"])


def test_a_function_in_a_public_subnet_is_refused(net: Net) -> None:
    inside = {
        "subnetIds": [net.public(), net.subnet("b", "10.20.1.0/24", "b")],
        "securityGroupIds": [net.group("g")],
    }
    found = _judged(net, "lambda-vpc-public", vpcConfig=inside)
    assert found == ["vpcConfig.subnetIds"]


def test_a_function_needs_subnets_and_groups(net: Net) -> None:
    assert _judged(net, "lambda-vpc", vpcConfig={"subnetIds": ["a"]}) == ["vpcConfig.securityGroupIds"]


def test_a_role_that_lets_off_is_for_functions_in_a_vpc(net: Net) -> None:
    condition = {
        "StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT},
        "ArnLikeIfExists": {"aws:SourceArn": f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:height-*"},
    }
    trust = {**FLOWS, "Principal": {"Service": "lambda.amazonaws.com"}, "Condition": condition}
    role = net.cloud.make(ROLE, "runs", name="runs", assumeRolePolicy=policy(trust))["arn"]
    assert _judged(net, "lambda-role-loose", role=role) == ["role"]
    assert _judged(net, "lambda-role-loose", role=role, vpcConfig={"subnetIds": ["a"]}) == []


def _judged(net: Net, rule: str, **inputs: Any) -> list[str]:
    """Properties of a function that one rule refuses at its making."""
    urn = f"urn:pulumi:dev::modelport::test${FUNCTION}::height"
    situation = net.cloud.provider.situation(urn, {"name": "height-1", **inputs})
    return [each.property for each in needs.judge("create", situation) if each.rule == rule]
