"""Key on AWS: what its policy says, what is encrypted with it, and that all of it deploys."""

import json
from fnmatch import fnmatchcase

import pulumi
import pulumi_aws as aws
import pytest

from components import catalog
from components.core.errors import InvalidArgument
from components.function.contract import Function, FunctionArgs, FunctionLinks
from components.host.contract import Host, HostArgs, HostLinks
from components.identity.contract import Identity, IdentityArgs, IdentityLinks
from components.image.contract import Image, ImageArgs, ImageLinks
from components.key.contract import Key, KeyArgs, KeyLinks
from components.registry.contract import Registry, RegistryArgs, RegistryLinks
from components.storage.contract import Storage, StorageArgs, StorageLinks
from tests.components.builders import ACCESS, DIGEST, SOURCE, key, landing

KEY = "aws:kms/key:Key"
ARN = "arn:aws:kms:eu-central-1:111111111111:key/0a1b2c3d-4e5f-4a6b-8c7d-0a1b2c3d4e5f"
BUCKET = "modelport-test-storage-0a1b2c"
CONTEXT = "kms:EncryptionContext:aws"
# What encrypts or decrypts, or lets somebody else do so.
DATA = {"Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "CreateGrant"}
DATA |= {"ReEncryptFrom", "ReEncryptTo"}
GROUP, FUNCTION = "aws:cloudwatch/logGroup:LogGroup", "aws:lambda/function:Function"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"


def everything(context, opts=None, with_key=True):
    """All that a stack has, with a key of ours."""

    def make(kind, name, args, links):
        return catalog.implementation(kind, "aws")(name, args, links, opts)

    ground = landing("aws", context, opts)
    own = make(Key, "key", KeyArgs(context=context), KeyLinks(ground)) if with_key else None
    images = RegistryArgs(context=context, models=("height",))
    registry = make(Registry, "registry", images, RegistryLinks(ground, own))
    storage = make(Storage, "storage", StorageArgs(context=context), StorageLinks(ground, own))
    host = make(Host, "host", HostArgs(context=context), HostLinks(ground, own))
    identity = make(Identity, "height", IdentityArgs(context=context, model="height"), IdentityLinks(ground))
    image = ImageArgs(context=context, model="height", source=SOURCE)
    reads = storage.grant("height-reads", identity.principal, "read", "height/")
    writes = storage.grant("height-writes", identity.principal, "write", "height/out/")
    links = FunctionLinks(
        landing=ground,
        host=host,
        registry=registry,
        image=make(Image, "height", image, ImageLinks(registry)),
        identity=identity,
        variables={"MODEL_URI": reads, "RESULTS": writes},
    )
    args = FunctionArgs(context=context, model="height", digest=DIGEST, access=ACCESS["aws"])
    return make(Function, "height", args, links)


def statements(cloud, type_=KEY, name=None):
    return json.loads(cloud.inputs(type_, name)["policy"])["Statement"]


@pytest.fixture
def policy(deployed):
    """Statements of the key's policy, by what each is called."""
    return {each["Sid"]: each for each in statements(deployed(key, "aws").cloud)}


def test_it_rotates_and_can_be_brought_back(deployed):
    made = deployed(key, "aws", rotation_days=90).cloud.inputs(KEY)
    assert (made["enableKeyRotation"], made["rotationPeriodInDays"]) == (True, 90)
    assert made["deletionWindowInDays"] == 30


@pytest.mark.parametrize("protect", [True, False])
def test_it_is_protected_unless_told_otherwise(protect, deployed):
    cloud = deployed(key, "aws", protect=protect).cloud
    protected = {each for each, value in cloud.monitor.protected.items() if value}
    assert protected == ({f"{KEY}::key"} if protect else set())


def test_people_find_it_by_name(deployed):
    alias = deployed(key, "aws").cloud.inputs("aws:kms/alias:Alias")
    assert alias["name"].startswith("alias/modelport-test-key-")
    assert alias["targetKeyId"] == ARN.rpartition("/")[2]


def test_it_names_actions_and_principals_one_by_one(policy):
    for each in policy.values():
        assert (each["Effect"], each["Resource"]) == ("Allow", "*")
        assert not [action for action in each["Action"] if "*" in action]
        assert "*" not in str(each["Principal"])


def test_the_account_manages_it_and_decrypts_nothing(policy):
    manage = policy.pop("Manage")
    assert manage["Principal"] == {"AWS": "arn:aws:iam::111111111111:root"}
    assert {"kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"} <= set(manage["Action"])
    assert not {action.removeprefix("kms:") for action in manage["Action"]} & DATA


@pytest.mark.parametrize(
    ("sid", "service"), [("Registry", "ecr"), ("Storage", "s3"), ("Functions", "lambda")]
)
def test_the_rest_goes_through_one_service_each(policy, sid, service):
    condition = policy[sid]["Condition"]
    assert condition["StringEquals"] == {"kms:ViaService": f"{service}.eu-central-1.amazonaws.com"}


def test_storage_is_for_the_buckets_of_the_stack(policy):
    pattern = policy["Storage"]["Condition"]["StringLike"][f"{CONTEXT}:s3:arn"]
    assert fnmatchcase(f"arn:aws:s3:::{BUCKET}", pattern)
    assert not fnmatchcase("arn:aws:s3:::modelport-prod-storage-0a1b2c", pattern)


def test_logs_are_those_of_functions_here(policy):
    logs = policy["Logs"]
    assert logs["Principal"] == {"Service": "logs.eu-central-1.amazonaws.com"}
    pattern = logs["Condition"]["ArnLike"][f"{CONTEXT}:logs:arn"]
    here = "arn:aws:logs:eu-central-1:111111111111:log-group:"
    assert fnmatchcase(f"{here}height-logs-0a1b2c3", pattern)
    assert not fnmatchcase(f"{here}height", pattern)
    assert not fnmatchcase(f"{here.replace('111111111111', '222222222222')}height-logs-0a1b2c3", pattern)


@pytest.mark.parametrize("service", ["registry", "storage", "logs"])
def test_every_service_gets_the_key_itself(deploy, context, service):
    seen = []
    deploy(lambda: key("aws", context).usable_by("some", service).apply(seen.append))
    assert seen == [ARN]


def test_another_service_is_refused(deploy, context):
    with pytest.raises(InvalidArgument, match=r"allowed: registry, storage, logs"):
        deploy(lambda: key("aws", context).usable_by("some", "mail"))


def test_everything_is_encrypted_with_it(cloud, deploy, context):
    deploy(lambda: everything(context))
    repository = cloud.inputs("aws:ecr/repository:Repository")
    assert repository["encryptionConfigurations"] == [{"encryptionType": "KMS", "kmsKey": ARN}]
    (rule,) = cloud.inputs(ENCRYPTION)["rules"]
    assert rule["applyServerSideEncryptionByDefault"] == {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": ARN}
    assert rule["bucketKeyEnabled"] is True
    assert (cloud.inputs(GROUP)["kmsKeyId"], cloud.inputs(FUNCTION)["kmsKeyArn"]) == (ARN, ARN)


def test_without_a_key_nothing_speaks_of_one(cloud, deploy, context):
    deploy(lambda: everything(context, with_key=False))
    assert not [each.name for each in cloud.children if "kms" in str(each.inputs).lower()]
    assert len(statements(cloud, "aws:s3/bucketPolicy:BucketPolicy")) == 2


def test_another_key_is_another_revision(cloud, deploy, context):
    seen = []
    deploy(lambda: everything(context).revision.apply(seen.append))
    with_key = seen.pop()
    deploy(lambda: everything(context, with_key=False).revision.apply(seen.append))
    assert seen != [with_key]


def test_no_object_is_encrypted_otherwise(cloud, deploy, context):
    deploy(lambda: everything(context))
    other = statements(cloud, "aws:s3/bucketPolicy:BucketPolicy")[-1]
    assert (other["Effect"], other["Principal"], other["Action"]) == ("Deny", "*", "s3:PutObject")
    assert other["Resource"] == f"arn:aws:s3:::{BUCKET}/*"
    assert other["Condition"] == {
        "Null": {"s3:x-amz-server-side-encryption": "false"},
        "ArnNotEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": ARN},
    }


@pytest.mark.parametrize(
    ("grant", "actions"),
    [("height-reads", ["kms:Decrypt"]), ("height-writes", ["kms:GenerateDataKey", "kms:Decrypt"])],
)
def test_grants_come_with_the_key_for_this_bucket_only(cloud, deploy, context, grant, actions):
    deploy(lambda: everything(context))
    right = statements(cloud, "aws:iam/rolePolicy:RolePolicy", grant)[-1]
    assert (right["Action"], right["Resource"]) == (actions, ARN)
    assert right["Condition"] == {
        "StringEquals": {
            "kms:ViaService": "s3.eu-central-1.amazonaws.com",
            f"{CONTEXT}:s3:arn": f"arn:aws:s3:::{BUCKET}",
        }
    }


def test_it_passes_on_the_simulated_cloud_and_nothing_is_luck(rehearse, context):
    def program():
        provider = aws.Provider("aws", region="eu-central-1", allowed_account_ids=["111111111111"])
        everything(context, pulumi.ResourceOptions(provider=provider))

    done = rehearse(program)

    assert done.luck() == []
    (made,) = done.made(KEY)
    (function,) = done.made(FUNCTION)
    assert function["kmsKeyArn"] == made["arn"]
    needed = " ".join(str(each) for each in done.world.needs().values())
    assert needed.count("kms/key:Key::key") >= 5
