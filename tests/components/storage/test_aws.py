"""Storage on AWS: what keeps a bucket closed, and what a grant allows."""

import json

import pulumi
import pytest

from components.core.errors import InvalidArgument
from components.core.principal import Principal
from components.storage.aws import AwsStorage
from components.storage.contract import StorageArgs
from tests.components.builders import storage
from tests.components.waiting import waits_for

BUCKET = "modelport-test-storage-0a1b2c"
ARN = f"arn:aws:s3:::{BUCKET}"
GRANT = "aws:iam/rolePolicy:RolePolicy"
S3 = "aws:s3/bucket"
FLAGS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def s3(kind):
    return f"{S3}{kind}:Bucket{kind}"


def statements(cloud, type_, name=None):
    return json.loads(cloud.inputs(type_, name)["policy"])["Statement"]


def granted(context, action, prefix="", principal="height-1a2b3c4"):
    def program():
        address = storage("aws", context).grant("height-grant", Principal(id=principal), action, prefix)
        pulumi.export("address", address)

    return program


def test_nothing_in_it_can_be_public(deployed):
    cloud = deployed(storage, "aws").cloud
    block = cloud.inputs(s3("PublicAccessBlock"))
    assert all(block[flag] is True for flag in FLAGS)
    assert cloud.inputs(s3("OwnershipControls"))["rule"] == {"objectOwnership": "BucketOwnerEnforced"}


def test_old_tls_and_none_are_refused(deployed):
    cloud = deployed(storage, "aws").cloud
    plain, old = statements(cloud, s3("Policy"))
    for each in (plain, old):
        assert (each["Effect"], each["Principal"], each["Action"]) == ("Deny", "*", "s3:*")
        assert each["Resource"] == [ARN, f"{ARN}/*"]
    assert plain["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert old["Condition"] == {"NumericLessThan": {"s3:TlsVersion": "1.2"}}


def test_old_versions_and_unfinished_uploads_end(deployed):
    days = {"keep_versions_days": 5, "infrequent_after_days": 40, "archive_after_days": 100}
    cloud = deployed(storage, "aws", **days).cloud
    move, end = cloud.inputs(s3("LifecycleConfiguration"))["rules"]
    assert move["transitions"] == [
        {"days": 40, "storageClass": "STANDARD_IA"},
        {"days": 100, "storageClass": "GLACIER_IR"},
    ]
    assert end["noncurrentVersionExpiration"] == {"noncurrentDays": 5}
    assert end["abortIncompleteMultipartUpload"] == {"daysAfterInitiation": 7}
    assert end["expiration"] == {"expiredObjectDeleteMarker": True}


@pytest.mark.parametrize("protect", [True, False])
def test_contents_go_only_when_unprotected(protect, deployed):
    cloud = deployed(storage, "aws", protect=protect).cloud
    assert cloud.inputs(f"{S3}:Bucket")["forceDestroy"] is not protect
    protected = {key for key, value in cloud.monitor.protected.items() if value}
    assert protected == ({f"{S3}:Bucket::storage"} if protect else set())


def test_the_name_waits_for_everything_beside_it(cloud, deploy, context):
    seen = []
    deploy(lambda: storage("aws", context).uri.apply(lambda uri: seen.extend([uri, *cloud.counts])))
    assert seen[0] == f"s3://{BUCKET}"
    beside = ("PublicAccessBlock", "OwnershipControls", "Versioning", "LifecycleConfiguration", "Policy")
    assert {s3(kind) for kind in beside} <= set(seen)


@pytest.mark.parametrize("address", ["name", "uri", "remote"])
def test_no_address_is_known_before_it_is_closed_and_ages(address, deploy, context):
    waited = waits_for(deploy, lambda: getattr(storage("aws", context), address))
    assert {f"{s3('Policy')}::storage-tls", f"{s3('LifecycleConfiguration')}::storage-lifecycle"} <= waited


def test_what_is_set_beside_it_is_set_one_after_the_other(deployed):
    needs = deployed(storage, "aws").cloud.monitor.needs
    order = (
        ("PublicAccessBlock", "private", "storage"),
        ("OwnershipControls", "ownership", "storage-private"),
        ("Policy", "tls", "storage-ownership"),
        ("Versioning", "versions", "storage"),
        ("ServerSideEncryptionConfiguration", "encryption", "storage-versions"),
        ("LifecycleConfiguration", "lifecycle", "storage-encryption"),
    )
    for kind, name, before in order:
        assert before in needs[f"{s3(kind)}::storage-{name}"]


def test_rclone_finds_it(deploy, context):
    seen = []
    deploy(lambda: storage("aws", context).remote.apply(seen.append))
    assert seen == [f":s3,provider=AWS,env_auth,region=eu-central-1:{BUCKET}"]


def test_reading_is_to_get_and_to_list_below_the_prefix(cloud, deploy, context):
    deploy(granted(context, "read", "models/height/"))
    get, listing = statements(cloud, GRANT)
    assert (get["Action"], get["Resource"]) == (["s3:GetObject"], f"{ARN}/models/height/*")
    assert (listing["Action"], listing["Resource"]) == (["s3:ListBucket"], ARN)
    assert listing["Condition"] == {"StringLike": {"s3:prefix": "models/height/*"}}


def test_reading_everything_lists_everything(cloud, deploy, context):
    deploy(granted(context, "read"))
    get, listing = statements(cloud, GRANT)
    assert get["Resource"] == f"{ARN}/*"
    assert "Condition" not in listing


def test_writing_is_to_put_and_nothing_else(cloud, deploy, context):
    deploy(granted(context, "write", "out/"))
    (put,) = statements(cloud, GRANT)
    assert put["Action"] == ["s3:PutObject", "s3:AbortMultipartUpload"]
    assert put["Resource"] == f"{ARN}/out/*"


@pytest.mark.parametrize("prefix", ["", "out/"])
def test_what_takes_the_address_waits_for_the_grant(prefix, cloud, deploy, context):
    seen = []

    def program():
        grant = storage("aws", context).grant("height-grant", Principal(id="height"), "read", prefix)
        grant.apply(lambda address: seen.extend([address, cloud.counts[GRANT]]))

    deploy(program)
    assert seen == [f"s3://{BUCKET}/{prefix}".rstrip("/"), 1]


def test_the_address_of_a_grant_comes_from_the_grant(deploy, context):
    def address():
        return storage("aws", context).grant("height-grant", Principal(id="height"), "read", "in/")

    waited = waits_for(deploy, address)
    assert {f"{GRANT}::height-grant", f"{s3('Policy')}::storage-tls"} <= waited


@pytest.mark.parametrize("principal", ["*", "arn:aws:iam::111111111111:role/height", ""])
def test_nobody_but_a_single_role_is_granted(principal, cloud, deploy, context):
    with pytest.raises(Exception, match=r"principal\.id"):
        deploy(granted(context, "read", principal=principal))
    assert cloud.counts[GRANT] == 0


@pytest.mark.parametrize(
    ("action", "prefix", "says"),
    [("delete", "", "action: allowed"), ("read", "a", "prefix: "), ("read", "*/", "prefix: ")],
)
def test_grants_that_are_none(action, prefix, says, deploy, context):
    with pytest.raises(InvalidArgument, match=says):
        deploy(granted(context, action, prefix))


def test_a_name_that_is_too_long_is_refused_before_the_first_resource(context):
    refusals = list(AwsStorage.refusals("a" * 60, StorageArgs(context=context)))
    assert ["S3 bucket" in str(each) for each in refusals] == [True]


@pytest.fixture
def logged(deployed):
    """What is recorded of a storage whose access is logged."""
    return lambda **changes: deployed(storage, "aws", access_logs_days=90, **changes).cloud


@pytest.mark.parametrize("address", ["name", "uri", "remote"])
def test_no_address_is_known_before_access_is_logged(address, deploy, context):
    waited = waits_for(deploy, lambda: getattr(storage("aws", context, access_logs_days=90), address))
    assert f"{s3('Logging')}::storage-access" in waited


@pytest.mark.parametrize("protect", [True, False])
def test_access_logs_go_only_when_unprotected(protect, logged):
    cloud = logged(protect=protect)
    assert cloud.inputs(f"{S3}:Bucket", "storage-access")["forceDestroy"] is not protect
    assert bool(cloud.monitor.protected[f"{S3}:Bucket::storage-access"]) is protect


def test_access_logs_belong_to_the_account_and_nobody_else_holds_their_key(logged):
    cloud = logged()
    ownership = cloud.inputs(s3("OwnershipControls"), "storage-access-ownership")
    assert ownership["rule"] == {"objectOwnership": "BucketOwnerEnforced"}
    (rule,) = cloud.inputs(s3("ServerSideEncryptionConfiguration"), "storage-access-encryption")["rules"]
    assert rule["blockedEncryptionTypes"] == ["SSE-C"]
    block = cloud.inputs(s3("PublicAccessBlock"), "storage-access-private")
    assert [block[flag] for flag in FLAGS] == [True] * 4


def test_in_another_region_both_buckets_have_other_names(logged):
    for name in ("storage-suffix", "storage-access-suffix"):
        made = logged().inputs("random:index/randomString:RandomString", name)
        assert made["keepers"] == {"region": "eu-central-1"}
