"""A whole environment under mocks: three clouds, one cloud, two models, and what is refused."""

import json
from pathlib import Path

import pulumi_aws
import pulumi_azure_native
import pulumi_gcp
import pytest

import stacks
from components.core.digests import tag_of
from components.core.errors import ConfigurationError
from infra.settings import parse
from stacks import dev, platform
from stacks.environments import environments, shape_of
from stacks.plan import Shape, plan
from tests.infra.given import given, of_file
from tests.programs import recorded

ROOT = Path(__file__).parents[2]
HEIGHT = "ghcr.io/example/height@sha256:" + "a" * 64
WEIGHT = "ghcr.io/example/weight@sha256:" + "b" * 64
PROVIDERS = {
    "aws": lambda: pulumi_aws.Provider("aws"),
    "azure": lambda: pulumi_azure_native.Provider("azure"),
    "gcp": lambda: pulumi_gcp.Provider("gcp"),
}
COMMAND = "command:local:Command"
FUNCTIONS = {
    "aws": "aws:lambda/function:Function",
    "azure": "azure-native:app:ContainerApp",
    "gcp": "gcp:cloudrunv2/service:Service",
}


def settings(**changes):
    return parse(given(**changes))


def two_models(**clouds):
    models = {"weight": {"image": WEIGHT}, "height": {"image": HEIGHT}}
    return settings(models={name: {**model, **_on(clouds.get(name))} for name, model in models.items()})


def _on(clouds):
    return {"clouds": list(clouds)} if clouds else {}


def program(made, settings, shape=dev.SHAPE):
    """Deploys settings to all their clouds, as `infra` does; what it makes is noted in `made`."""
    planned = plan(settings, shape)
    for name in planned.clouds:
        made[name] = platform.deploy(name, planned, PROVIDERS[name]())


@pytest.fixture
def up(cloud, deploy):
    """Runs that program."""

    def run(settings, shape=dev.SHAPE):
        made = {}
        deploy(lambda: program(made, settings, shape))
        return made

    return run


@pytest.fixture(scope="module")
def plain():
    """One model on three clouds and the mock that recorded it; tests look, and change nothing."""
    made = {}
    return made, recorded(lambda: program(made, settings()))


@pytest.fixture(scope="module")
def double():
    """Two models on three clouds, likewise."""
    made = {}
    return made, recorded(lambda: program(made, two_models()))


def test_dev_on_three_clouds(plain):
    made, cloud = plain
    assert list(made) == ["aws", "azure", "gcp"]
    assert all(cloud.counts[type_] == 1 for type_ in FUNCTIONS.values())
    assert cloud.counts[COMMAND] == 3
    assert all(platform.cloud == name for name, platform in made.items())
    assert all(list(platform.images) == ["height"] for platform in made.values())
    assert all(list(platform.functions) == ["height"] for platform in made.values())


def test_the_same_digest_goes_to_every_cloud(plain):
    _, cloud = plain
    copies = [one.inputs["environment"] for one in cloud.children if one.typ == COMMAND]
    assert {copy["SOURCE"] for copy in copies} == {HEIGHT}
    assert {copy["DIGEST"] for copy in copies} == {"sha256:" + "a" * 64}
    assert len({copy["TARGET"].split("/")[0] for copy in copies}) == 3


@pytest.mark.parametrize("name", ["aws", "azure", "gcp"])
def test_one_cloud_needs_no_word_of_the_others(name, up, cloud):
    up(settings(clouds=[name]))
    packages = {one.typ.split(":")[0] for one in cloud.children} - {"random", "command"}
    assert packages == {{"azure": "azure-native"}.get(name, name)}


def test_two_models_share_a_registry_and_have_their_own_images(double):
    made, cloud = double
    assert cloud.counts[COMMAND] == 6
    assert cloud.counts["aws:ecr/repository:Repository"] == 2
    assert cloud.counts["gcp:artifactregistry/repository:Repository"] == 1
    assert all(list(platform.images) == ["height", "weight"] for platform in made.values())


def test_a_model_goes_only_where_it_is_wanted(up, cloud):
    made = up(two_models(weight=("gcp",)))
    assert {name: list(platform.images) for name, platform in made.items()} == {
        "aws": ["height"],
        "azure": ["height"],
        "gcp": ["height", "weight"],
    }


def test_what_runs_is_spared_by_every_expiry(double):
    _, cloud = double
    for model, image in (("height", HEIGHT), ("weight", WEIGHT)):
        policy = cloud.inputs("aws:ecr/lifecyclePolicy:LifecyclePolicy", f"registry-{model}-expiry")["policy"]
        first = min(json.loads(policy)["rules"], key=lambda rule: rule["rulePriority"])
        assert first["selection"]["tagPrefixList"] == [tag_of(image.partition("@")[2])]
    kept = cloud.inputs("gcp:artifactregistry/repository:Repository")["cleanupPolicies"][0]
    assert kept["condition"]["tagPrefixes"] == [tag_of(each.partition("@")[2]) for each in (HEIGHT, WEIGHT)]


def test_a_model_without_targets_is_only_copied(up, cloud):
    made = up(settings(models={"height": {"targets": []}}))
    assert cloud.counts[COMMAND] == 3
    assert not any(cloud.counts[type_] for type_ in FUNCTIONS.values())
    assert all(platform.functions == {} for platform in made.values())
    assert not [one for one in cloud.children if "iam/role" in one.typ or "serviceaccount" in one.typ]


@pytest.mark.parametrize("name", ["aws", "azure", "gcp"])
def test_a_model_with_a_file_of_its_own_is_told_where_it_is(name, up, cloud):
    artifact = {"uri": "gs://elsewhere/height.onnx", "sha256": "c" * 64, "version": "7"}
    up(settings(clouds=[name], models={"height": {"artifact": artifact}}))
    (function,) = (one for one in cloud.children if one.typ == FUNCTIONS[name])
    told = json.dumps(function.inputs)
    assert f"height/artifact/{'c' * 64}" in told
    copies = [one.inputs["environment"] for one in cloud.children if one.typ == COMMAND]
    (copy,) = (environment for environment in copies if "SHA256" in environment)
    assert copy["SOURCE"] == ":gcs,env_auth:elsewhere/height.onnx"
    assert copy["TARGET"].endswith(f"/height/artifact/{'c' * 64}")
    assert copy["SHA256"] == "c" * 64


def test_a_cloud_without_models_is_left_out(up, cloud):
    assert list(up(two_models(weight=("gcp",), height=("gcp",)))) == ["gcp"]


@pytest.mark.parametrize(
    ("shape", "unprotect", "protected"),
    [
        (dev.SHAPE, (), False),
        (Shape(protect=True), (), True),
        (Shape(protect=True), ("registry", "storage"), False),
    ],
)
def test_data_is_protected_unless_the_environment_or_a_setting_says_otherwise(
    shape, unprotect, protected, up, cloud
):
    up(settings(unprotect=unprotect), shape)
    assert cloud.inputs("aws:ecr/repository:Repository")["forceDelete"] is not protected
    kept = {key.split("::")[0] for key, value in cloud.monitor.protected.items() if value}
    holds = {"aws:ecr/repository:Repository", "aws:s3/bucket:Bucket", "gcp:storage/bucket:Bucket"}
    assert kept >= holds if protected else not kept


def test_all_problems_of_all_clouds_come_at_once_and_nothing_is_made(up, cloud):
    good = settings()
    registry = good.registry.model_copy(update={"keep_images": 0})
    wrong = good.model_copy(update={"registry": registry, "unprotect": ("registy",), "owner": "o" * 64})
    with pytest.raises(ConfigurationError) as caught:
        up(wrong)
    lines = caught.value.lines
    assert any('came "registy"' in line and 'did you mean "registry"?' in line for line in lines)
    assert sum("keep_images: at least 1, not 0" in line for line in lines) == 3
    assert any("Google does not allow owner" in line for line in lines)
    assert all("\n" not in line for line in lines)
    assert cloud.requests == []


def test_a_third_environment_is_one_file_and_one_yaml(tmp_path, monkeypatch, up, cloud):
    (tmp_path / "stage.py").write_text(
        "from stacks.plan import Shape\n\nSHAPE = Shape(protect=True, encryption='customer')\n"
    )
    monkeypatch.setattr("stacks.__path__", [*stacks.__path__, str(tmp_path)])
    for place in ("stacks.environments", "infra.rules", "infra.exposure"):
        monkeypatch.setattr(f"{place}.environments", lambda: ("dev", "prod", "stage"))
    # The file of another environment, under the name of this one.
    text = (
        (ROOT / "Pulumi.prod.yaml")
        .read_text(encoding="utf-8")
        .replace("environment: prod", "environment: stage")
    )
    values = of_file(text)
    values["image"] = HEIGHT
    found = parse({**values, "clouds": ["gcp"], "models": {"height": {"access": "private"}}}, stack="stage")
    made = up(found, shape_of("stage"))
    assert list(made) == ["gcp"]
    assert cloud.counts["gcp:compute/network:Network"] == 1
    assert cloud.counts["gcp:kms/cryptoKey:CryptoKey"] == 1


def test_an_environment_is_a_file():
    assert "prod" in environments()
    assert shape_of("prod") == Shape(
        protect=True, encryption="customer", access="private", zones=3, access_logs=True
    )
    assert "dev" in environments()
    assert shape_of("dev") == Shape(protect=False)


@pytest.mark.parametrize("name", ["dve", "platform", "environments", "../dev", ""])
def test_an_environment_without_a_file_is_refused(name):
    with pytest.raises(ConfigurationError, match=r"modelport:environment: no such environment.*allowed: dev"):
        shape_of(name)


def test_a_name_that_is_nearly_right_is_recognised():
    with pytest.raises(ConfigurationError, match='did you mean "dev"'):
        shape_of("dve")


def test_prod_keeps_what_happened_as_long_as_logs(up, cloud):
    monitoring = {"retention_days": 365}
    up(settings(network={"cidr": "10.20.0.0/16"}, monitoring=monitoring), shape_of("prod"))
    groups = [one.inputs["retentionInDays"] for one in cloud.children if one.typ.endswith(":LogGroup")]
    spaces = [one.inputs["retentionInDays"] for one in cloud.children if one.typ.endswith(":Workspace")]
    buckets = [one.inputs["retentionDays"] for one in cloud.children if "projectBucketConfig" in one.typ]
    assert (len(groups), len(spaces), len(buckets)) == (2, 2, 3), "functions, flows and access"
    assert {*groups, *spaces, *buckets} == {365}
    ends = cloud.inputs(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "storage-access-lifecycle"
    )
    assert ends["rules"][0]["expiration"]["days"] == 365
    flows = cloud.inputs("azure-native:storage:ManagementPolicy", "network-flows")["policy"]["rules"][0]
    deleted = flows["definition"]["actions"]["baseBlob"]["delete"]
    assert deleted["daysAfterModificationGreaterThan"] == 365


def test_prod_protects_keys_data_and_what_is_known_of_it(up, cloud):
    up(settings(network={"cidr": "10.20.0.0/16"}), shape_of("prod"))
    kept = {key.split("::")[0] for key, value in cloud.monitor.protected.items() if value}
    assert kept >= {
        "aws:kms/key:Key",
        "azure-native:keyvault:Vault",
        "gcp:kms/cryptoKey:CryptoKey",
        "aws:s3/bucket:Bucket",
        "azure-native:storage:StorageAccount",
        "gcp:storage/bucket:Bucket",
    }


@pytest.mark.parametrize(("encryption", "born_with_one"), [
    ("provider", []),
    ("customer", ["host", "network", "registry", "registry", "storage-access"]),
])  # fmt: skip
def test_what_takes_a_key_only_at_its_birth_has_another_name_with_one(up, cloud, encryption, born_with_one):
    """Registries of Azure and Google Cloud, and its log buckets: else a switch would stop half-way."""
    up(settings(network={"cidr": "10.20.0.0/16"}, encryption=encryption), shape_of("prod"))
    ends = [one for one in cloud.children if one.typ == "random:index/randomString:RandomString"]
    found = [
        one.name.removesuffix("-suffix") for one in ends if "encryption" in (one.inputs.get("keepers") or {})
    ]
    assert sorted(found) == born_with_one
