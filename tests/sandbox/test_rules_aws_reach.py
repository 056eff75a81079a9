"""Who reaches data of a network on AWS: buckets, their logs and images."""

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.needs import Refused
from sandbox.rules.aws_reach import registry_denies, storage_denies
from sandbox.rules.aws_storage import BLOCK, BUCKET, BUCKET_POLICY, ENCRYPTION, LOGGING
from tests.sandbox.playing import ACCESS, LAMBDA_PULLS, REPOSITORY, Stage, off, policy
from tests.sandbox.playing_aws_network import ACCOUNT, Net

Stages = Callable[..., Stage]
DEPLOYER, STRANGER = "203.0.113.5", "192.0.2.7"


@pytest.fixture
def net(stage: Stages) -> Net:
    return Net(stage("aws"))


def _bucket(net: Net, name: str, *statements: dict[str, Any]) -> None:
    flags = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    net.cloud.make(BUCKET, name, bucket=name)
    net.cloud.make(BLOCK, name, bucket=name, **dict.fromkeys(flags, True))
    if statements:
        net.cloud.make(BUCKET_POLICY, name, bucket=name, policy=policy(*statements))


def _delivery(target: str, source: str, account: str = ACCOUNT) -> dict[str, Any]:
    condition = {
        "StringEquals": {"aws:SourceAccount": account},
        "ArnLike": {"aws:SourceArn": f"arn:aws:s3:::{source}"},
    }
    who = {"Principal": {"Service": "logging.s3.amazonaws.com"}, "Action": ["s3:PutObject"]}
    return {"Effect": "Allow", **who, "Resource": f"arn:aws:s3:::{target}/*", "Condition": condition}


@pytest.mark.parametrize(
    ("target", "delivery", "rule", "says"),
    [
        ("data-logs", ("data-logs", "data"), "", ""),
        ("data", ("data", "data"), "s3-logging-target", "targetBucket: every log would be logged"),
        ("nowhere", None, "s3-logging-target", "targetBucket: NoSuchBucket"),
        ("data-logs", None, "s3-logging-delivery", "lets no logging.s3.amazonaws.com"),
        ("data-logs", ("data-logs", "other"), "s3-logging-delivery", "lets no logging.s3.amazonaws.com"),
        (
            "data-logs",
            ("data-logs", "data", "222222222222"),
            "s3-logging-delivery",
            "for this bucket and account",
        ),
    ],
)
def test_logs_go_where_s3_may_write_them(
    target: str, delivery: Any, rule: str, says: str, net: Net, monkeypatch: pytest.MonkeyPatch
) -> None:
    off(monkeypatch, "perimeter-open")
    _bucket(net, "data")
    _bucket(net, "data-logs", *([_delivery(*delivery)] if delivery and delivery[0] == "data-logs" else []))
    inputs = {"bucket": "data", "targetBucket": target, "targetPrefix": ""}
    if not rule:
        assert net.cloud.make(LOGGING, **inputs)["id"] == "data"
        return
    with pytest.raises(Refused) as refused:
        net.cloud.make(LOGGING, **inputs)
    assert refused.value.rule == rule
    assert says in str(refused.value)


def test_logs_take_no_key(net: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    off(monkeypatch, "perimeter-open", "kms-key-exists")
    _bucket(net, "data")
    _bucket(net, "data-logs", _delivery("data-logs", "data"))
    default = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "a"}
    rules = [{"applyServerSideEncryptionByDefault": default, "bucketKeyEnabled": True}]
    net.cloud.make(ENCRYPTION, bucket="data-logs", rules=rules)
    with pytest.raises(Refused, match="log delivery takes AES256 only"):
        net.cloud.make(LOGGING, bucket="data", targetBucket="data-logs", targetPrefix="")


def _closed(net: Net, **more: Any) -> dict[str, Any]:
    conditions = {
        "StringNotEqualsIfExists": {"aws:SourceVpc": net.ids["vpc"]},
        "NotIpAddressIfExists": {"aws:SourceIp": ["203.0.113.0/28"]},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false"},
    }
    return {"Effect": "Deny", "Principal": "*", "Condition": conditions, **more}


def test_only_some_addresses_reach_a_bucket(net: Net) -> None:
    _bucket(net, "data", _closed(net, Action="s3:*", Resource="arn:aws:s3:::data/*"))
    said = storage_denies(net.cloud.world, "data", STRANGER)
    assert said is not None
    assert "AccessDenied" in said
    assert "explicit deny in a resource-based policy" in said
    assert storage_denies(net.cloud.world, "data", DEPLOYER) is None
    assert storage_denies(net.cloud.world, "other", STRANGER) is None


def test_only_some_addresses_reach_a_registry(net: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    off(monkeypatch, "perimeter-open")
    host = f"{ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com"
    actions = ["ecr:BatchGetImage", "ecr:PutImage"]
    for name, statements in (("open", []), ("closed", [_closed(net, Action=actions)])):
        net.cloud.make(REPOSITORY, name, name=name)
        net.cloud.make(ACCESS, name, repository=name, policy=policy(LAMBDA_PULLS, *statements))
    assert "denied: User" in str(registry_denies(net.cloud.world, host, STRANGER))
    assert "repository/closed" in str(registry_denies(net.cloud.world, f"{host}/closed", STRANGER))
    assert registry_denies(net.cloud.world, f"{host}/open", STRANGER) is None
    assert registry_denies(net.cloud.world, host, DEPLOYER) is None
