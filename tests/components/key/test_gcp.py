"""Key on Google Cloud: who may use it, what is encrypted with it, and that all of it passes."""

import pulumi
import pulumi_gcp
import pytest

from components import catalog
from components.clouds.landing import Landing, LandingArgs, LandingLinks
from components.core.errors import InvalidArgument
from components.function.contract import Function, FunctionArgs, FunctionLinks
from components.host.contract import Host, HostArgs, HostLinks
from components.identity.contract import Identity, IdentityArgs, IdentityLinks
from components.image.contract import Image, ImageArgs, ImageLinks
from components.key.contract import Key, KeyArgs, KeyLinks
from components.key.gcp import GcpKey
from components.registry.contract import Registry, RegistryArgs, RegistryLinks
from components.storage.contract import Storage, StorageArgs, StorageLinks
from tests.components.builders import ACCESS, CAPABILITIES, DIGEST, PLACES, SOURCE, key

RING = "gcp:kms/keyRing:KeyRing"
KEY = "gcp:kms/cryptoKey:CryptoKey"
MEMBER = "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember"
AGENT = "gcp:projects/serviceIdentity:ServiceIdentity"
REPOSITORY = "gcp:artifactregistry/repository:Repository"
BUCKET = "gcp:storage/bucket:Bucket"
LOG_BUCKET = "gcp:logging/projectBucketConfig:ProjectBucketConfig"
USE = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
AGENTS = {
    "registry-key": "serviceAccount:service-123456789012@gcp-sa-artifactregistry.iam.gserviceaccount.com",
    "storage-key": "serviceAccount:service-123456789012@gs-project-accounts.iam.gserviceaccount.com",
    "host-key": "serviceAccount:cmek-p123456789012@gcp-sa-logging.iam.gserviceaccount.com",
}


def made(contract):
    return catalog.implementation(contract, "gcp")


def encrypted(context):
    """A stack with a key: everything on Google Cloud that can be encrypted with it, and one function."""
    place = PLACES["gcp"]
    provider = pulumi_gcp.Provider("gcp", project=place["account"], region=place["region"])
    opts = pulumi.ResourceOptions(provider=provider)
    ground = made(Landing)(
        "landing", LandingArgs(context=context, capabilities=CAPABILITIES, **place), LandingLinks(), opts
    )
    own = made(Key)("key", KeyArgs(context=context), KeyLinks(ground), opts)
    images = made(Registry)(
        "registry", RegistryArgs(context=context, models=("height",)), RegistryLinks(ground, own), opts
    )
    store = made(Storage)("storage", StorageArgs(context=context), StorageLinks(ground, own), opts)
    host = made(Host)("host", HostArgs(context=context), HostLinks(ground, own), opts)
    identity = made(Identity)(
        "height", IdentityArgs(context=context, model="height"), IdentityLinks(ground), opts
    )
    image = made(Image)(
        "height", ImageArgs(context=context, model="height", source=SOURCE), ImageLinks(images), opts
    )
    links = FunctionLinks(
        landing=ground,
        host=host,
        registry=images,
        image=image,
        identity=identity,
        variables={"INBOX": store.grant("height-inbox", identity.principal, "read", "inbox/")},
    )
    args = FunctionArgs(context=context, model="height", digest=DIGEST, access=ACCESS["gcp"])
    made(Function)("height", args, links, opts)
    return host, own


def test_it_rotates_and_goes_late(deployed):
    cloud = deployed(key, "gcp").cloud
    ring, own = cloud.inputs(RING), cloud.inputs(KEY)
    assert ring["location"] == "europe-west1"
    assert (own["rotationPeriod"], own["destroyScheduledDuration"]) == ("31536000s", "2592000s")
    assert own["keyRing"] == f"projects/example-models-dev/locations/europe-west1/keyRings/{ring['name']}"
    assert deployed(key, "gcp", rotation_days=90).cloud.inputs(KEY)["rotationPeriod"] == "7776000s"


def test_only_the_key_is_protected(deployed):
    assert deployed(key, "gcp").cloud.monitor.protected[f"{KEY}::key"]
    assert not deployed(key, "gcp").cloud.monitor.protected[f"{RING}::key-ring"]
    assert not deployed(key, "gcp", protect=False).cloud.monitor.protected[f"{KEY}::key"]


def test_its_names_end_at_random_because_they_are_held_for_ever(context):
    (wanted,) = GcpKey.names("key", KeyArgs(context=context))
    assert wanted.with_random("0a1b2c") == "modelport-test-key-0a1b2c"


def test_each_service_gets_one_role_on_this_key(cloud, deploy, context):
    deploy(lambda: encrypted(context))
    for name, agent in AGENTS.items():
        granted = cloud.inputs(MEMBER, name)
        assert (granted["role"], granted["member"]) == (USE, agent)
        assert granted["cryptoKeyId"].endswith(f"/cryptoKeys/{cloud.inputs(KEY)['name']}")
    assert cloud.counts[MEMBER] == len(AGENTS)
    assert cloud.counts[AGENT] == 1


def test_what_is_encrypted_waits_for_the_right(cloud, deploy, context):
    hosts = []
    deploy(lambda: hosts.append(encrypted(context)))
    key_id = cloud.inputs(MEMBER, "host-key")["cryptoKeyId"]
    assert cloud.inputs(REPOSITORY)["kmsKeyName"] == key_id
    assert cloud.inputs(BUCKET)["encryption"] == {"defaultKmsKeyName": key_id}
    assert cloud.inputs(LOG_BUCKET)["cmekSettings"] == {"kmsKeyName": key_id}
    needs = cloud.monitor.needs
    for type_, name in ((REPOSITORY, "registry"), (BUCKET, "storage"), (LOG_BUCKET, "host")):
        assert {"key", f"{name}-key"} <= needs[f"{type_}::{name}"]
    assert {"landing-artifactregistry"} <= needs[f"{AGENT}::registry-key-agent"]
    ((host, own),) = hosts
    assert host.key is own


def test_another_service_is_refused(deploy, context):
    def program():
        with pytest.raises(InvalidArgument, match="allowed: registry, storage, logs"):
            key("gcp", context).usable_by("queue-key", "queue")

    deploy(program)


def test_a_stack_with_a_key_passes_and_nothing_is_luck(rehearse, context):
    done = rehearse(lambda: encrypted(context))
    assert done.luck() == []
    (own,) = done.world.all(KEY)
    (logs,) = done.world.all(LOG_BUCKET)
    assert {"key", "host-key"} <= {urn.rpartition("::")[2] for urn in logs.needs}
    assert logs.inputs["cmekSettings"]["kmsKeyName"] == own.id
