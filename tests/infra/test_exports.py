"""Parity is proven by what the registries returned, and by nothing else."""

from types import SimpleNamespace
from typing import Any, cast

import pulumi
import pytest
from pulumi.output import UNKNOWN

from infra.exports import exports, parity
from infra.settings import parse
from stacks.platform import Platform
from tests.conftest import Deploy
from tests.infra.given import DIGEST, IMAGE, given

OTHER = f"sha256:{'b' * 64}"


def test_equal_when_every_registry_returned_the_digest() -> None:
    assert parity(DIGEST, {"gcp": DIGEST, "aws": DIGEST}) == {
        "verdict": "equal",
        "expected": DIGEST,
        "registries": {"aws": DIGEST, "gcp": DIGEST},
    }


def test_different_names_the_clouds() -> None:
    assert parity(DIGEST, {"aws": DIGEST, "azure": OTHER, "gcp": None}) == {
        "verdict": "different",
        "expected": DIGEST,
        "registries": {"aws": DIGEST, "azure": OTHER, "gcp": "unknown"},
        "differing": ["azure"],
        "unknown": ["gcp"],
    }


def test_all_alike_but_not_what_was_asked_for_is_different() -> None:
    assert parity(DIGEST, {"aws": OTHER, "gcp": OTHER})["verdict"] == "different"


@pytest.mark.parametrize(
    "answer", [None, "", UNKNOWN, True, "equal", DIGEST[:-1], f"{DIGEST}\n", DIGEST.upper()]
)
def test_anything_but_a_digest_proves_nothing(answer: object) -> None:
    found = parity(DIGEST, {"aws": DIGEST, "gcp": answer})
    assert (found["verdict"], found["unknown"]) == ("unproven", ["gcp"])


def test_no_registry_proves_nothing() -> None:
    assert parity(DIGEST, {})["verdict"] == "unproven"


def platform(digest: object, models: tuple[str, ...] = ("height",)) -> Platform:
    image = SimpleNamespace(
        digest=pulumi.Output.from_input(digest), reference=pulumi.Output.from_input(IMAGE)
    )
    return cast(Platform, SimpleNamespace(images=dict.fromkeys(models, image)))


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
    assert found["parity"]["height"]["verdict"] == "equal"


def test_a_cloud_that_is_missing_is_unproven(deploy: Deploy) -> None:
    found = outputs(deploy, aws=platform(DIGEST), gcp=platform(DIGEST, ()))["parity"]["height"]
    assert (found["verdict"], found["unknown"]) == ("unproven", ["azure", "gcp"])


def test_what_a_preview_does_not_know_is_unproven(deploy: Deploy) -> None:
    found = outputs(deploy, aws=platform(DIGEST), azure=platform(UNKNOWN), gcp=platform(DIGEST))["parity"][
        "height"
    ]
    assert found["verdict"] == "unproven"
    assert "azure" in found["unknown"]
