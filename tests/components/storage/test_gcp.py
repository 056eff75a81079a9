"""Storage on Google Cloud: what keeps it safe, and who may do what where."""

import pulumi
import pytest

from components.core.errors import InvalidArgument
from components.core.principal import Principal
from components.storage.gcp import GcpStorage
from tests.components.builders import storage
from tests.components.waiting import waits_for

BUCKET = "gcp:storage/bucket:Bucket"
FOLDER = "gcp:storage/managedFolder:ManagedFolder"
ON_BUCKET = "gcp:storage/bucketIAMMember:BucketIAMMember"
ON_FOLDER = "gcp:storage/managedFolderIamMember:ManagedFolderIamMember"
API = "gcp:projects/service:Service"
KEPT = "gcp:logging/projectExclusion:ProjectExclusion::storage-access-excluded"
NAME = "modelport-test-storage-0a1b2c"
HEIGHT = "serviceAccount:height-0a1b2@example-models-dev.iam.gserviceaccount.com"


def granted(context, *grants, principal=HEIGHT):
    """A program that makes a storage and grants on it; the addresses go into `seen`."""
    seen = []

    def program():
        made = storage("gcp", context)
        for name, action, prefix in grants:
            made.grant(name, Principal(id=principal), action, prefix).apply(seen.append)

    return program, seen


def test_it_is_private_versioned_and_uniform(deployed):
    cloud = deployed(storage, "gcp").cloud
    made = cloud.inputs(BUCKET)
    assert made["uniformBucketLevelAccess"] is True
    assert made["publicAccessPrevention"] == "enforced"
    assert made["versioning"] == {"enabled": True}
    assert "encryption" not in made


def test_what_is_deleted_goes_for_good_when_it_says(deployed):
    cloud = deployed(storage, "gcp", keep_versions_days=5).cloud
    made = cloud.inputs(BUCKET)
    assert made["softDeletePolicy"] == {"retentionDurationSeconds": 0}
    (delete,) = [each for each in made["lifecycleRules"] if each["action"]["type"] == "Delete"]
    assert delete["condition"] == {"daysSinceNoncurrentTime": 5, "withState": "ARCHIVED"}


def test_objects_move_to_cheaper_classes(deployed):
    cloud = deployed(storage, "gcp", infrequent_after_days=40, archive_after_days=100).cloud
    moves = {
        each["action"]["storageClass"]: each["condition"]["age"]
        for each in cloud.inputs(BUCKET)["lifecycleRules"]
        if each["action"]["type"] == "SetStorageClass"
    }
    assert moves == {"NEARLINE": 40, "ARCHIVE": 100}


@pytest.mark.parametrize("protect", [True, False])
def test_it_goes_with_everything_in_it_only_when_unprotected(protect, deployed):
    cloud = deployed(storage, "gcp", protect=protect).cloud
    assert bool(cloud.monitor.protected[f"{BUCKET}::storage"]) is protect
    assert cloud.inputs(BUCKET)["forceDestroy"] is not protect


def test_its_addresses(deploy, context):
    seen = []

    def program():
        made = storage("gcp", context)
        pulumi.Output.all(made.name, made.uri, made.remote).apply(seen.append)

    deploy(program)
    assert seen == [[NAME, f"gs://{NAME}", f":gcs,env_auth,bucket_policy_only:{NAME}"]]


def test_reading_a_prefix_is_granted_on_a_folder_and_not_on_the_bucket(cloud, deploy, context):
    program, seen = granted(context, ("height-read", "read", "height/inbox/"))
    deploy(program)
    assert cloud.inputs(FOLDER) == {"bucket": NAME, "name": "height/inbox/", "forceDestroy": True}
    assert cloud.inputs(ON_FOLDER) == {
        "bucket": NAME,
        "managedFolder": "height/inbox/",
        "role": "roles/storage.objectViewer",
        "member": HEIGHT,
    }
    assert cloud.counts[ON_BUCKET] == 0
    assert seen == [f"gs://{NAME}/height/inbox"]


def test_writing_never_deletes(cloud, deploy, context):
    program, _ = granted(context, ("height-write", "write", "out/"))
    deploy(program)
    assert cloud.inputs(ON_FOLDER)["role"] == "roles/storage.objectCreator"
    assert "write" in GcpStorage.GAPS


def test_without_a_prefix_the_whole_bucket_is_meant(cloud, deploy, context):
    program, seen = granted(context, ("height-read", "read", ""))
    deploy(program)
    assert cloud.inputs(ON_BUCKET)["bucket"] == NAME
    assert cloud.counts[FOLDER] == 0
    assert seen == [f"gs://{NAME}"]


@pytest.mark.parametrize(("prefix", "granted_on"), [("in/", ON_FOLDER), ("", ON_BUCKET)])
def test_the_address_of_a_grant_comes_from_the_grant(prefix, granted_on, deploy, context):
    def address():
        return storage("gcp", context).grant("height-read", Principal(id=HEIGHT), "read", prefix)

    assert f"{granted_on}::height-read" in waits_for(deploy, address)


def test_two_grants_share_a_folder(cloud, deploy, context):
    program, _ = granted(context, ("a", "read", "in/"), ("b", "write", "in/"), ("c", "read", "in/b/"))
    deploy(program)
    assert (cloud.counts[FOLDER], cloud.counts[ON_FOLDER]) == (2, 3)


@pytest.mark.parametrize(
    "principal",
    ["allUsers", "allAuthenticatedUsers", "domain:example.com", "group:ml@example.com", "serviceAccount:*"],
)
def test_everybody_and_groups_are_refused(principal, cloud, deploy, context):
    program, _ = granted(context, ("all", "read", "in/"), principal=principal)
    with pytest.raises(InvalidArgument, match=r"principal\.id"):
        deploy(program)
    assert cloud.counts[ON_FOLDER] == cloud.counts[ON_BUCKET] == 0


@pytest.fixture
def logged(deployed):
    """What is recorded of a storage whose access is logged."""
    return deployed(storage, "gcp", access_logs_days=90).cloud


def test_what_a_whole_project_shares_stays_when_the_stack_goes(logged):
    """Others may count on the audit logs and on the APIs, which would go for all of them."""
    audit = "gcp:projects/iAMAuditConfig:IAMAuditConfig::storage-access-recorded"
    assert logged.monitor.options[audit].get("retainOnDelete") is True
    apis = {one.name: one.inputs for one in logged.children if one.typ == API}
    assert "storage-access-api" in apis
    for name, made in apis.items():
        assert made["disableOnDestroy"] is False, name


def test_in_another_region_bucket_and_logs_have_other_names(logged):
    for name in ("storage-suffix", "storage-access-suffix"):
        made = logged.inputs("random:index/randomString:RandomString", name)
        assert made["keepers"] == {"region": "europe-west1"}


@pytest.mark.parametrize("prefix", ["in/", ""])
def test_nobody_is_given_an_address_before_access_is_kept(prefix, deploy, context):
    def address():
        made = storage("gcp", context, access_logs_days=90)
        return made.grant("height-read", Principal(id=HEIGHT), "read", prefix)

    assert KEPT in waits_for(deploy, address)


def test_the_uri_waits_until_access_is_kept(deploy, context):
    assert KEPT in waits_for(deploy, lambda: storage("gcp", context, access_logs_days=90).uri)
