"""Registries: the promises of the contract and what keeps them safe, on every cloud."""

import json
from fnmatch import fnmatchcase

import pulumi
import pulumi_random as random
import pytest

from components import catalog
from components.core.digests import tag_of
from components.core.errors import InvalidArgument
from components.core.principal import Principal
from components.registry.contract import RegistryArgs
from tests.components.builders import DIGEST, registry

EVERY_CLOUD = pytest.mark.parametrize("cloud_name", catalog.CLOUDS)
REPOSITORY = {
    "aws": "aws:ecr/repository:Repository",
    "azure": "azure-native:containerregistry:Registry",
    "gcp": "gcp:artifactregistry/repository:Repository",
}
EXPIRY = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
FUNCTIONS = "aws:ecr/repositoryPolicy:RepositoryPolicy"
NAMES = {"aws": "registry-height", "azure": "registry", "gcp": "registry"}
OBJECT_ID = "12345678-90ab-cdef-1234-567890abcdef"
PRINCIPALS = {
    "aws": "height-role-1a2b3c4",
    "azure": OBJECT_ID,
    "gcp": "serviceAccount:height@p.iam.gserviceaccount.com",
}
GRANTS = {
    "aws": "aws:iam/rolePolicy:RolePolicy",
    "azure": "azure-native:authorization:RoleAssignment",
    "gcp": "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
}


def granted(cloud_name, context, principal, **options):
    """A program that grants one identity the right to pull, and a probe that takes the result."""

    def program():
        url = registry(cloud_name, context).grant("height-pull", Principal(id=principal), **options)
        random.RandomString("probe", length=1, keepers={"url": url})

    return program


def outputs(cloud, cloud_name):
    return cloud.monitor.outputs[f"modelport:{cloud_name}:Registry::registry"]


@EVERY_CLOUD
def test_references_have_a_host_and_no_scheme(cloud_name, deployed):
    cloud = deployed(registry, cloud_name).cloud
    made = outputs(cloud, cloud_name)
    assert made["repositories"].keys() == {"height", "weight"}
    for model, repository in made["repositories"].items():
        assert repository.startswith(f"{made['url']}/")
        assert model in repository.removeprefix(made["url"])
        assert "://" not in repository
        assert ":" not in repository


@EVERY_CLOUD
@pytest.mark.parametrize("protect", [True, False])
def test_only_what_holds_images_is_protected(cloud_name, protect, deployed):
    cloud = deployed(registry, cloud_name, protect=protect).cloud
    for child in cloud.children:
        expected = protect and child.typ == REPOSITORY[cloud_name]
        assert bool(cloud.monitor.protected[f"{child.typ}::{child.name}"]) == expected, child.name


@pytest.mark.parametrize("protect", [True, False])
def test_aws_deletes_images_only_when_unprotected(protect, deployed):
    cloud = deployed(registry, "aws", protect=protect).cloud
    assert cloud.inputs(REPOSITORY["aws"], "registry-height")["forceDelete"] is not protect


@EVERY_CLOUD
def test_it_is_protected_unless_asked_otherwise(cloud_name, deployed):
    cloud = deployed(registry, cloud_name).cloud
    assert cloud.monitor.protected[f"{REPOSITORY[cloud_name]}::{NAMES[cloud_name]}"]


def test_aws_tags_are_immutable_scanned_and_encrypted(deployed):
    cloud = deployed(registry, "aws").cloud
    made = cloud.inputs(REPOSITORY["aws"], "registry-height")
    assert made["imageTagMutability"] == "IMMUTABLE"
    assert made["imageScanningConfiguration"] == {"scanOnPush": True}
    assert made["encryptionConfigurations"] == [{"encryptionType": "AES256"}]
    assert made["tags"]["model"] == "height"


def test_aws_lets_only_functions_of_the_model_in_this_account_pull(deployed):
    cloud = deployed(registry, "aws").cloud
    policy = json.loads(cloud.inputs(FUNCTIONS, "registry-height-functions")["policy"])
    assert policy["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            "Condition": {
                "StringEqualsIfExists": {"aws:SourceAccount": "111111111111"},
                "ArnLike": {
                    "aws:SourceArn": "arn:aws:lambda:eu-central-1:111111111111:function:height-???????"
                },
            },
        }
    ]


def test_aws_functions_of_a_model_are_not_those_of_a_longer_name(deployed):
    cloud = deployed(registry, "aws").cloud
    policy = json.loads(cloud.inputs(FUNCTIONS, "registry-height-functions")["policy"])
    pattern = policy["Statement"][0]["Condition"]["ArnLike"]["aws:SourceArn"].rpartition(":")[2]
    assert fnmatchcase("height-0a1b2c3", pattern)
    assert not fnmatchcase("height-2-0a1b2c3", pattern)


def test_aws_expires_the_running_image_last_of_all(deployed):
    cloud = deployed(registry, "aws", keep_images=5, untagged_days=3).cloud
    rules = json.loads(cloud.inputs(EXPIRY, "registry-height-expiry")["policy"])["rules"]
    assert [rule["rulePriority"] for rule in rules] == [1, 2, 3]
    assert all(rule["action"] == {"type": "expire"} for rule in rules)
    assert [rule["selection"] for rule in rules] == [
        {
            "tagStatus": "tagged",
            "tagPrefixList": [tag_of(DIGEST)],
            "countType": "imageCountMoreThan",
            "countNumber": 1,
        },
        {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 3},
        {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 5},
    ]


def test_aws_has_no_rule_for_a_model_that_does_not_run(deployed):
    cloud = deployed(registry, "aws").cloud
    rules = json.loads(cloud.inputs(EXPIRY, "registry-weight-expiry")["policy"])["rules"]
    assert [rule["selection"]["tagStatus"] for rule in rules] == ["untagged", "any"]


def test_aws_names_nothing_before_its_policies_are_in_place(cloud, deploy, context):
    seen = []

    def program():
        made = registry("aws", context)
        made.repositories["height"].apply(lambda _: seen.extend(cloud.counts.elements()))

    deploy(program)
    assert seen.count(EXPIRY) >= 1
    assert seen.count(FUNCTIONS) >= 1


def test_azure_has_neither_admin_nor_anonymous_access(deployed):
    cloud = deployed(registry, "azure").cloud
    made = cloud.inputs(REPOSITORY["azure"])
    assert made["adminUserEnabled"] is False
    assert made["anonymousPullEnabled"] is False
    assert made["policies"] == {"azureADAuthenticationAsArmPolicy": {"status": "enabled"}}
    assert made["registryName"] == "modelporttestregistry0a1b2c"


def test_google_tags_are_immutable_and_images_scanned(deployed):
    cloud = deployed(registry, "gcp").cloud
    made = cloud.inputs(REPOSITORY["gcp"])
    assert made["dockerConfig"] == {"immutableTags": True}
    assert made["vulnerabilityScanningConfig"] == {"enablementConfig": "INHERITED"}
    assert made["format"] == "DOCKER"
    assert made["repositoryId"] == "modelport-test-registry-0a1b2c"


def test_google_keeps_what_runs_and_what_is_recent(deployed):
    cloud = deployed(registry, "gcp", keep_images=5, untagged_days=3).cloud
    made = cloud.inputs(REPOSITORY["gcp"])
    assert made["cleanupPolicyDryRun"] is False
    assert made["cleanupPolicies"] == [
        {
            "id": "keep-in-use",
            "action": "KEEP",
            "condition": {"tagState": "TAGGED", "tagPrefixes": [tag_of(DIGEST)]},
        },
        {"id": "keep-recent", "action": "KEEP", "mostRecentVersions": {"keepCount": 5}},
        {
            "id": "delete-old",
            "action": "DELETE",
            "condition": {"tagState": "ANY", "olderThan": "259200s"},
        },
    ]


def test_google_has_ten_policies_at_most_however_many_models(deployed):
    models = tuple(f"model-{number}" for number in range(30))
    cloud = deployed(registry, "gcp", models=models, in_use=dict.fromkeys(models, DIGEST)).cloud
    assert len(cloud.inputs(REPOSITORY["gcp"])["cleanupPolicies"]) <= 10


@EVERY_CLOUD
def test_what_takes_the_url_of_a_grant_waits_for_it(cloud_name, cloud, deploy, context):
    deploy(granted(cloud_name, context, PRINCIPALS[cloud_name]))
    probe = "random:index/randomString:RandomString"
    assert cloud.inputs(probe, "probe")["keepers"] == {"url": outputs(cloud, cloud_name)["url"]}
    assert "height-pull" in cloud.monitor.needs[f"{probe}::probe"]
    assert cloud.counts[GRANTS[cloud_name]] == 1
    assert f"{GRANTS[cloud_name]}::height-pull" in cloud.children_of(f"modelport:{cloud_name}:Registry")


def test_aws_grants_these_repositories_and_no_others(cloud, deploy, context):
    deploy(granted("aws", context, PRINCIPALS["aws"]))
    made = cloud.inputs(GRANTS["aws"])
    assert made["role"] == PRINCIPALS["aws"]
    pull, login = json.loads(made["policy"])["Statement"]
    assert pull["Action"] == ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    assert pull["Resource"] == [
        f"arn:aws:ecr:eu-central-1:111111111111:repository/registry-{model}-0a1b2c3"
        for model in ("height", "weight")
    ]
    assert (login["Action"], login["Resource"]) == (["ecr:GetAuthorizationToken"], "*")


def test_azure_grants_pull_on_this_registry(cloud, deploy, context):
    deploy(granted("azure", context, OBJECT_ID))
    made = cloud.inputs(GRANTS["azure"])
    assert made["scope"].endswith("/registries/modelporttestregistry0a1b2c")
    assert made["roleDefinitionId"] == (
        "/subscriptions/00000000-0000-4000-8000-000000000001/providers/Microsoft.Authorization"
        "/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d"
    )
    assert (made["principalId"], made["principalType"]) == (OBJECT_ID, "ServicePrincipal")


def test_google_grants_reading_of_this_repository(cloud, deploy, context):
    deploy(granted("gcp", context, PRINCIPALS["gcp"]))
    assert cloud.inputs(GRANTS["gcp"]) == {
        "project": "example-models-dev",
        "location": "europe-west1",
        "repository": "modelport-test-registry-0a1b2c",
        "role": "roles/artifactregistry.reader",
        "member": PRINCIPALS["gcp"],
    }


NOBODY = [
    ("aws", "arn:aws:iam::111111111111:role/height"),
    ("aws", "*"),
    ("azure", "height"),
    ("azure", ""),
    ("gcp", "allUsers"),
    ("gcp", "allAuthenticatedUsers"),
    ("gcp", "domain:example.com"),
    ("gcp", "group:ml@example.com"),
    ("gcp", "principalSet://iam.googleapis.com/x/*"),
]


@pytest.mark.parametrize(("cloud_name", "principal"), NOBODY)
@pytest.mark.parametrize("later", [False, True], ids=["now", "later"])
def test_everybody_and_nobody_are_refused(cloud_name, principal, later, cloud, deploy, context):
    given = pulumi.Output.from_input(principal) if later else principal
    with pytest.raises(Exception, match=r"principal\.id"):
        deploy(granted(cloud_name, context, given))
    assert cloud.counts[GRANTS[cloud_name]] == 0


@EVERY_CLOUD
def test_no_other_action_is_granted(cloud_name, deploy, context):
    with pytest.raises(InvalidArgument, match='action: allowed: pull, came "push"'):
        deploy(granted(cloud_name, context, PRINCIPALS[cloud_name], action="push"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"models": ()}, "models: at least one"),
        ({"models": ("Height",)}, "models: "),
        ({"keep_images": 0}, "keep_images: at least 1, not 0"),
        ({"untagged_days": 0}, "untagged_days: at least 1, not 0"),
        ({"in_use": {"width": DIGEST}}, 'in_use: "width" is none of the models height'),
        ({"in_use": {"height": "latest"}}, "in_use: must be sha256:"),
    ],
)
def test_arguments_that_can_never_be_honoured(changes, message, context):
    with pytest.raises(InvalidArgument, match=message):
        RegistryArgs(context=context, **{"models": ("height",), **changes})
