"""Keys on AWS: planted mistakes in a key, in its policy and in what encrypts with it."""

# ruff: noqa: E501 - a row of a table is one line

import copy
from collections.abc import Callable
from typing import Any

import pytest

from sandbox import needs
from sandbox.needs import Refused
from sandbox.rules.aws_functions import FUNCTION, LOG_GROUP
from sandbox.rules.aws_keys import ALIAS, KEY
from sandbox.rules.aws_storage import BUCKET, ENCRYPTION
from tests.sandbox.playing import REPOSITORY, ROLE_POLICY, Stage, off, policy
from tests.sandbox.playing_aws import GETS, RUNS, SERVING, WRITES, hold
from tests.sandbox.playing_aws import GOOD as OTHERS

Stages = Callable[..., Stage]
Change = dict[str, Any] | None

OWNER = {"AWS": "arn:aws:iam::111111111111:root"}
ELSEWHERE = "arn:aws:kms:eu-central-1:111111111111:key/gone"


def _via(service: str) -> dict[str, Any]:
    return {"StringEquals": {"kms:ViaService": f"{service}.eu-central-1.amazonaws.com"}}


def _allow(principal: dict[str, str], actions: list[str], **condition: Any) -> dict[str, Any]:
    found = {"Effect": "Allow", "Principal": principal, "Action": actions, "Resource": "*"}
    return {**found, "Condition": condition} if condition else found


MANAGE = _allow(OWNER, ["kms:PutKeyPolicy", "kms:DescribeKey", "kms:RetireGrant"])
IMAGES = _allow(OWNER, ["kms:CreateGrant"], **_via("ecr"))
OBJECTS = _allow(
    OWNER,
    ["kms:Decrypt", "kms:GenerateDataKey"],
    **_via("s3"),
    ArnLike={"kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::a-*"},
)
RUNNING = _allow(OWNER, ["kms:CreateGrant", "kms:Decrypt", "kms:Encrypt"], **_via("lambda"))
LOGS = _allow(
    {"Service": "logs.eu-central-1.amazonaws.com"},
    ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"],
    ArnLike={"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-central-1:111111111111:log-group:*-logs"},
)
STATEMENTS = (MANAGE, IMAGES, OBJECTS, RUNNING, LOGS)


def says(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"policy": policy(*statements)}


def logs(pattern: str) -> dict[str, Any]:
    other = {**LOGS, "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": pattern}}}
    return says(*STATEMENTS[:-1], other)


def without(statement: dict[str, Any]) -> dict[str, Any]:
    return says(*(each for each in STATEMENTS if each is not statement))


GOOD: dict[str, dict[str, Any]] = {
    KEY: {"enableKeyRotation": True, "rotationPeriodInDays": 365, **says(*STATEMENTS)},
    ALIAS: {"name": "alias/modelport-dev-key-0a1b2c", "targetKeyId": "a"},
    ENCRYPTION: {
        "bucket": "a-bucket",
        "rules": [
            {
                "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "a"},
                "bucketKeyEnabled": True,
            }
        ],
    },
    ROLE_POLICY: OTHERS[ROLE_POLICY],
}
DECRYPTS = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": ELSEWHERE, "Condition": _via("s3")}

MISTAKES: list[tuple[str, str, dict[str, Any], str]] = [
    ("kms-rotation", KEY, {"enableKeyRotation": False}, "enableKeyRotation: must be true"),
    ("kms-rotation", KEY, {"enableKeyRotation": None}, "enableKeyRotation: must be true"),
    ("kms-rotation", KEY, {"customerMasterKeySpec": "RSA_2048"}, "customerMasterKeySpec: only a SYMMETRIC_DEFAULT key"),
    ("kms-policy", KEY, {"policy": None}, "policy: without one, every policy of the account"),
    ("kms-policy", KEY, says({**MANAGE, "Resource": ELSEWHERE}), "policy.Statement[0].Resource: MalformedPolicyDocument"),
    ("kms-lockout", KEY, without(MANAGE), "let arn:aws:iam::111111111111:root do kms:PutKeyPolicy"),
    ("kms-lockout", KEY, says({**MANAGE, "Principal": {"AWS": "arn:aws:iam::222222222222:root"}}), "policy: MalformedPolicyDocumentException"),
    ("kms-via-service", KEY, says(MANAGE, {**OBJECTS, "Condition": {}}), "policy.Statement[1].Condition: kms:decrypt without kms:ViaService"),
    ("kms-service-source", KEY, says(MANAGE, {**LOGS, "Condition": {}}), "policy.Statement[1].Condition: kms:EncryptionContext:aws:logs:arn must name"),
    ("kms-service-source", KEY, logs("arn:aws:logs:eu-central-1:222222222222:log-group:*-logs"), "came arn:aws:logs:eu-central-1:222222222222"),
    ("kms-service-source", KEY, logs("arn:aws:logs:eu-central-1:111111111111:log-group:*"), "by a part of their names"),
    ("policy-wildcard-principal", KEY, says(MANAGE, {**OBJECTS, "Principal": {"AWS": "*"}}), "lets in everybody"),
    ("policy-wildcard-action", KEY, says({**MANAGE, "Action": "kms:*"}), "'kms:*' allows more than is needed"),
    ("policy-action", KEY, says(MANAGE, {**OBJECTS, "Action": "kms:Decypt"}), 'did you mean "kms:Decrypt"?'),
    ("policy-action", KEY, says({**MANAGE, "Action": "s3:GetObject"}), "is no action of KMS"),
    ("policy-principal", KEY, says({each: value for each, value in MANAGE.items() if each != "Principal"}), "Principal: is required"),
    ("policy-json", KEY, {"policy": "{"}, "is no JSON"),
    ("aws-tags", KEY, {"tags": {"owner": "a,b"}}, "tags.owner"),
    ("kms-alias-name", ALIAS, {"name": None}, "name: the one that Pulumi would make up"),
    ("s3-bucket-key", ENCRYPTION, {"rules": [{**GOOD[ENCRYPTION]["rules"][0], "bucketKeyEnabled": False}]}, "rules[0].bucketKeyEnabled: must be true"),
    ("kms-via-service", ROLE_POLICY, {"policy": policy({**DECRYPTS, "Condition": {}})}, "kms:decrypt without kms:ViaService"),
    ("policy-action", ROLE_POLICY, {"policy": policy({**DECRYPTS, "Action": "kms:Decode"})}, "is no action of KMS"),
]  # fmt: skip


@pytest.mark.parametrize(("type_", "mistake", "text"), [
    (KEY, {"rotationPeriodInDays": 30}, "at least 90"),
    (KEY, {"deletionWindowInDays": 6}, "at least 7"),
    (KEY, {"keyUsage": "DECRYPT"}, 'did you mean "ENCRYPT_DECRYPT"?'),
    (KEY, {"customerMasterKeySpec": "SYMMETRIC"}, "SYMMETRIC_DEFAULT"),
    (ALIAS, {"name": "alias/aws/key"}, "does not match"),
    (ALIAS, {"name": "modelport"}, "does not match"),
])  # fmt: skip
def test_values_and_names(stage: Stages, type_: str, mistake: dict, text: str) -> None:
    found = [str(each) for each in stage("aws").wrong(type_, **{**GOOD[type_], **mistake})]
    assert any(text in each for each in found), found


def encrypted(arn: str) -> dict[str, dict[str, Any]]:
    """What each type says about its key."""
    rules = copy.deepcopy(GOOD[ENCRYPTION]["rules"])
    rules[0]["applyServerSideEncryptionByDefault"]["kmsMasterKeyId"] = arn
    return {
        REPOSITORY: {"encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": arn}]},
        ENCRYPTION: {"bucket": "a-bucket", "rules": rules},
        LOG_GROUP: {"kmsKeyId": arn},
        FUNCTION: {"kmsKeyArn": arn},
    }


def build(
    cloud: Stage, wanted: str, changes: dict[str, Change] | None = None, arn: str = ""
) -> dict[str, Any]:
    """Make a key, everything that comes before a type, and the type, whose outputs are given back."""
    changes = changes or {}
    made = cloud.make(KEY, "key", **{**GOOD[KEY], **(changes.get(KEY) or {})})
    inputs = {
        type_: {**values, **encrypted(arn or made["arn"]).get(type_, {})} for type_, values in OTHERS.items()
    }
    inputs[ALIAS] = {**GOOD[ALIAS], "targetKeyId": made["keyId"]}
    inputs[ROLE_POLICY]["policy"] = policy(WRITES, GETS, {**DECRYPTS, "Resource": made["arn"]})
    before = [BUCKET, ENCRYPTION, *SERVING[: SERVING.index(FUNCTION)]]
    order = {BUCKET: [], ENCRYPTION: [BUCKET], REPOSITORY: [], LOG_GROUP: [], ALIAS: []}
    for type_ in [*order.get(wanted, before), wanted]:
        # Nothing of what is None.
        if (change := changes.get(type_, {})) is not None:
            made = cloud.make(type_, type_.rpartition(":")[2], **{**inputs[type_], **change})
    return made


USERS = [REPOSITORY, ENCRYPTION, LOG_GROUP, FUNCTION]


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> None:
    """The image is in the local registry."""
    hold(monkeypatch)


@pytest.mark.parametrize("type_", [*USERS, ALIAS])
def test_what_is_right_passes_and_needs_the_key(stage: Stages, held: None, type_: str) -> None:
    cloud = stage("aws")
    build(cloud, type_)
    (made,) = cloud.world.all(type_)
    assert "key" in [each.rpartition("::")[2] for each in made.needs]


LETS = {REPOSITORY: IMAGES, ENCRYPTION: OBJECTS, LOG_GROUP: LOGS, FUNCTION: RUNNING}
GROUP_ELSEWHERE = logs("arn:aws:logs:eu-central-1:111111111111:log-group:weight-logs")
OTHER_BUCKETS = {"ArnLike": {"kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::b-*"}}
BY_ANOTHER = {**OBJECTS, "Condition": {**_via("s3"), **OTHER_BUCKETS}}
CREATIONS: list[tuple[str, str, dict[str, Change], str]] = [
    *(("kms-key-lets", type_, {KEY: without(each)}, "KMSAccessDeniedException") for type_, each in LETS.items()),
    ("kms-key-lets", LOG_GROUP, {KEY: GROUP_ELSEWHERE}, "log-group:height-logs"),
    ("kms-key-lets", LOG_GROUP, {KEY: says(*STATEMENTS[:-1], {**LOGS, "Principal": {"Service": "logs.eu-west-1.amazonaws.com"}})}, "kmsKeyId: KMSAccessDeniedException"),
    ("kms-key-lets", ENCRYPTION, {KEY: says(MANAGE, BY_ANOTHER)}, "kms:encryptioncontext:aws:s3:arn arn:aws:s3:::a-bucket"),
    ("kms-key-lets", REPOSITORY, {KEY: says({**MANAGE, "Action": ["kms:PutKeyPolicy"]}, IMAGES)}, "do kms:DescribeKey, kms:RetireGrant"),
    ("kms-alias-target", ALIAS, {ALIAS: {"targetKeyId": "gone"}}, "targetKeyId: NotFoundException"),
    ("kms-rights-key-exists", ROLE_POLICY, {ROLE_POLICY: {"policy": policy(DECRYPTS)}}, "policy.Statement[0].Resource: rights on the key"),
    ("lambda-decrypts", FUNCTION, {ROLE_POLICY: {"policy": policy(WRITES, GETS)}}, "role: AccessDenied: objects of a-bucket need kms:Decrypt"),
    ("lambda-decrypts", FUNCTION, {ROLE_POLICY: {"policy": policy(WRITES, {**GETS, "Action": "s3:PutObject"})}}, "need kms:GenerateDataKey, kms:Decrypt"),
]  # fmt: skip
EVERY_CREATION = pytest.mark.parametrize(
    ("rule", "type_", "changes", "text"),
    CREATIONS,
    ids=[f"{each[0]}-{n}" for n, each in enumerate(CREATIONS)],
)


@EVERY_CREATION
def test_what_is_needed_must_be_there(
    stage: Stages, held: None, rule: str, type_: str, changes: dict, text: str
) -> None:
    with pytest.raises(Refused) as refused:
        build(stage("aws"), type_, changes)
    assert text in str(refused.value)
    assert refused.value.rule == rule


@EVERY_CREATION
def test_nothing_else_would_notice(
    stage: Stages,
    monkeypatch: pytest.MonkeyPatch,
    held: None,
    rule: str,
    type_: str,
    changes: dict,
    text: str,
) -> None:
    off(monkeypatch, rule)
    cloud = stage("aws")
    made = build(cloud, type_, changes)
    assert cloud.there(type_, made["id"])


@pytest.mark.parametrize("type_", USERS)
def test_a_key_that_is_not_there(
    stage: Stages, monkeypatch: pytest.MonkeyPatch, held: None, type_: str
) -> None:
    with pytest.raises(Refused, match="does not exist, or waits for its deletion") as refused:
        build(stage("aws"), type_, arn=ELSEWHERE)
    assert refused.value.rule == "kms-key-exists"


def test_a_key_of_another_region(stage: Stages) -> None:
    there = stage("aws", region="eu-west-1")
    statements = policy(*STATEMENTS).replace("eu-central-1", "eu-west-1")
    arn = there.make(KEY, "key", **{**GOOD[KEY], "policy": statements})["arn"]
    with pytest.raises(Refused, match="is a key of another region than eu-central-1"):
        stage("aws").make(LOG_GROUP, name="height-logs", kmsKeyId=arn)


def test_rights_for_another_bucket_do_not_count(stage: Stages, held: None) -> None:
    """The bucket whose key is asked for is part of the request."""
    narrow = {**_via("s3")["StringEquals"], "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::b-bucket"}
    cloud = stage("aws")
    build(cloud, FUNCTION)
    (made,) = cloud.world.all(KEY)
    other = {**DECRYPTS, "Resource": made.outputs["arn"], "Condition": {"StringEquals": narrow}}
    cloud.change(
        ROLE_POLICY, "runs:logs", "logs", **{**OTHERS[ROLE_POLICY], "policy": policy(WRITES, GETS, other)}
    )
    with pytest.raises(Refused, match=r"objects of a-bucket need kms:Decrypt"):
        cloud.change(FUNCTION, "height-1", **{**RUNS, "kmsKeyArn": made.outputs["arn"], "memorySize": 1024})


@pytest.mark.parametrize("type_", USERS)
def test_a_key_in_use_is_not_deleted(
    stage: Stages, monkeypatch: pytest.MonkeyPatch, held: None, type_: str
) -> None:
    cloud = stage("aws")
    build(cloud, type_)
    (made,) = cloud.world.all(KEY)
    with pytest.raises(Refused, match=r"could never be read again"):
        cloud.delete(KEY, made.id, "key")
    off(monkeypatch, "kms-in-use")
    cloud.delete(KEY, made.id, "key")


def test_a_deleted_key_waits_and_encrypts_nothing_more(stage: Stages) -> None:
    cloud = stage("aws")
    made = cloud.make(KEY, "key", **GOOD[KEY])
    cloud.delete(KEY, made["id"], "key")
    assert [each.id for each in cloud.world.tombstones()] == [made["keyId"]]
    with pytest.raises(Refused, match="waits for its deletion"):
        cloud.make(LOG_GROUP, name="height-logs", kmsKeyId=made["arn"])
    assert cloud.make(KEY, "key", **GOOD[KEY])["keyId"] != made["keyId"]


def test_a_policy_changes_in_place_and_a_region_replaces(stage: Stages) -> None:
    cloud = stage("aws")
    news = {**GOOD[KEY], **without(LOGS)}
    assert cloud.diff(KEY, GOOD[KEY], news).replaces == []
    assert cloud.diff(KEY, GOOD[KEY], {**GOOD[KEY], "region": "eu-west-1"}).replaces == ["region"]


def test_every_rule_has_a_planted_mistake() -> None:
    mine = {each.id for each in needs.RULES.values() if each.body.__module__ == "sandbox.rules.aws_keys"}
    elsewhere = {"kms-key-exists", "kms-in-use"}
    assert mine <= {each[0] for each in [*MISTAKES, *CREATIONS]} | elsewhere
