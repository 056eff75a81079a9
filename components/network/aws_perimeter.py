"""What a policy of AWS refuses, so that data is reached from a network and by those that it allows."""

from collections.abc import Mapping
from typing import Any

import pulumi

from components.clouds.landing import Landing
from components.network.contract import Network


def from_outside(network: Network, landing: Landing) -> Mapping[str, Any]:
    """The conditions of a refusal: a request that comes from elsewhere, and not from a service of AWS.

    All of them must hold at once. A key that a request does not have counts as different: a request through
    an endpoint has no `aws:SourceIp`, one from the internet no `aws:SourceVpc`. Services call by themselves
    (Lambda for an image, S3 for its logs), for a principal, or as a role that only they can take on:
    docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
    """
    services = pulumi.Output.concat("arn:aws:iam::", landing.account, ":role/aws-service-role/*")
    found: dict[str, Any] = {
        "StringNotEqualsIfExists": {"aws:SourceVpc": network.id},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false"},
        "ArnNotLikeIfExists": {"aws:PrincipalArn": services},
    }
    if network.allow_from:
        found["NotIpAddressIfExists"] = {"aws:SourceIp": list(network.allow_from)}
    return found
