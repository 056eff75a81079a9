"""Planted mistakes inside of a network on AWS: functions, objects and images, and who reaches them."""

from collections.abc import Callable
from typing import Any

import pulumi

from tests.mistakes import Mistake, Props, forgotten
from tests.mistakes.aws import BUCKET_POLICY, FUNCTION, RIGHTS, ROLE
from tests.mistakes.aws import PULL as IMAGES
from tests.mistakes.changes import Change, Statements, forgetting, policy


def _strict(statements: Statements) -> None:
    """Demand every condition, also where the request has no such key."""
    for each in statements:
        tests = each["Condition"].items()
        each["Condition"] = {operator.removesuffix("IfExists"): test for operator, test in tests}


def _perimeter(change: Callable[[dict[str, Any]], object]) -> Change:
    """Change the conditions of the statement that refuses by place, which is the last."""
    return policy(lambda statements: change(statements[-1]["Condition"]))


def _inside(change: Callable[[Any], Any]) -> Change:
    """Change the subnets that a function runs in."""

    def planted(props: Props) -> None:
        subnets = pulumi.Output.from_input(props["vpc_config"].subnet_ids)
        props["vpc_config"].subnet_ids = change(subnets)

    return planted


def _lost(props: Props) -> None:
    """A function whose subnets were looked up elsewhere; the description has a hash of them."""
    _inside(forgotten)(props)
    forgetting("description")(props)


MISTAKES: dict[str, Mistake] = {
    "role that demands what Lambda does not send": Mistake(
        ROLE,
        policy(_strict, "assume_role_policy"),
        ("role", "not sent for the first function in a VPC"),
        "lambda-vpc-trust",
    ),
    "role that cannot give interfaces back": Mistake(
        RIGHTS,
        policy(lambda statements: statements[1]["Action"].remove("ec2:DeleteNetworkInterface")),
        ("role", "permissions to call ec2:deletenetworkinterface"),
        "lambda-vpc-rights",
        name="height-network",
    ),
    "interfaces for the code, too": Mistake(
        RIGHTS,
        policy(lambda statements: statements.pop()),
        ("policy.Statement[1].Action", "is for the function's code, too"),
        "lambda-interfaces-code",
        name="height-network",
    ),
    "interfaces of every account": Mistake(
        RIGHTS,
        policy(lambda statements: statements[1].update(Resource="*")),
        ("policy.Statement[1].Resource", "name their ARNs"),
        "policy-wildcard-resource",
        name="height-network",
    ),
    "function in one subnet": Mistake(
        FUNCTION,
        _inside(lambda subnets: subnets.apply(lambda known: known[:1])),
        ("vpcConfig.subnetIds", "two zones at least"),
        "lambda-vpc-zones",
        name="inner",
    ),
    "objects for the internet": Mistake(
        BUCKET_POLICY,
        policy(lambda statements: statements.pop()),
        ("policy", "s3:GetObject is open to the internet"),
        "perimeter-open",
    ),
    "bucket that nobody can mend": Mistake(
        BUCKET_POLICY,
        policy(lambda statements: statements[-1].update(Resource=statements[0]["Resource"])),
        ("policy.Statement[2].Resource", "locks out whoever deploys"),
        "perimeter-lockout",
    ),
    "objects that are refused to services in somebody's name": Mistake(
        BUCKET_POLICY,
        _perimeter(lambda condition: condition["BoolIfExists"].pop("aws:ViaAWSService")),
        ("policy.Statement[2].Condition", "aws:ViaAWSService must be false"),
        "perimeter-services",
    ),
    "objects for a VPC that is not there": Mistake(
        BUCKET_POLICY,
        _perimeter(lambda condition: condition.update(StringNotEqualsIfExists={"aws:SourceVpc": "vpc-0a"})),
        ("policy.Statement[2].Condition", "does not exist"),
    ),
    "images for the internet": Mistake(
        IMAGES,
        policy(lambda statements: statements.pop()),
        ("policy", "ecr:BatchGetImage is open to the internet"),
        "perimeter-open",
    ),
    "images that Lambda cannot fetch": Mistake(
        IMAGES,
        _perimeter(lambda condition: condition.pop("BoolIfExists")),
        ("policy.Statement[1].Condition", "services are locked out"),
    ),
    "images for half of the internet": Mistake(
        IMAGES,
        _perimeter(lambda condition: condition.update(NotIpAddressIfExists={"aws:SourceIp": "128.0.0.0/1"})),
        ("policy", "ecr:BatchGetImage is open to the internet"),
        "perimeter-open",
    ),
    "function that waits for no endpoint": Mistake(
        FUNCTION, _lost, ("Function", "needs", "ec2/vpcEndpoint:VpcEndpoint"), luck=True
    ),
    "bucket that waits for no network": Mistake(
        BUCKET_POLICY, forgetting("policy"), ("BucketPolicy", "needs", "ec2/vpc:Vpc"), luck=True
    ),
}
