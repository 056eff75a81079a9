"""A network on a simulated AWS, made as far as a test needs it."""

from typing import Any

from sandbox.rules import aws_types as t
from sandbox.rules.aws_functions import FUNCTION
from sandbox.world import Resource
from tests.sandbox.playing import Stage, policy

ACCOUNT = "111111111111"
OWN = {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}
THROUGH = {"Effect": "Allow", "Principal": "*", "Action": "logs:*", "Resource": "*", "Condition": OWN}
FLOWS = {
    "Effect": "Allow",
    "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
    "Action": "sts:AssumeRole",
    "Condition": {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": f"arn:aws:ec2:eu-central-1:{ACCOUNT}:vpc-flow-log/*"},
    },
}


class Net:
    """A network that is made as far as a test needs it."""

    def __init__(self, cloud: Stage) -> None:
        self.cloud = cloud
        self.ids: dict[str, str] = {}
        self.vpc("vpc")

    def make(self, type_: str, name: str, /, **inputs: Any) -> str:
        self.ids[name] = self.cloud.make(type_, name, **inputs)["id"]
        return self.ids[name]

    def vpc(self, name: str, cidr: str = "10.20.0.0/18") -> str:
        return self.make(t.VPC, name, cidrBlock=cidr, enableDnsSupport=True, enableDnsHostnames=True)

    def subnet(self, name: str, cidr: str = "10.20.0.0/24", zone: str = "a", vpc: str = "vpc") -> str:
        where = {"vpcId": self.ids[vpc], "availabilityZone": f"eu-central-1{zone}"}
        return self.make(t.SUBNET, name, cidrBlock=cidr, **where)

    def table(self, name: str, vpc: str = "vpc") -> str:
        return self.make(t.TABLE, name, vpcId=self.ids[vpc])

    def internet(self, name: str = "door", vpc: str = "vpc") -> str:
        return self.make(t.INTERNET, name, vpcId=self.ids[vpc])

    def group(self, logical: str, vpc: str = "vpc", /, **rules: Any) -> str:
        rules = {"ingress": [], "egress": [], **rules}
        return self.make(t.GROUP, logical, vpcId=self.ids[vpc], description="A group", **rules)

    def route(self, name: str, table: str, **target: str) -> str:
        return self.make(
            t.ROUTE, name, routeTableId=self.ids[table], destinationCidrBlock="0.0.0.0/0", **target
        )

    def join(self, name: str, subnet: str, table: str) -> str:
        return self.make(t.ASSOCIATION, name, subnetId=self.ids[subnet], routeTableId=self.ids[table])

    def public(self) -> str:
        """A subnet that leads outside."""
        self.subnet("public")
        self.table("out")
        self.join("joined", "public", "out")
        self.route("way", "out", gatewayId=self.internet())
        return self.ids["public"]

    def nat(self, name: str = "nat", address: str = "address", subnet: str = "public") -> str:
        if address not in self.ids:
            self.ids[address] = self.cloud.make(t.ADDRESS, address)["allocationId"]
        return self.make(t.NAT, name, subnetId=self.ids[subnet], allocationId=self.ids[address])

    def endpoint(self, name: str, service: str = "logs", **more: Any) -> str:
        inputs = {
            "vpcId": self.ids["vpc"],
            "serviceName": f"com.amazonaws.eu-central-1.{service}",
            "vpcEndpointType": "Interface",
            "privateDnsEnabled": True,
            "policy": policy(THROUGH),
            **more,
        }
        return self.make(
            t.ENDPOINT, name, **{key: value for key, value in inputs.items() if value is not None}
        )

    def function(self, name: str, **inputs: Any) -> str:
        """One that is there already."""
        made = {"name": name, **inputs}
        place = f"{ACCOUNT}/eu-central-1"
        urn = f"urn:pulumi:dev::modelport::test${FUNCTION}::{name}"
        self.cloud.world.add(Resource(urn, FUNCTION, name, "aws", made, made, scope=place))
        return name
