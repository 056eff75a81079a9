"""Function on AWS: who may call, what it may do, and what makes another version."""

import json

import pulumi
import pulumi_aws
import pytest

from components.core.errors import InvalidArgument
from components.core.sizes import Size
from components.function.access import Access
from components.function.aws import AwsFunction
from components.function.contract import FunctionArgs
from components.function.scale import Scale
from tests.components.builders import DIGEST, function
from tests.components.waiting import waits_for

FUNCTION = "aws:lambda/function:Function"
ALIAS = "aws:lambda/alias:Alias"
URL = "aws:lambda/functionUrl:FunctionUrl"
PERMISSION = "aws:lambda/permission:Permission"
WARM = "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig"
GROUP = "aws:cloudwatch/logGroup:LogGroup"
RIGHTS = "aws:iam/rolePolicy:RolePolicy"
CALLER = "arn:aws:iam::111111111111:role/caller"


def permissions(cloud):
    return [each.inputs for each in cloud.children if each.typ == PERMISSION]


def test_the_url_takes_signed_requests_of_the_alias(deployed):
    cloud = deployed(function, "aws").cloud
    url = cloud.inputs(URL)
    assert (url["authorizationType"], url["qualifier"]) == ("AWS_IAM", "live")


def test_each_caller_has_both_rights_on_the_alias(deployed):
    callers = (CALLER, "arn:aws:iam::222222222222:role/ml/other")
    cloud = deployed(function, "aws", access=Access(callers=callers)).cloud
    made = permissions(cloud)
    assert {(each["principal"], each["action"]) for each in made} == {
        (caller, action)
        for caller in callers
        for action in ("lambda:InvokeFunctionUrl", "lambda:InvokeFunction")
    }
    for each in made:
        assert each["qualifier"] == "live"
        if each["action"] == "lambda:InvokeFunctionUrl":
            assert each["functionUrlAuthType"] == "AWS_IAM"
        else:
            assert each["invokedViaFunctionUrl"] is True


def test_without_callers_nobody_may_call(deployed):
    cloud = deployed(function, "aws", access=Access()).cloud
    assert permissions(cloud) == []
    assert cloud.inputs(URL)["authorizationType"] == "AWS_IAM"


def test_only_public_opens_it_and_by_statements_that_are_in_the_state(deployed):
    cloud = deployed(function, "aws", access=Access(mode="public")).cloud
    assert cloud.inputs(URL)["authorizationType"] == "NONE"
    made = {each["statementId"]: each for each in permissions(cloud)}
    # The names that the provider would give to what it adds by itself.
    assert made.keys() == {"FunctionURLAllowPublicAccess", "FunctionURLAllowInvokeAction"}
    assert {each["principal"] for each in made.values()} == {"*"}
    assert made["FunctionURLAllowPublicAccess"]["functionUrlAuthType"] == "NONE"
    assert made["FunctionURLAllowInvokeAction"]["invokedViaFunctionUrl"] is True


def test_callers_keep_their_statements_whatever_their_order(deployed):
    others = tuple(f"arn:aws:iam::111111111111:role/r{number}" for number in range(3))
    cloud = deployed(function, "aws", access=Access(callers=(*others, CALLER))).cloud
    names = {one.name: one.inputs["principal"] for one in cloud.children if one.typ == PERMISSION}
    assert names["height-9e5c7bfc-url"] == names["height-9e5c7bfc-invoke"] == CALLER


def test_it_may_write_into_its_own_log_group_and_nothing_else(deployed):
    cloud = deployed(function, "aws").cloud
    (statement,) = json.loads(cloud.inputs(RIGHTS)["policy"])["Statement"]
    assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert statement["Resource"] == ("arn:aws:logs:eu-central-1:111111111111:log-group:height-logs-0a1b2c3:*")
    assert cloud.inputs(RIGHTS)["role"] == "height-0a1b2c3"
    assert cloud.inputs(GROUP)["retentionInDays"] == 30


def test_logs_and_rights_and_image_come_before_it(deployed):
    cloud = deployed(function, "aws").cloud
    assert {"height-logs", "height", "registry-height-functions"} <= cloud.monitor.needs[
        f"{FUNCTION}::height"
    ]


def test_its_log_group_keeps_logs_as_long_as_the_host_says(deployed):
    cloud = deployed(function, "aws", retention_days=60).cloud
    assert cloud.inputs(GROUP)["retentionInDays"] == 60


def test_the_url_comes_after_all_who_may_call(rehearse, context):
    """`depends_on` is in no property, so this asks what the engine is told."""

    def program():
        provider = pulumi_aws.Provider("aws", region="eu-central-1")
        function("aws", context, pulumi.ResourceOptions(provider=provider))

    state = rehearse(program).state
    (url,) = [each for each in state if f"{URL}::" in each["urn"]]
    callers = {each["urn"] for each in state if f"{PERMISSION}::" in each["urn"]}
    assert len(callers) == 2
    assert callers <= set(url["dependencies"])


def test_nobody_is_told_the_url_before_it_is_there(deploy, context):
    assert f"{URL}::height-url" in waits_for(deploy, lambda: function("aws", context).url)


def test_it_runs_the_image_by_digest_within_its_limits(deployed):
    size, scale = Size(2, 1), Scale(max=3, concurrency=5)
    cloud = deployed(function, "aws", size=size, scale=scale, timeout_seconds=60).cloud
    made = cloud.inputs(FUNCTION)
    assert made["imageUri"].endswith(f"@{DIGEST}")
    assert (made["packageType"], made["architectures"]) == ("Image", ["x86_64"])
    assert (made["memorySize"], made["timeout"]) == (3538, 60)
    assert made["reservedConcurrentExecutions"] == 15
    assert made["loggingConfig"] == {"logFormat": "JSON", "logGroup": "height-logs-0a1b2c3"}


@pytest.mark.parametrize(("least", "made"), [(0, 0), (2, 1)])
def test_instances_wait_warm_only_when_asked(least, made, deployed):
    cloud = deployed(function, "aws", scale=Scale(min=least)).cloud
    assert cloud.counts[WARM] == made
    if made:
        warm = cloud.inputs(WARM)
        assert (warm["provisionedConcurrentExecutions"], warm["qualifier"]) == (2, "live")


def test_outputs_say_what_the_cloud_says(deployed):
    cloud = deployed(function, "aws").cloud
    outputs = cloud.monitor.outputs["modelport:aws:Function::height"]
    assert outputs["name"] == "height-0a1b2c3:live"
    assert outputs["url"] == "https://0a1b2c3d4e5f6g7h.lambda-url.eu-central-1.on.aws"
    assert outputs["revision"] == cloud.inputs(FUNCTION)["description"]
    assert outputs["revision"].startswith(f"{DIGEST.removeprefix('sha256:')[:8]}-")
    assert outputs["reports"] == (
        f"111111111111.dkr.ecr.eu-central-1.amazonaws.com/registry-height-0a1b2c3@{DIGEST}"
    )


def revision(deployed, changes):
    return deployed(function, "aws", **changes).outputs["revision"]


@pytest.mark.parametrize(
    "changes", [{"timeout_seconds": 31}, {"size": Size(4, 8)}, {"environment": {"LOG_LEVEL": "debug"}}]
)
def test_every_change_of_the_template_is_another_revision(changes, deployed):
    assert revision(deployed, changes) != "a1a1a1a1-2f2f96ee"


@pytest.mark.parametrize("changes", [{}, {"scale": Scale(max=11, concurrency=40)}, {"access": Access()}])
def test_who_calls_and_how_many_is_the_same_revision(changes, deployed):
    assert revision(deployed, changes) == "a1a1a1a1-2f2f96ee"


def refusals(context, **changes):
    args = FunctionArgs(context=context, model="height", digest=DIGEST, **changes)
    return [str(each) for each in AwsFunction.refusals("height", args)]


@pytest.mark.parametrize(
    "caller",
    [
        "*",
        "arn:aws:iam::111111111111:root",
        "arn:aws:iam::111111111111:role/*",
        "arn:aws:iam::*:role/caller",
        "arn:aws:sts::111111111111:assumed-role/caller/me",
        "arn:aws:iam::111111111111:user/me",
        "111111111111",
        "lambda.amazonaws.com",
        "caller",
        "",
    ],
)
def test_callers_are_single_roles(caller, context):
    (refusal,) = refusals(context, access=Access(callers=(caller, CALLER)))
    assert refusal.startswith("callers: allowed: arn:aws:iam::<account>:role/<name>")
    assert refusal.endswith(f'came "{caller}"')


def test_every_wrong_caller_is_named(context):
    assert len(refusals(context, access=Access(callers=("a", "b", CALLER)))) == 2


def test_names_of_one_letter_and_sizes_that_nobody_sells_are_refused(context):
    assert refusals(context, environment={"A": "1", "AB": "2"}) == [
        'environment: AWS wants two characters or more; came "A"'
    ]
    (refusal,) = refusals(context, size=Size(8, 1))
    assert refusal.startswith("size: a Lambda function has")
    assert refusals(context) == []


def test_what_is_public_has_no_callers():
    with pytest.raises(InvalidArgument, match="everybody may call"):
        Access(mode="public", callers=(CALLER,))
