"""What people set reaches every cloud, and what belongs to one cloud reaches that cloud alone."""

import json

import pulumi_aws
import pulumi_azure_native
import pulumi_gcp
import pytest

from stacks import dev, platform
from stacks.plan import plan
from tests.programs import recorded
from tests.stacks.test_platform import COMMAND, FUNCTIONS, PROVIDERS, settings

CLOUDS = ("aws", "azure", "gcp")
ARTIFACT = {"uri": "gs://elsewhere/height.onnx", "sha256": "c" * 64, "version": "7"}
CALLERS = {
    "aws": "arn:aws:iam::111111111111:role/caller",
    "azure": "00000000-0000-4000-8000-0000000000c1",
    "gcp": "serviceAccount:caller@example-callers.iam.gserviceaccount.com",
}
NOBODY = "00000000-0000-0000-0000-000000000000"
PERMISSION = "aws:lambda/permission:Permission"
AUTH = "azure-native:app:ContainerAppsAuthConfig"
INVOKER = "gcp:cloudrunv2/serviceIamMember:ServiceIamMember"
GRANTS = {
    "aws": "aws:iam/rolePolicy:RolePolicy",
    "azure": "azure-native:authorization:RoleAssignment",
    "gcp": "gcp:storage/managedFolderIamMember:ManagedFolderIamMember",
}
LOCATED = {
    "aws": lambda: pulumi_aws.Provider("aws", region="eu-central-1"),
    "azure": lambda: pulumi_azure_native.Provider("azure", location="westeurope"),
    "gcp": lambda: pulumi_gcp.Provider("gcp", project="example-models-dev", region="europe-west1"),
}
TOLD = {"aws": "environment", "azure": "template", "gcp": "template"}
"""The property that holds what an application is told."""


def up(**changes):
    """Deploys settings to their clouds; what the mock recorded."""
    wanted = settings(**changes)

    def program():
        planned = plan(wanted, dev.SHAPE)
        for name in planned.clouds:
            platform.deploy(name, planned, PROVIDERS[name]())

    return recorded(program)


@pytest.fixture(scope="module")
def changed():
    """One model with nothing as it is by default."""
    model = {
        "size": {"cpu": 2, "memory_gib": 4},
        "scale": {"min": 1, "max": 3, "concurrency": 7},
        "timeout_seconds": 77,
        "environment": {"LOG_LEVEL": "debug"},
        "callers": {name: [caller] for name, caller in CALLERS.items()},
        "artifact": ARTIFACT,
    }
    storage = {"keep_versions_days": 5, "infrequent_after_days": 40, "archive_after_days": 100}
    return up(models={"height": model}, storage=storage, monitoring={"retention_days": 60})


def functions(cloud):
    return {name: cloud.inputs(type_) for name, type_ in FUNCTIONS.items()}


def variables(made):
    """What the application is told on each cloud."""
    listed = {
        "azure": made["azure"]["template"]["containers"][0]["env"],
        "gcp": made["gcp"]["template"]["containers"][0]["envs"],
    }
    told = {name: {each["name"]: each["value"] for each in pairs} for name, pairs in listed.items()}
    return {"aws": made["aws"]["environment"]["variables"], **told}


def test_objects_age_as_asked_for_on_every_cloud(changed):
    move, end = changed.inputs("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")["rules"]
    assert [each["days"] for each in move["transitions"]] == [40, 100]
    assert end["noncurrentVersionExpiration"] == {"noncurrentDays": 5}
    tiers, versions = changed.inputs("azure-native:storage:ManagementPolicy")["policy"]["rules"]
    assert tiers["definition"]["actions"]["baseBlob"] == {
        "tierToCool": {"daysAfterModificationGreaterThan": 40},
        "tierToCold": {"daysAfterModificationGreaterThan": 100},
    }
    assert versions["definition"]["actions"]["version"]["delete"] == {"daysAfterCreationGreaterThan": 5}
    kept = changed.inputs("azure-native:storage:BlobServiceProperties")["deleteRetentionPolicy"]
    assert kept == {"enabled": True, "days": 5}
    warm, cold, old, _ = changed.inputs("gcp:storage/bucket:Bucket")["lifecycleRules"]
    assert [each["condition"]["age"] for each in (warm, cold)] == [40, 100]
    assert old["condition"]["daysSinceNoncurrentTime"] == 5


def test_logs_are_kept_as_long_as_asked_for_on_every_cloud(changed):
    assert changed.inputs("aws:cloudwatch/logGroup:LogGroup")["retentionInDays"] == 60
    assert changed.inputs("azure-native:operationalinsights:Workspace")["retentionInDays"] == 60
    assert changed.inputs("gcp:logging/projectBucketConfig:ProjectBucketConfig")["retentionDays"] == 60


def test_scale_reaches_every_cloud(changed):
    made = functions(changed)
    assert made["aws"]["reservedConcurrentExecutions"] == 3 * 7
    warm = changed.inputs("aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig")
    assert warm["provisionedConcurrentExecutions"] == 1
    scale = made["azure"]["template"]["scale"]
    assert (scale["minReplicas"], scale["maxReplicas"]) == (1, 3)
    assert scale["rules"][0]["http"]["metadata"] == {"concurrentRequests": "7"}
    template = made["gcp"]["template"]
    assert template["scaling"] == {"minInstanceCount": 1, "maxInstanceCount": 3}
    assert template["maxInstanceRequestConcurrency"] == 7
    assert {told["CONCURRENCY"] for told in variables(made).values()} == {"7"}


def test_size_and_timeout_reach_every_cloud(changed):
    made = functions(changed)
    assert (made["aws"]["memorySize"], made["aws"]["timeout"]) == (4096, 77)
    azure = made["azure"]["template"]
    assert azure["containers"][0]["resources"] == {"cpu": 2, "memory": "4Gi"}
    assert azure["terminationGracePeriodSeconds"] == 77
    gcp = made["gcp"]["template"]
    assert gcp["containers"][0]["resources"]["limits"] == {"cpu": "2", "memory": "4Gi"}
    assert gcp["timeout"] == "77s"


def test_variables_reach_every_cloud(changed):
    told = variables(functions(changed))
    assert {name: each["LOG_LEVEL"] for name, each in told.items()} == dict.fromkeys(CLOUDS, "debug")
    assert {each["MODEL"] for each in told.values()} == {"height"}


def callers(cloud):
    """Who may call on each cloud."""
    made = {
        type_: [one.inputs for one in cloud.children if one.typ == type_] for type_ in (PERMISSION, INVOKER)
    }
    directory = cloud.inputs(AUTH)["identityProviders"]["azureActiveDirectory"]["validation"]
    return {
        "aws": sorted({each["principal"] for each in made[PERMISSION]}),
        "azure": directory["defaultAuthorizationPolicy"]["allowedPrincipals"]["identities"],
        "gcp": [each["member"] for each in made[INVOKER]],
    }


def test_every_cloud_has_its_own_callers(changed):
    assert callers(changed) == {name: [caller] for name, caller in CALLERS.items()}


@pytest.mark.parametrize("name", CLOUDS)
def test_callers_of_one_cloud_reach_that_cloud_alone(name):
    cloud = up(models={"height": {"callers": {name: [CALLERS[name]]}}})
    nobody = {"aws": [], "azure": [NOBODY], "gcp": []}
    assert callers(cloud) == {**nobody, name: [CALLERS[name]]}


def test_a_model_may_get_and_list_its_file_on_aws(changed):
    grant = changed.inputs(GRANTS["aws"], "height-artifact")
    get, listing = json.loads(grant["policy"])["Statement"]
    bucket = "arn:aws:s3:::modelport-dev-storage-0a1b2c"
    assert grant["role"] == "height-0a1b2c3"
    assert (get["Effect"], get["Action"], get["Resource"]) == (
        "Allow",
        ["s3:GetObject"],
        f"{bucket}/height/artifact/*",
    )
    assert (listing["Action"], listing["Resource"]) == (["s3:ListBucket"], bucket)
    assert listing["Condition"] == {"StringLike": {"s3:prefix": "height/artifact/*"}}


def test_a_model_may_read_its_file_on_azure(changed):
    grant = changed.inputs(GRANTS["azure"], "height-artifact")
    assert grant["roleDefinitionId"].endswith("/2a2b9908-6ea1-4ae2-8e65-a410df84e7d1")
    assert grant["principalId"] == "00000000-0000-4000-8000-0000000000d1"
    assert grant["scope"].endswith("/containers/objects")
    assert ":path] StringStartsWith 'height/artifact/'" in grant["condition"]
    assert ":prefix] StringStartsWith 'height/artifact/'" in grant["condition"]
    assert "azure-native:authorization:RoleDefinition" not in changed.counts


def test_a_model_may_read_its_file_on_google_cloud(changed):
    grant = changed.inputs(GRANTS["gcp"], "height-artifact")
    assert (grant["managedFolder"], grant["role"]) == ("height/artifact/", "roles/storage.objectViewer")
    assert grant["member"].startswith("serviceAccount:height-")


@pytest.mark.parametrize("name", CLOUDS)
def test_a_model_is_told_of_its_file_once_it_is_there_and_may_be_read(name, rehearse):
    def program():
        planned = plan(settings(clouds=[name], models={"height": {"artifact": ARTIFACT}}), dev.SHAPE)
        platform.deploy(name, planned, LOCATED[name]())

    done = rehearse(program)
    (function,) = [each for each in done.state if f"{FUNCTIONS[name]}::" in each["urn"]]
    waited = {each.rpartition("$")[2] for each in function["propertyDependencies"][TOLD[name]]}
    assert {f"{COMMAND}::height-artifact", f"{GRANTS[name]}::height-artifact"} <= waited
    assert done.luck() == []
