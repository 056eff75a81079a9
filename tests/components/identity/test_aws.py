"""Identity on AWS: whom the role trusts."""

import json

import pulumi
import pulumi_aws

from tests.components.builders import PLACES, identity

ROLE = "aws:iam/role:Role"


def test_only_functions_of_the_model_here_may_take_it_on(deployed):
    cloud = deployed(identity, "aws").cloud
    document = json.loads(cloud.inputs(ROLE)["assumeRolePolicy"])
    assert document["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"Service": ["lambda.amazonaws.com"]},
            "Action": "sts:AssumeRole",
            "Condition": {
                "StringEquals": {"aws:SourceAccount": "111111111111"},
                "ArnLike": {
                    "aws:SourceArn": "arn:aws:lambda:eu-central-1:111111111111:function:height-???????"
                },
            },
        }
    ]


def test_it_has_no_rights_of_its_own(deployed):
    cloud = deployed(identity, "aws").cloud
    made = cloud.inputs(ROLE)
    assert made.keys().isdisjoint({"inlinePolicies", "managedPolicyArns", "permissionsBoundary"})
    assert sorted(cloud.counts) == [ROLE]


def test_rights_go_to_the_name_and_workloads_take_the_arn(deploy, context):
    seen = []

    def program():
        made = identity("aws", context)
        made.member.apply(seen.append)
        made.id.apply(seen.append)
        seen.append(made.variables)

    deploy(program)
    assert {str(each) for each in seen} == {
        "height-0a1b2c3",
        "arn:aws:iam::111111111111:role/height-0a1b2c3",
        "{}",
    }


def test_the_account_is_asked_for_when_none_is_named(rehearse, context, monkeypatch):
    monkeypatch.setitem(PLACES, "aws", {"region": "eu-central-1"})

    def program():
        provider = pulumi_aws.Provider("aws", region="eu-central-1")
        identity("aws", context, pulumi.ResourceOptions(provider=provider))

    (made,) = rehearse(program).made(ROLE)
    (statement,) = json.loads(made["assumeRolePolicy"])["Statement"]
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": "111111111111"}
