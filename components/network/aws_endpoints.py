"""Endpoints of a VPC: how it reaches services of AWS without the internet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import ec2

from components.clouds.aws_policies import document
from components.network.contract import NetworkLinks

# What functions ask for, what clusters pull, and how private functions are called:
# docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
SERVICES: Mapping[str, str] = {
    "ecr.api": "ecr",
    "ecr.dkr": "ecr",
    "logs": "logs",
    "sts": "sts",
    "secretsmanager": "secretsmanager",
    "lambda": "lambda",
}
"""Service to the prefix of its actions."""
WITH_KEY: Mapping[str, str] = {**SERVICES, "kms": "kms"}

# All that the storage grants: components/storage/aws.py
_OBJECTS = ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"]


@dataclass(frozen=True)
class Endpoints:
    """Makes them in one VPC; `name` is where logical names begin."""

    name: str
    vpc: ec2.Vpc
    links: NetworkLinks
    tags: Mapping[str, str]
    child: pulumi.ResourceOptions

    def gateway(self, name: str, tables: Sequence[ec2.RouteTable]) -> ec2.VpcEndpoint:
        """S3, as a route, which costs nothing and works for every name of a bucket."""
        return ec2.VpcEndpoint(
            name,
            vpc_id=self.vpc.id,
            service_name=self._service("s3"),
            vpc_endpoint_type="Gateway",
            route_table_ids=[table.id for table in tables],
            policy=self._objects(),
            tags=self.tags,
            opts=self.child,
        )

    def interfaces(self, name: str, subnets: Sequence[ec2.Subnet], cidr: str) -> list[ec2.VpcEndpoint]:
        """Every other service, by addresses in these subnets under the names that everybody knows."""
        group = ec2.SecurityGroup(
            self.name,
            vpc_id=self.vpc.id,
            description="Endpoints: HTTPS in from the VPC, nothing out",
            ingress=[
                ec2.SecurityGroupIngressArgs(protocol="tcp", from_port=443, to_port=443, cidr_blocks=[cidr])
            ],
            egress=[],
            tags=self.tags,
            opts=self.child,
        )
        return [
            ec2.VpcEndpoint(
                f"{name}-{service.replace('.', '-')}",
                vpc_id=self.vpc.id,
                service_name=self._service(service),
                vpc_endpoint_type="Interface",
                subnet_ids=[subnet.id for subnet in subnets],
                security_group_ids=[group.id],
                private_dns_enabled=True,
                policy=self._own(prefix),
                tags=self.tags,
                opts=self.child,
            )
            for service, prefix in (WITH_KEY if self.links.key else SERVICES).items()
        ]

    def _service(self, name: str) -> pulumi.Output[str]:
        return pulumi.Output.concat("com.amazonaws.", self.links.landing.region, ".", name)

    def _own(self, prefix: str) -> pulumi.Output[str]:
        """For principals of this account: nobody carries data out with the keys of another account.

        It gives no right to anybody, it only lets through who has one; so it may name all actions:
        docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
        """
        own = {"StringEquals": {"aws:PrincipalAccount": self.links.landing.account}}
        return document(_everybody(f"{prefix}:*", "*", own))

    def _objects(self) -> pulumi.Output[str]:
        """Objects of this account for its own principals, and the layers of images.

        ECR hands out addresses of its own bucket, signed by itself:
        docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms
        """
        account = self.links.landing.account
        own = {"StringEquals": {"aws:PrincipalAccount": account, "aws:ResourceAccount": account}}
        region = self.links.landing.region
        layers = pulumi.Output.concat("arn:aws:s3:::prod-", region, "-starport-layer-bucket/*")
        return document(
            _everybody([*_OBJECTS, "s3:ListBucket"], "*", own), _everybody(["s3:GetObject"], layers)
        )


def _everybody(
    actions: str | list[str],
    resource: pulumi.Input[str],
    condition: Mapping[str, Any] | None = None,
) -> Mapping[str, Any]:
    """Lets through whoever has the right, under a condition."""
    right = {"Effect": "Allow", "Principal": "*", "Action": actions, "Resource": resource}
    return {**right, "Condition": condition} if condition else right
