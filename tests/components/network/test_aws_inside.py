"""What is in a network on AWS: who runs there, who is let in, and that all of it deploys and goes again."""

import dataclasses

import pulumi
import pulumi_aws
import pytest

from components.core.errors import InvalidArgument
from tests.components.network.on_aws import (
    BUCKET_POLICY,
    ENDPOINT,
    EXISTING,
    FOREIGN_VPC,
    FUNCTION,
    IMAGES,
    LOG_GROUP,
    OFFICE,
    PERMISSION,
    PRIVATE,
    RIGHTS,
    ROLE,
    URL,
    everything,
    of,
    statements,
)
from tests.mocks import aws as mock
from tests.programs import deploy_alone


def test_functions_run_in_it_with_its_group(cloud, deploy, context):
    deploy(lambda: everything(context))
    made = cloud.inputs(FUNCTION)["vpcConfig"]
    assert made["subnetIds"] == ["subnet-network-nodes-1", "subnet-network-nodes-2"]
    assert made["securityGroupIds"] == ["sg-network-functions"]


def test_the_right_to_interfaces_is_lambdas_and_not_the_codes(cloud, deploy, context):
    deploy(lambda: everything(context))
    look, make, refuse = statements(cloud, RIGHTS, "height-network")
    assert look["Action"] == ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"]
    assert make["Resource"] == f"arn:aws:ec2:{mock.REGION}:{mock.ACCOUNT}:*/*"
    assert (refuse["Effect"], refuse["Resource"]) == ("Deny", "*")
    assert set(refuse["Action"]) == {*look["Action"], *make["Action"]}
    assert refuse["Condition"] == {"Null": {"lambda:SourceFunctionArn": "false"}}
    assert "height-network" in " ".join(cloud.monitor.needs[f"{FUNCTION}::height"])


def test_the_source_of_a_role_is_demanded_where_it_is_sent(cloud, deploy, context):
    deploy(lambda: everything(context))
    (trust,) = statements(cloud, ROLE, "height", "assumeRolePolicy")
    assert set(trust["Condition"]) == {"StringEqualsIfExists", "ArnLikeIfExists"}


def test_without_a_network_the_source_is_demanded_always(cloud, deploy, context):
    deploy(lambda: everything(context, inside=False))
    (trust,) = statements(cloud, ROLE, "height", "assumeRolePolicy")
    assert set(trust["Condition"]) == {"StringEquals", "ArnLike"}


def test_another_network_is_another_revision(deploy, context):
    seen = []
    deploy(lambda: everything(context).revision.apply(seen.append))
    inside = seen.pop()
    deploy(lambda: everything(context, inside=False).revision.apply(seen.append))
    assert seen != [inside]


def test_other_subnets_of_the_same_network_are_another_revision(context):
    first, last = EXISTING.functions
    places = ((first, last), (first, f"{last[:-1]}0"))
    made = [dataclasses.replace(EXISTING, functions=each) for each in places]
    one, other = (
        deploy_alone(lambda each=each: everything(context, cidr=None, egress="none", existing=each))
        for each in made
    )
    assert one.outputs["revision"] != other.outputs["revision"]


def test_what_is_private_has_no_address_and_its_callers_one_right(cloud, deploy, context):
    seen = []
    deploy(lambda: everything(context, access=PRIVATE).url.apply(seen.append))
    assert seen == [None]
    assert URL not in cloud.counts
    made = cloud.inputs(PERMISSION)
    assert (made["action"], made["qualifier"]) == ("lambda:InvokeFunction", "live")
    assert "invokedViaFunctionUrl" not in made
    assert "functionUrlAuthType" not in made


def test_what_is_not_private_keeps_its_address(cloud, deploy, context):
    deploy(lambda: everything(context))
    assert cloud.inputs(URL)["authorizationType"] == "AWS_IAM"
    assert cloud.counts[PERMISSION] == 2


def test_private_without_a_network_is_refused_before_anything_is_made_for_it(cloud, deploy, context):
    with pytest.raises(InvalidArgument, match="access: private needs a network"):
        deploy(lambda: everything(context, inside=False, access=PRIVATE))
    assert FUNCTION not in cloud.counts
    assert LOG_GROUP not in cloud.counts


OUTSIDE = {
    "StringNotEqualsIfExists": {"aws:SourceVpc": "vpc-network"},
    "BoolIfExists": {"aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false"},
    "ArnNotLikeIfExists": {"aws:PrincipalArn": f"arn:aws:iam::{mock.ACCOUNT}:role/aws-service-role/*"},
    "NotIpAddressIfExists": {"aws:SourceIp": [OFFICE]},
}


# All that reads, writes or deletes images, and nothing that manages the repository.
DATA_OF_IMAGES = {
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchDeleteImage",
    "ecr:BatchGetImage",
    "ecr:CompleteLayerUpload",
    "ecr:GetDownloadUrlForLayer",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
}


def test_objects_and_images_are_refused_to_everybody_outside(cloud, deploy, context):
    deploy(lambda: everything(context))
    bucket, images = statements(cloud, BUCKET_POLICY)[-1], statements(cloud, IMAGES)[-1]
    for each in (bucket, images):
        assert (each["Effect"], each["Principal"], each["Condition"]) == ("Deny", "*", OUTSIDE)
    assert (bucket["Action"], bucket["Resource"]) == ("s3:*", "arn:aws:s3:::modelport-test-storage-0a1b2c/*")
    assert set(images["Action"]) == DATA_OF_IMAGES


def test_without_somebody_to_let_in_only_the_vpc_counts(cloud, deploy, context):
    deploy(lambda: everything(context, allow_from=()))
    assert "NotIpAddressIfExists" not in statements(cloud, BUCKET_POLICY)[-1]["Condition"]


def test_in_an_existing_network_data_is_closed_likewise(cloud, deploy, context):
    deploy(lambda: everything(context, cidr=None, egress="none", existing=EXISTING))
    for type_ in (BUCKET_POLICY, IMAGES):
        condition = statements(cloud, type_)[-1]["Condition"]
        assert condition["StringNotEqualsIfExists"] == {"aws:SourceVpc": FOREIGN_VPC}


def test_without_a_network_nothing_speaks_of_one(cloud, deploy, context):
    deploy(lambda: everything(context, inside=False))
    assert not [one.name for one in cloud.children if "SourceVpc" in str(one.inputs)]
    assert "vpcConfig" not in cloud.inputs(FUNCTION)
    assert "height-network" not in of(cloud, RIGHTS)


def test_who_read_and_wrote_is_kept_where_the_bucket_has_no_right(cloud, deploy, context):
    deploy(lambda: everything(context, days=90))
    logging = cloud.inputs("aws:s3/bucketLogging:BucketLogging")
    source, target = "modelport-test-storage-0a1b2c", "modelport-test-storage-access-0a1b2c"
    assert (logging["bucket"], logging["targetBucket"]) == (source, target)
    delivery, *refusals = statements(cloud, BUCKET_POLICY, "storage-access-delivery")
    assert delivery["Principal"] == {"Service": "logging.s3.amazonaws.com"}
    assert delivery["Condition"] == {
        "StringEquals": {"aws:SourceAccount": mock.ACCOUNT},
        "ArnLike": {"aws:SourceArn": f"arn:aws:s3:::{source}"},
    }
    assert [each["Effect"] for each in refusals] == ["Deny"] * 3
    (end,) = cloud.inputs(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "storage-access-lifecycle"
    )["rules"]
    assert end["expiration"] == {"days": 90}
    protected = cloud.monitor.protected
    assert protected["aws:s3/bucket:Bucket::storage-access"] is True


def test_nothing_is_logged_unless_asked_for(cloud, deploy, context):
    deploy(lambda: everything(context))
    assert "aws:s3/bucketLogging:BucketLogging" not in cloud.counts
    assert cloud.counts["aws:s3/bucket:Bucket"] == 1


def simulated(context, **changes):
    provider = pulumi_aws.Provider("aws", region="eu-central-1", allowed_account_ids=[mock.ACCOUNT])
    everything(context, pulumi.ResourceOptions(provider=provider), **changes)


CASES = {
    "as in dev": {},
    "as in prod": {"zones": 3, "with_key": True, "days": 90, "access": PRIVATE, "egress": "none"},
    "in an existing one": {"cidr": None, "egress": "none", "existing": EXISTING, "days": 30},
}


@pytest.mark.parametrize("changes", CASES.values(), ids=CASES)
def test_it_passes_on_the_simulated_cloud_and_nothing_is_luck(changes, rehearse, context):
    done = rehearse(lambda: simulated(context, **changes))

    assert done.luck() == []
    (function,) = done.made(FUNCTION)
    assert len(function["vpcConfig"]["subnetIds"]) == changes.get("zones", 2)
    kms = [each for each in done.made(ENDPOINT) if each["serviceName"].endswith(".kms")]
    assert len(kms) == (1 if changes.get("with_key") else 0)


def test_it_goes_again_in_the_reverse_order(rehearse, context):
    """Whatever goes first would hold the rest: functions before their rights, interfaces before subnets."""
    done = rehearse(lambda: simulated(context, days=30))
    made = {each.urn: each for each in done.world.all()}
    (provider,) = done._providers.values()
    for urn in [each["urn"] for each in reversed(done.state) if each["urn"] in made]:
        there = made[urn]
        provider.delete(urn, there.id, there.outputs, {**there.inputs, "forceDestroy": True})

    assert [each.id for each in done.world.all() if each.cloud == "aws"] == []
