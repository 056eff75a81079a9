"""Flow logs of a VPC: who spoke to whom, and what was refused."""

from collections.abc import Mapping

import pulumi
from pulumi_aws import cloudwatch, ec2, iam

from components.clouds.aws_policies import document
from components.core.outputs import once
from components.key.contract import usable_by
from components.network.contract import NetworkLinks


def record(
    name: str,
    vpc: ec2.Vpc,
    retention_days: int,
    links: NetworkLinks,
    tags: Mapping[str, str],
    child: pulumi.ResourceOptions,
) -> ec2.FlowLog:
    """Keeps records of everything; `name` is where logical names begin."""
    group = cloudwatch.LogGroup(
        # The key knows log groups by this form of their names.
        f"{name}-logs",
        retention_in_days=retention_days,
        kms_key_id=usable_by(links.key, f"{name}-logs", "logs"),
        tags=tags,
        opts=child,
    )
    role = iam.Role(
        f"{name}-flows",
        assume_role_policy=_trust(links),
        description="Writes the flow logs of the network",
        tags=tags,
        opts=child,
    )
    rights = iam.RolePolicy(f"{name}-flows", role=role.name, policy=_rights(group, links), opts=child)
    return ec2.FlowLog(
        f"{name}-flows",
        vpc_id=vpc.id,
        traffic_type="ALL",
        log_destination=group.arn,
        iam_role_arn=once(role.arn, rights.role),
        tags=tags,
        # A second one for the same VPC and group is refused.
        opts=pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(delete_before_replace=True)),
    )


def _trust(links: NetworkLinks) -> pulumi.Output[str]:
    """The service, for flow logs of this account and region; theirs has no name before it is made.

    docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
    """
    landing = links.landing
    flows = pulumi.Output.concat("arn:aws:ec2:", landing.region, ":", landing.account, ":vpc-flow-log/*")
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": landing.account},
            "ArnLike": {"aws:SourceArn": flows},
        },
    }
    return document(statement)


def _rights(group: cloudwatch.LogGroup, links: NetworkLinks) -> pulumi.Output[str]:
    """Writing into one group. Never making one: it would be kept for ever, once this one is gone."""
    landing = links.landing
    groups = pulumi.Output.concat("arn:aws:logs:", landing.region, ":", landing.account, ":log-group:*")
    streams = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    return document(
        {"Effect": "Allow", "Action": streams, "Resource": pulumi.Output.concat(group.arn, ":*")},
        # A search names no group: docs.aws.amazon.com/service-authorization/latest/reference/, Amazon
        # CloudWatch Logs
        {"Effect": "Allow", "Action": ["logs:DescribeLogGroups"], "Resource": groups},
    )
