"""Keys of ours: everything is encrypted with them from its birth, and they outlive it."""

import json

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


ANEW = {
    "aws:ecr/repository:Repository::registry-height",
    "azure-native:containerregistry:Registry::registry",
    "gcp:artifactregistry/repository:Repository::registry",
    "gcp:logging/projectBucketConfig:ProjectBucketConfig::host",
}


def test_switching_it_makes_anew_what_takes_a_key_only_at_its_birth(bench: Bench) -> None:
    bench.deployed()
    for choice in ("customer", "provider"):
        bench.set("encryption", choice)

        changes = bench.changes()
        assert {each for each in changes if changes[each] == "replace"} >= ANEW
        assert changes["gcp:storage/bucket:Bucket::storage"] == "update"
        assert bench.outputs()["parity"]["height"]["verdict"] == "equal"
    assert bench.steps() == {}
