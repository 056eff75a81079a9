"""Parity is proven by what registries and providers said, and by nothing else."""

import pytest
from pulumi.output import UNKNOWN

from infra.parity import parity
from tests.infra.given import DIGEST, IMAGE

OTHER = f"sha256:{'b' * 64}"


def test_equal_when_every_place_has_the_digest() -> None:
    assert parity(DIGEST, {"gcp": {"registry": DIGEST, "function": IMAGE}, "aws": {"registry": DIGEST}}) == {
        "verdict": "equal",
        "expected": DIGEST,
        "evidence": {"aws": {"registry": DIGEST}, "gcp": {"function": DIGEST, "registry": DIGEST}},
    }


def test_different_names_the_places() -> None:
    evidence = {"aws": {"registry": DIGEST}, "azure": {"registry": DIGEST, "function": f"r/height@{OTHER}"}}
    found = parity(DIGEST, {**evidence, "gcp": {"registry": None}})
    assert (found["verdict"], found["differing"], found["unknown"]) == (
        "different",
        ["azure function"],
        ["gcp registry"],
    )


def test_all_alike_but_not_what_was_asked_for_is_different() -> None:
    assert parity(DIGEST, {"aws": {"registry": OTHER}, "gcp": {"registry": OTHER}})["verdict"] == "different"


@pytest.mark.parametrize(
    "answer",
    [
        *(None, "", UNKNOWN, True, "equal", "r/height:v1"),
        *(DIGEST[:-1], f"{DIGEST}\n", DIGEST.upper(), f"a b@{DIGEST}"),
    ],
)
def test_anything_but_a_digest_proves_nothing(answer: object) -> None:
    found = parity(DIGEST, {"aws": {"registry": DIGEST}, "gcp": {"function": answer}})
    assert (found["verdict"], found["unknown"]) == ("unproven", ["gcp function"])


def test_nothing_proves_nothing() -> None:
    assert parity(DIGEST, {})["verdict"] == "unproven"
    assert parity(DIGEST, {"aws": {}})["verdict"] == "unproven"
