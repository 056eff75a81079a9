"""A whole environment under mocks: three clouds, one cloud, two models, and what is refused."""

from dataclasses import dataclass, field
from types import SimpleNamespace

import pulumi_aws
import pulumi_azure_native
import pulumi_gcp
import pytest

from components.core.errors import ConfigurationError
from stacks import dev, platform
from stacks.environments import environments, shape_of
from stacks.platform import Shape

HEIGHT = "ghcr.io/example/height@sha256:" + "a" * 64
WEIGHT = "ghcr.io/example/weight@sha256:" + "b" * 64
PROVIDERS = {
    "aws": lambda: pulumi_aws.Provider("aws"),
    "azure": lambda: pulumi_azure_native.Provider("azure"),
    "gcp": lambda: pulumi_gcp.Provider("gcp"),
}
COMMAND = "command:local:Command"


@dataclass
class Settings:
    """As much of the settings as a platform reads, unchecked."""

    clouds: tuple[str, ...] = ("aws", "azure", "gcp")
    models: dict[str, tuple[str, str, tuple[str, ...] | None]] = field(
        default_factory=lambda: {"height": (HEIGHT, "", None)}
    )
    unprotect: tuple[str, ...] = ()
    environment: str = "dev"
    owner: str = "ml-platform@example.com"
    keep_images: int = 20

    aws = SimpleNamespace(region="eu-central-1", account="111111111111")
    azure = SimpleNamespace(location="westeurope", subscription=None)
    gcp = SimpleNamespace(region="europe-west1", project="example-models-dev")

    @property
    def registry(self):
        return SimpleNamespace(keep_images=self.keep_images, untagged_days=7)

    def image_of(self, model):
        return self.models[model][0]

    def clouds_of(self, model):
        return self.models[model][2] or self.clouds


@pytest.fixture
def up(cloud, deploy):
    """Deploys settings to all their clouds, as `infra` does."""

    def run(settings, shape=dev.SHAPE):
        made = {}

        def program():
            plan = platform.plan(settings, shape)
            for name in plan.clouds:
                made[name] = platform.deploy(name, plan, PROVIDERS[name]())

        deploy(program)
        return made

    return run


def two_models(**clouds):
    return Settings(
        models={"weight": (WEIGHT, "", clouds.get("weight")), "height": (HEIGHT, "", clouds.get("height"))}
    )


def test_dev_on_three_clouds(up, cloud):
    made = up(Settings())
    assert list(made) == ["aws", "azure", "gcp"]
    assert cloud.counts == {
        "aws:ecr/repository:Repository": 1,
        "aws:ecr/lifecyclePolicy:LifecyclePolicy": 1,
        "aws:ecr/repositoryPolicy:RepositoryPolicy": 1,
        "azure-native:resources:ResourceGroup": 1,
        "azure-native:containerregistry:Registry": 1,
        "gcp:projects/service:Service": 2,
        "gcp:artifactregistry/repository:Repository": 1,
        "random:index/randomString:RandomString": 2,
        COMMAND: 3,
    }
    assert all(platform.cloud == name for name, platform in made.items())
    assert all(list(platform.images) == ["height"] for platform in made.values())


def test_the_same_digest_goes_to_every_cloud(up, cloud):
    up(Settings())
    copies = [one.inputs["environment"] for one in cloud.children if one.typ == COMMAND]
    assert {copy["SOURCE"] for copy in copies} == {HEIGHT}
    assert {copy["DIGEST"] for copy in copies} == {"sha256:" + "a" * 64}
    assert len({copy["TARGET"].split("/")[0] for copy in copies}) == 3


@pytest.mark.parametrize("name", ["aws", "azure", "gcp"])
def test_one_cloud_needs_no_word_of_the_others(name, up, cloud):
    up(Settings(clouds=(name,)))
    packages = {one.typ.split(":")[0] for one in cloud.children} - {"random", "command"}
    assert packages == {{"azure": "azure-native"}.get(name, name)}


def test_two_models_share_a_registry_and_have_their_own_images(up, cloud):
    made = up(two_models())
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


def test_a_cloud_without_models_is_left_out(up, cloud):
    assert list(up(two_models(weight=("gcp",), height=("gcp",)))) == ["gcp"]


@pytest.mark.parametrize(
    ("shape", "unprotect", "protected"),
    [
        (dev.SHAPE, (), False),
        (Shape(protect=True), (), True),
        (Shape(protect=True), ("registry",), False),
    ],
)
def test_data_is_protected_unless_the_environment_or_a_setting_says_otherwise(
    shape, unprotect, protected, up, cloud
):
    up(Settings(unprotect=unprotect), shape)
    assert cloud.inputs("aws:ecr/repository:Repository")["forceDelete"] is not protected
    kept = {key.split("::")[0] for key, value in cloud.monitor.protected.items() if value}
    assert len(kept) == (3 if protected else 0)


def test_all_problems_of_all_clouds_come_at_once_and_nothing_is_made(up, cloud):
    wrong = Settings(keep_images=0, unprotect=("registy",), owner="o" * 64)
    with pytest.raises(ConfigurationError) as caught:
        up(wrong)
    lines = caught.value.lines
    assert any('came "registy"' in line and 'did you mean "registry"?' in line for line in lines)
    assert sum("keep_images: at least 1, not 0" in line for line in lines) == 3
    assert any("Google does not allow owner" in line for line in lines)
    assert all("\n" not in line for line in lines)
    assert cloud.requests == []


def test_an_environment_is_a_file():
    assert "dev" in environments()
    assert shape_of("dev") == Shape(protect=False)


@pytest.mark.parametrize("name", ["dve", "platform", "environments", "../dev", ""])
def test_an_environment_without_a_file_is_refused(name):
    with pytest.raises(ConfigurationError, match=r"modelport:environment: no such environment.*allowed: dev"):
        shape_of(name)


def test_a_name_that_is_nearly_right_is_recognised():
    with pytest.raises(ConfigurationError, match='did you mean "dev"'):
        shape_of("dve")
