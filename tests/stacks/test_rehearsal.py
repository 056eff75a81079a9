"""The whole program on the simulated clouds: what passes, and that the rehearsal is strict."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest

import infra
from infra.settings import parse
from sandbox.needs import Refused
from tests.infra.given import DIGEST, given, of_file
from tests.rehearsal import Rehearsal

Rehearse = Callable[[Callable[[], object]], Rehearsal]


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """The repository's program with good settings, changed."""

    def run(**changes: Any) -> None:
        monkeypatch.setattr(infra, "load", lambda: parse(given(**changes)))
        infra.deploy()

    return run


def test_the_program_passes_and_nothing_is_luck(rehearse: Rehearse, program: Callable[..., None]) -> None:
    done = rehearse(program)

    assert done.luck() == []
    assert done.outputs["parity"]["height"]["verdict"] == "equal"
    assert {digest for _, _, digest in done.held} == {DIGEST}


def test_the_example_of_the_readme_deploys(rehearse: Rehearse, program: Callable[..., None]) -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(config:.*?)```", text, re.DOTALL)
    values = of_file(example.replace("sha256:…", DIGEST))

    done = rehearse(lambda: program(**values))

    assert done.luck() == []
    assert {model: proof["verdict"] for model, proof in done.outputs["parity"].items()} == {
        "height": "equal",
        "weight": "equal",
    }


@pytest.mark.simulation
def test_what_a_cloud_refuses_ends_it(rehearse: Rehearse, program: Callable[..., None]) -> None:
    def spoilt() -> None:
        pulumi.runtime.register_stack_transformation(_frozen)
        program()

    with pytest.raises(Refused, match=r"imageTagMutability.*FROZEN"):
        rehearse(spoilt)


def _frozen(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
    if args.type_ != "aws:ecr/repository:Repository":
        return None
    return pulumi.ResourceTransformationResult({**args.props, "image_tag_mutability": "FROZEN"}, args.opts)
