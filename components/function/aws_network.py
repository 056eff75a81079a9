"""What a function on AWS needs to run in a network: interfaces there, that Lambda makes as its role."""

import pulumi

from components.clouds.aws_policies import document
from components.clouds.landing import Landing

_LOOK = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"]
_MAKE = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:UnassignPrivateIpAddresses",
]


def interfaces(landing: Landing) -> pulumi.Output[str]:
    """The rights: all that AWSLambdaVPCAccessExecutionRole has but for logs.

    Looking has no resource to name. Lambda tries the others before there is an interface, so what is narrower
    than the account and region is refused: docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html.
    They are Lambda's: code that runs as the role, whose requests name the function, has none of them.
    """
    here = pulumi.Output.concat("arn:aws:ec2:", landing.region, ":", landing.account, ":*/*")
    return document(
        {"Effect": "Allow", "Action": _LOOK, "Resource": "*"},
        {"Effect": "Allow", "Action": _MAKE, "Resource": here},
        {
            "Effect": "Deny",
            "Action": [*_LOOK, *_MAKE],
            "Resource": "*",
            "Condition": {"Null": {"lambda:SourceFunctionArn": "false"}},
        },
    )
