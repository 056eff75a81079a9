"""Settings that are right are understood; what is wrong is said in full, one clean line each."""

from typing import Any

import pytest

from infra.settings import parse
from tests.infra.given import GOOD, IMAGE, given, lines
from tests.infra.wrong import WRONG
from tests.infra.wrong_models import WRONG_MODELS
from tests.infra.wrong_network import EXISTING, WRONG_NETWORK


def test_reads_what_is_right() -> None:
    settings = parse(given(models={"height": None, "weight": {"clouds": ["gcp"]}}), stack="dev")
    assert (settings.environment, settings.owner) == ("dev", "ml-platform@example.com")
    assert settings.clouds == ("aws", "azure", "gcp")
    assert (settings.aws.region, settings.aws.account, settings.aws.assume_role) == (
        "eu-central-1",
        "111111111111",
        None,
    )
    assert (settings.azure.location, settings.azure.tenant) == ("westeurope", GOOD["azure"]["tenant"])
    assert (settings.gcp.project, settings.gcp.region) == ("example-models-dev", "europe-west1")
    assert (settings.registry.keep_images, settings.registry.untagged_days) == (20, 7)
    assert settings.unprotect == ()
    assert settings.image_of("height") == IMAGE
    assert settings.clouds_of("height") == ("aws", "azure", "gcp")
    assert settings.clouds_of("weight") == ("gcp",)


def test_a_model_may_have_an_image_of_its_own() -> None:
    other = IMAGE.replace("height", "weight")
    settings = parse(given(models={"height": {}, "weight": {"image": other}}))
    assert settings.image_of("weight") == other


def test_a_section_of_a_cloud_that_was_removed_may_stay() -> None:
    assert parse(given(clouds=["aws"])).clouds == ("aws",)


def test_a_cloud_that_is_not_chosen_needs_no_section() -> None:
    settings = parse(given(clouds=["aws"], azure=None, gcp=None))
    with pytest.raises(LookupError, match="modelport:azure is not set"):
        _ = settings.azure


def test_reads_a_network() -> None:
    made = parse(given(network={"cidr": "10.20.0.0/16", "allow_from": ["203.0.113.7/32"]})).network
    assert made is not None
    assert (made.cidr, made.existing, made.egress) == ("10.20.0.0/16", None, "none")

    found = parse(given(network={"existing": EXISTING})).network
    assert found is not None
    assert found.existing is not None
    assert found.existing.model_dump(exclude_none=True) == {
        cloud: {key: tuple(value) if isinstance(value, list) else value for key, value in each.items()}
        for cloud, each in EXISTING.items()
    }


PROD = {"environment": "prod", "network": {"cidr": "10.20.0.0/16"}}


def test_in_prod_what_the_internet_reaches_is_named() -> None:
    reached = {"models": {"height": {"access": "authenticated"}}}
    assert lines(given(**PROD), stack="prod") == ()
    assert lines(given(**reached)) == ()
    (said,) = lines(given(**PROD, **reached), stack="prod")
    assert said.startswith("modelport:models.height.access: is authenticated, and the model is not on")
    assert "'modelport:allow_public[0]' height" in said
    assert lines(given(**PROD, **reached, allow_public=["height"]), stack="prod") == ()


def test_prod_needs_a_network() -> None:
    for models in ({"height": {}}, {"height": {"targets": []}}, {"height": {"access": "authenticated"}}):
        (said,) = lines(given(environment="prod", models=models, allow_public=_named(models)), stack="prod")
        assert said.startswith("modelport:network: is missing: registries and storage of prod answer inside")


def _named(models: dict[str, Any]) -> list[str]:
    return [name for name, model in models.items() if "access" in model]


def test_what_is_to_be_allowed_is_counted_up() -> None:
    models = {name: {"access": "authenticated", "scale": {"max": 2}} for name in ("a", "b", "c")}
    said = lines(given(**PROD, models=models, allow_public=["a"]), stack="prod")
    assert len(said) == 2
    assert "'modelport:allow_public[1]' b" in said[0]
    assert "'modelport:allow_public[2]' c" in said[1]


def test_more_sources_than_every_cloud_takes_are_refused_at_once() -> None:
    sources = [f"203.0.{third}.0/24" for third in range(101)]
    (said,) = lines(given(network={"cidr": "10.20.0.0/16", "allow_from": sources}))
    assert said.startswith("modelport:network.allow_from: has 101 ranges")
    assert lines(given(network={"cidr": "10.20.0.0/16", "allow_from": sources[:100]})) == ()


def test_a_private_model_is_called_by_nobody_on_azure_without_an_application() -> None:
    azure = {"location": "westeurope"}
    models = {"height": {"access": "private"}}
    said = lines(given(azure=azure, models=models, network={"cidr": "10.20.0.0/16"}))
    assert [line.split(": ")[0] for line in said] == [
        "modelport:azure.auth_client_id",
        "modelport:azure.tenant",
    ]


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        parse(given()).owner = "somebody@example.com"  # type: ignore[misc]


def test_an_account_without_quotes_is_taken_when_nothing_was_lost() -> None:
    assert parse(given(aws={"region": "eu-central-1", "account": 111111111111})).aws.account == "111111111111"


@pytest.mark.parametrize("cloud", ["aws", "azure", "gcp"])
def test_an_environment_may_be_one_stack_per_cloud(cloud: str) -> None:
    assert parse(given(clouds=[cloud]), stack=f"dev-{cloud}").environment == "dev"


REGION = "allowed: one of the 34 AWS regions listed in docs/configuration.md"

EXACT = {
    "a typo in a region": (
        {"aws": {"region": "eu-centrl-1"}},
        f'modelport:aws.region: is not an AWS region, came "eu-centrl-1"; {REGION}; did you mean '
        '"eu-central-1"? '
        "Fix: pulumi config set --path 'modelport:aws.region' eu-central-1",
    ),
    "a region of another cloud": (
        {"aws": {"region": "westeurope"}},
        f'modelport:aws.region: is an Azure location, not an AWS region, came "westeurope"; {REGION}. '
        "Fix: pulumi config set --path 'modelport:aws.region' eu-central-1",
    ),
    "an unknown key in a section": (
        {"aws": {"region": "eu-central-1", "acount": "111111111111"}},
        "modelport:aws.acount: is no setting; allowed: region, account, assume_role, concurrency; "
        "did you mean \"account\"? Fix: pulumi config rm --path 'modelport:aws.acount' && "
        "pulumi config set --type string --path 'modelport:aws.account' 111111111111",
    ),
    "text where an object is expected": (
        {"aws": "eu-central-1"},
        'modelport:aws: is not an object, came "eu-central-1"; allowed: an object with region, account, '
        "assume_role, concurrency. Fix: pulumi config rm modelport:aws && "
        "pulumi config set --path 'modelport:aws.region' eu-central-1",
    ),
    "a doubled cloud": (
        {"clouds": ["aws", "azure", "gcp", "aws"]},
        'modelport:clouds[3]: is there twice, came "aws"; allowed: each name once. '
        "Fix: pulumi config rm --path 'modelport:clouds[3]'",
    ),
    "no owner": (
        {"owner": None},
        "modelport:owner: is missing: an e-mail address; allowed: name@example.com. "
        "Fix: pulumi config set modelport:owner ml-platform@example.com",
    ),
    "a tag instead of a digest": (
        {"image": "ghcr.io/example/height:v1"},
        'modelport:image: names a tag ("v1") instead of a digest, came "ghcr.io/example/height:v1"; '
        "allowed: <registry host>/<repository>@sha256:<64 lower-case hex digits>, no tag. Fix: pulumi config "
        "set modelport:image ghcr.io/example/height@$(crane digest ghcr.io/example/height:v1 "
        "--platform linux/amd64)",
    ),
}


@pytest.mark.parametrize(("changes", "line"), EXACT.values(), ids=EXACT.keys())
def test_says_exactly(changes: dict[str, Any], line: str) -> None:
    assert lines(given(**changes)) == (line,)


ALL_WRONG = {**WRONG, **WRONG_MODELS, **WRONG_NETWORK}


@pytest.mark.parametrize(("changes", "start", "part"), ALL_WRONG.values(), ids=ALL_WRONG.keys())
def test_refuses_with_one_line(changes: dict[str, Any], start: str, part: str) -> None:
    said = lines(given(**changes))
    assert len(said) == 1, said
    assert said[0].startswith(start)
    assert part in said[0]
    assert " Fix: " in said[0]
    assert "\n" not in said[0]


def test_says_everything_at_once() -> None:
    said = lines(
        given(
            owner="me",
            clouds=["aws", "aws", "gpc", "azure"],
            azure={**GOOD["azure"], "location": "westeurpe"},
            aws=None,
            models={"height": {"image": "height:v1", "x": 1}, "weight": {"clouds": ["gcp"]}},
            unprotect=["all"],
            extra=1,
        )
    )
    keys = [line.split(": ")[0] for line in said]
    assert sorted(keys) == [
        "modelport:aws",
        "modelport:azure.location",
        "modelport:clouds[1]",
        "modelport:clouds[2]",
        "modelport:extra",
        "modelport:models.height.image",
        "modelport:models.height.x",
        "modelport:models.weight.clouds[0]",
        "modelport:owner",
        "modelport:unprotect[0]",
    ]


def test_nothing_set_names_all_that_is_required() -> None:
    keys = {line.split(": ")[0] for line in lines({})}
    assert keys == {f"modelport:{name}" for name in ("environment", "owner", "clouds", "models")}


@pytest.mark.parametrize("cloud", ["aws", "azure"])
def test_prod_needs_the_account_that_may_be_touched(cloud: str) -> None:
    guard = {"aws": "account", "azure": "subscription"}[cloud]
    section = {key: value for key, value in GOOD[cloud].items() if key != guard}
    said = lines(given(environment="prod", **{cloud: section}), stack="prod")
    assert f"modelport:{cloud}.{guard}: is required in prod" in "\n".join(said)
    assert lines(given(**{cloud: section})) == ()


def test_an_environment_needs_a_shape() -> None:
    (line,) = lines(given(environment="devv"), stack="devv")
    assert line.startswith("modelport:environment: has no shape in stacks/")
    assert 'did you mean "dev"?' in line


def test_models_reserve_no_more_than_the_account_has() -> None:
    three = {name: {} for name in ("height", "weight", "width")}
    for limit, said in ((500, 0), (499, 1)):  # 400, and 100 that nobody may reserve.
        assert len(lines(given(models={"height": {}}, aws={**GOOD["aws"], "concurrency": limit}))) == said
    (line,) = lines(given(models=three))
    assert line.startswith("modelport:aws.concurrency: is less than what the models reserve")
    assert line.endswith("pulumi config set --type int --path 'modelport:aws.concurrency' 1300")
    assert lines(given(models={**three, "width": {"clouds": ["gcp"]}})) == ()
    assert lines(given(models={**three, "width": {"targets": []}})) == ()
    assert lines(given(models={**three, "width": {"scale": {"max": 2}}})) == ()
    assert lines(given(models=three, aws={**GOOD["aws"], "concurrency": 1300})) == ()
    assert lines(given(models=three, clouds=["gcp"])) == ()


@pytest.mark.parametrize("value", [5, "x", None, True, [1], {"a": 1}, [None], {"aws": 5}, [[]], 1.5])
@pytest.mark.parametrize(
    "key", ["clouds", "targets", "callers", "scale", "size", "access", "environment", "artifact", "image"]
)
def test_a_value_of_any_other_type_is_a_problem_and_no_crash(key: str, value: object) -> None:
    said = lines(
        given(models={"height": {key: value}, "weight": value}, allow_public=value, storage=value, aws=value)
    )

    assert any(line.startswith("modelport:aws") for line in said)
    assert all("\n" not in line for line in said)


def test_secret_values_are_never_shown() -> None:
    said = lines(
        given(
            owner="hush-owner",
            image="ghcr.io/hush/height:v1",
            clouds=["aws", "hush-cloud"],
            aws={"region": "hush-region", "acount": "hush-account"},
            gcp="hush-gcp",
            models={"height": {"image": "hush.io/HUSH/x@sha256:12", "clouds": ["hush", "hush"]}},
            registry={"keep_images": "hush"},
            unprotect=["hush-registry"],
        ),
        secret=(*GOOD, "registry", "unprotect"),
    )
    assert len(said) >= 10
    assert "hush" not in "\n".join(said).lower()
    assert any("came a secret value, not shown" in line for line in said)
