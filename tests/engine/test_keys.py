"""Keys of ours: everything is encrypted with them from its birth, and they outlive it."""

import json

import pytest

from tests.engine.bench import Bench

KEPT = {
    "aws:kms/key:Key",
    "azure-native:keyvault:Vault",
    "azure-native:keyvault:Key",
    "gcp:kms/keyRing:KeyRing",
    "gcp:kms/cryptoKey:CryptoKey",
}


def test_data_at_rest_is_encrypted_with_a_key_of_ours(bench: Bench) -> None:
    bench.set("encryption", "customer")
    bench.up().good()

    assert bench.steps() == {}
    assert bench.luck() == []
    assert bench.outputs()["parity"]["height"]["verdict"] == "equal"
    world = bench.session.world()
    for type_ in (
        "aws:ecr/repository:Repository",
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "aws:cloudwatch/logGroup:LogGroup",
        "azure-native:containerregistry:Registry",
        "azure-native:storage:StorageAccount",
        "gcp:artifactregistry/repository:Repository",
        "gcp:storage/bucket:Bucket",
        "gcp:logging/projectBucketConfig:ProjectBucketConfig",
    ):
        (held,) = world.all(type_)
        assert "key" in json.dumps(held.inputs).lower(), f"{type_} names no key"
        assert any("/key:" in urn.lower() or "key" in urn.lower() for urn in held.needs), (
            f"{type_} needs no key"
        )

    bench.down().good()
    remains = bench.session.remains()
    assert remains.live == []
    assert {each.partition(" ")[0] for each in remains.tombstones} >= KEPT
    bench.up().good()


@pytest.mark.parametrize(
    ("cloud", "expected"),
    [
        ("aws", {"aws:ecr/repository:Repository::registry-height": "replace"}),
        (
            "gcp",
            {
                "gcp:artifactregistry/repository:Repository::registry": "replace",
                "gcp:storage/bucket:Bucket::storage": "update",
            },
        ),
    ],
)
def test_switching_it_in_dev_names_what_is_made_anew(
    bench: Bench, cloud: str, expected: dict[str, str]
) -> None:
    bench.deployed_on(cloud)
    bench.set("encryption", "customer")

    assert bench.steps().items() >= expected.items()


def test_switching_it_on_azure_is_refused_before_anything_is_lost(bench: Bench) -> None:
    bench.deployed_on("azure")
    bench.set("encryption", "customer")

    refused = bench.up()

    assert refused.code != 0
    assert "encryption" in refused.text
    bench.set("encryption", "provider")
    bench.up().good()
    assert bench.outputs()["parity"]["height"]["verdict"] == "equal"
