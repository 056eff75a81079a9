"""Planted mistakes in a network on AWS: its ranges and routes, what is closed, and what is recorded."""

from typing import Any

import pulumi

from tests.mistakes import Mistake, Props, aws_inside
from tests.mistakes.aws import RIGHTS, ROLE
from tests.mistakes.changes import Change, forgetting, policy, setting

VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
ROUTE = "aws:ec2/route:Route"
NAT = "aws:ec2/natGateway:NatGateway"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"


def _rule(side: str, at: int, **values: Any) -> Change:
    """Change one rule of a security group."""

    def planted(props: Props) -> None:
        for name, value in values.items():
            setattr(props[side][at], name, value)

    return planted


def _alone(opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    """The options without what to wait for."""
    return pulumi.ResourceOptions(parent=opts.parent, provider=opts.provider)


MISTAKES: dict[str, Mistake] = {
    "VPC that is larger than AWS has them": Mistake(
        VPC, setting(cidr_block="10.20.0.0/15"), ("cidrBlock", "InvalidVpc.Range")
    ),
    "VPC with addresses of somebody else": Mistake(
        VPC, setting(cidr_block="9.9.0.0/18"), ("cidrBlock", "public addresses")
    ),
    "VPC without names": Mistake(
        VPC,
        setting(enable_dns_hostnames=False),
        ("privateDnsEnabled", "requires enableDnsHostnames"),
        "endpoint-names",
    ),
    "subnets that overlap": Mistake(
        SUBNET,
        setting(cidr_block="10.20.0.0/24"),
        ("cidrBlock", "InvalidSubnet.Conflict"),
        "ec2-subnet-range",
        name="network-endpoints-1",
    ),
    "subnet outside of the VPC": Mistake(
        SUBNET,
        setting(cidr_block="10.99.0.0/24"),
        ("cidrBlock", "InvalidSubnet.Range"),
        "ec2-subnet-range",
        name="network-nodes-1",
    ),
    "subnet that is too small": Mistake(
        SUBNET,
        setting(cidr_block="10.20.60.240/29"),
        ("cidrBlock", "/16 to /28"),
        "ec2-subnet-range",
        name="network-endpoints-2",
    ),
    "functions in one zone": Mistake(
        SUBNET,
        setting(availability_zone="eu-central-1a"),
        ("vpcConfig.subnetIds", "two zones at least"),
        "lambda-vpc-zones",
        name="network-nodes-2",
    ),
    "endpoints in one zone": Mistake(
        SUBNET,
        setting(availability_zone="eu-central-1a"),
        ("subnetIds", "DuplicateSubnetsInSameZone"),
        "endpoint-places",
        name="network-endpoints-2",
    ),
    "zone of another region": Mistake(
        SUBNET,
        setting(availability_zone="us-east-1b"),
        ("availabilityZone", "Subnets can be created in"),
        "ec2-subnet-zone",
        name="network-nodes-2",
    ),
    "subnets that give out public addresses": Mistake(
        SUBNET,
        setting(map_public_ip_on_launch=True),
        ("mapPublicIpOnLaunch", "public address"),
        "ec2-subnet-public",
    ),
    "way outside that leads to half of the internet": Mistake(
        ROUTE,
        setting(destination_cidr_block="0.0.0.0/1"),
        ("subnetId", "no route leads from"),
        "ec2-nat-way-out",
        name="network-egress",
    ),
    "route with two targets": Mistake(
        ROUTE,
        setting(gateway_id="igw-0a1b2c3d4e5f60718"),
        ("gatewayId", "exactly one of gatewayId, natGatewayId"),
        name="network-nodes-1",
    ),
    "gateway without an address": Mistake(
        NAT, setting(allocation_id=None), ("allocationId", "MissingParameter"), "ec2-nat-address"
    ),
    "default group as AWS makes it": Mistake(
        DEFAULT_GROUP, setting(ingress=None, egress=None), ("ingress", "must be []"), "ec2-default-closed"
    ),
    "functions that may use every protocol": Mistake(
        GROUP,
        _rule("egress", 0, protocol="-1", from_port=0, to_port=0),
        ("egress[0].protocol", "name one"),
        "ec2-group-open",
        name="network-functions",
    ),
    "endpoints for the whole internet": Mistake(
        GROUP,
        _rule("ingress", 0, cidr_blocks=["10.20.0.0/18", "0.0.0.0/0"]),
        ("ingress[0].cidrBlocks", "whole internet"),
        "ec2-group-open",
        name="network-endpoints",
    ),
    "endpoints for nobody": Mistake(
        GROUP,
        setting(ingress=[]),
        ("securityGroupIds", "no group lets HTTPS in from 10.20.0.0/18"),
        "endpoint-closed",
        name="network-endpoints",
    ),
    "group of another VPC": Mistake(
        GROUP,
        setting(vpc_id="vpc-0a1b2c3d4e5f60718"),
        ("vpcConfig.securityGroupIds", "must be in the same VPC"),
        "lambda-vpc",
        name="network-functions",
    ),
    "list of addresses that is not there": Mistake(
        GROUP,
        _rule("egress", 1, prefix_list_ids=["pl-00000000"]),
        ("egress[1].prefixListIds", "InvalidPrefixListID.NotFound"),
        "ec2-group-rules",
        name="network-functions",
    ),
    "endpoint that nobody finds": Mistake(
        ENDPOINT,
        setting(private_dns_enabled=False),
        ("privateDnsEnabled", "must be true"),
        "endpoint-names",
        name="network-logs",
    ),
    "endpoint of the default kind": Mistake(
        ENDPOINT,
        setting(vpc_endpoint_type=None),
        ("vpcEndpointType", "logs is not available as Gateway"),
        name="network-logs",
    ),
    "endpoint of a service that is not there": Mistake(
        ENDPOINT,
        setting(service_name="com.amazonaws.eu-central-1.secretmanager"),
        ("serviceName", "InvalidServiceName"),
        "endpoint-service",
        name="network-secretsmanager",
    ),
    "endpoint for everybody's keys": Mistake(
        ENDPOINT, setting(policy=None), ("policy", "say whose"), "endpoint-policy", name="network-storage"
    ),
    "endpoint that lets other accounts through": Mistake(
        ENDPOINT,
        policy(lambda statements: statements[0].pop("Condition")),
        ("policy.Statement[0].Condition", "aws:PrincipalAccount must equal 111111111111"),
        "endpoint-policy",
        name="network-sts",
    ),
    "S3 for one zone only": Mistake(
        ENDPOINT,
        lambda props: props.update(route_table_ids=props["route_table_ids"][:1]),
        ("vpcConfig.subnetIds", "nothing leads from"),
        "lambda-vpc-reaches",
        name="network-storage",
    ),
    "flow logs that nobody may write": Mistake(
        RIGHTS,
        policy(lambda statements: statements[0].update(Action=["logs:CreateLogStream"])),
        ("iamRoleArn", "may not write into"),
        "flow-log-role",
        name="network-flows",
    ),
    "flow logs of every account": Mistake(
        ROLE,
        policy(lambda statements: statements[0].pop("Condition"), "assume_role_policy"),
        ("assumeRolePolicy.Statement[0].Condition", "name the flow logs"),
        "lambda-role-source",
        name="network-flows",
    ),
    "flow logs that make their own group": Mistake(
        RIGHTS,
        policy(lambda statements: statements[0]["Action"].append("logs:CreateLogGroup")),
        ("policy.Statement[0].Action", "kept for ever"),
        "lambda-log-group-by-itself",
        name="network-flows",
    ),
    "flow log that waits for no right": Mistake(
        FLOW_LOG, forgetting("iam_role_arn"), ("FlowLog", "needs", "iam/rolePolicy:RolePolicy"), luck=True
    ),
    "gateway that waits for no way outside": Mistake(
        NAT,
        forgetting("allocation_id"),
        ("NatGateway", "needs", "ec2/route:Route"),
        luck=True,
        opts=_alone,
    ),
    **aws_inside.MISTAKES,
}
