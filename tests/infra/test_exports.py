"""Outputs are alike for all clouds, and say what is not proven."""

from types import SimpleNamespace
from typing import Any, cast

import pulumi
from pulumi.output import UNKNOWN

from infra.exports import exports
from infra.settings import parse
from stacks.platform import Platform
from tests.conftest import Deploy
from tests.infra.given import DIGEST, IMAGE, given


def platform(digest: object, models: tuple[str, ...] = ("height",), runs: object = IMAGE) -> Platform:
    image = SimpleNamespace(
        digest=pulumi.Output.from_input(digest), reference=pulumi.Output.from_input(IMAGE)
    )
    function = SimpleNamespace(
        name=pulumi.Output.from_input("height-1"),
        url=pulumi.Output.from_input("https://height"),
        reports=pulumi.Output.from_input(runs),
    )
    made = SimpleNamespace(
        images=dict.fromkeys(models, image),
        functions=dict.fromkeys(models, function),
        storage=SimpleNamespace(uri=pulumi.Output.from_input("s3://bucket")),
    )
    return cast(Platform, made)


def outputs(deploy: Deploy, **platforms: Platform) -> dict[str, Any]:
    """Resolved outputs of a stack of three clouds, of which these platforms were made."""
    found: dict[str, Any] = {}

    def program() -> pulumi.Output[None]:
        made = exports(parse(given()), platforms)
        return pulumi.Output.from_input(made).apply(found.update, True)

    deploy(program)
    return found


def test_outputs_are_alike_for_all_clouds(deploy: Deploy) -> None:
    found = outputs(deploy, aws=platform(DIGEST), azure=platform(DIGEST), gcp=platform(DIGEST))
    assert found["images"] == {cloud: {"height": IMAGE} for cloud in ("aws", "azure", "gcp")}
    assert found["digests"] == {cloud: {"height": DIGEST} for cloud in ("aws", "azure", "gcp")}
    assert found["endpoints"] == {cloud: {"height": "https://height"} for cloud in ("aws", "azure", "gcp")}
    assert found["functions"] == {cloud: {"height": "height-1"} for cloud in ("aws", "azure", "gcp")}
    assert found["storage"] == dict.fromkeys(("aws", "azure", "gcp"), "s3://bucket")
    assert found["parity"]["height"]["verdict"] == "equal"


def test_a_cloud_that_is_missing_is_unproven(deploy: Deploy) -> None:
    found = outputs(deploy, aws=platform(DIGEST), gcp=platform(DIGEST, ()))["parity"]["height"]
    assert (found["verdict"], found["unknown"]) == (
        "unproven",
        ["azure function", "azure registry", "gcp function", "gcp registry"],
    )


def test_what_a_preview_does_not_know_is_unproven(deploy: Deploy) -> None:
    found = outputs(deploy, aws=platform(DIGEST), azure=platform(UNKNOWN), gcp=platform(DIGEST))["parity"][
        "height"
    ]
    assert found["verdict"] == "unproven"
    assert "azure registry" in found["unknown"]


def test_what_runs_counts_as_much_as_what_was_copied(deploy: Deploy) -> None:
    other = IMAGE.replace("a" * 64, "b" * 64)
    found = outputs(deploy, aws=platform(DIGEST), azure=platform(DIGEST), gcp=platform(DIGEST, runs=other))
    assert found["parity"]["height"]["differing"] == ["gcp function"]


def test_that_all_agree_proves_nothing_when_it_is_not_what_was_asked_for(deploy: Deploy) -> None:
    other = f"sha256:{'b' * 64}"
    runs = f"ghcr.io/example/height@{other}"
    made = dict.fromkeys(("aws", "azure", "gcp"), platform(other, runs=runs))
    assert outputs(deploy, **made)["parity"]["height"]["verdict"] == "different"
