"""Every planted mistake is found: it names property and reason, and without its rule nobody would notice."""

from collections.abc import Callable
from typing import Any

import pytest

import infra
from infra.settings import parse
from sandbox.needs import Refused
from tests.infra.given import given
from tests.mistakes import (
    Mistake,
    aws,
    aws_keys,
    aws_network,
    azure,
    azure_keys,
    azure_network,
    gcp,
    gcp_keys,
    gcp_network,
    plant,
    registry,
    width,
)
from tests.rehearsal import Rehearsal

CALLERS = {
    "aws": ["arn:aws:iam::111111111111:role/caller"],
    "azure": ["00000000-0000-4000-8000-0000000000c1"],
    "gcp": ["serviceAccount:caller@another-project.iam.gserviceaccount.com"],
}
NETWORK = {"cidr": "10.20.0.0/16", "egress": "internet", "allow_from": ["203.0.113.0/28"]}
MISTAKES = [
    pytest.param(cloud, mistake, id=f"{cloud} {name}")
    for cloud, planted in (
        ("aws", {**registry.AWS_MISTAKES, **aws.MISTAKES, **width.AWS}),
        ("azure", {**registry.AZURE_MISTAKES, **azure.MISTAKES, **width.AZURE}),
        ("gcp", {**gcp.MISTAKES, **width.GCP}),
        ("aws with a key", aws_keys.MISTAKES),
        ("azure with a key", azure_keys.MISTAKES),
        ("gcp with a key", gcp_keys.MISTAKES),
        ("aws in a network", aws_network.MISTAKES),
        ("azure in a network", azure_network.MISTAKES),
        ("gcp in a network", gcp_network.MISTAKES),
    )
    for name, mistake in planted.items()
]


def _those(wanted: Callable[[Mistake], bool]) -> Any:
    chosen = [each for each in MISTAKES if wanted(each.values[1])]
    return pytest.mark.parametrize(("cloud", "mistake"), chosen)


Run = Callable[[str, Mistake | None], Rehearsal]


@pytest.fixture
def run(rehearse: Any, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the program of one cloud, with a caller, and with a mistake in it."""

    def deployed(case: str, mistake: Mistake | None) -> Rehearsal:
        cloud, _, with_ = case.partition(" ")
        callers = {"callers": {cloud: CALLERS[cloud]}}
        changes: dict[str, Any] = {"models": {"height": callers}}
        if with_ == "with a key":
            changes["encryption"] = "customer"
        if with_ == "in a network":
            changes["models"]["inner"] = {**callers, "access": "private"}
            changes |= {"network": NETWORK}
        settings = parse(given(clouds=[cloud], **changes))
        monkeypatch.setattr(infra, "load", lambda: settings)

        def program() -> None:
            if mistake:
                plant(mistake)
            infra.deploy()

        done: Rehearsal = rehearse(program)
        return done

    return deployed


CASES = [f"{cloud}{with_}" for with_ in ("", " with a key", " in a network") for cloud in CALLERS]


@pytest.mark.parametrize("cloud", CASES)
def test_without_a_mistake_it_passes(cloud: str, run: Run) -> None:
    assert run(cloud, None).luck() == []


@pytest.mark.parametrize("cloud", CALLERS)
def test_a_door_that_is_opened_by_name_is_open(
    cloud: str, rehearse: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = given(clouds=[cloud], models={"height": {"access": "public"}}, allow_public=["height"])
    monkeypatch.setattr(infra, "load", lambda: parse(values))
    assert rehearse(infra.deploy).luck() == []


@_those(lambda mistake: not mistake.luck)
def test_it_is_refused(cloud: str, mistake: Mistake, run: Run) -> None:
    with pytest.raises(Refused) as refused:
        run(cloud, mistake)

    for words in mistake.says:
        assert words in str(refused.value)


@_those(lambda mistake: bool(mistake.rule) and not mistake.luck)
def test_without_its_rule_nobody_would_notice(
    cloud: str, mistake: Mistake, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODELPORT_SANDBOX_DISABLE", mistake.rule)

    done = run(cloud, mistake)

    assert done.made(mistake.type), "it was made, with the mistake in it"
    assert "height" in done.outputs["parity"], "and so was all that comes after"


@_those(lambda mistake: mistake.luck)
def test_a_missing_edge_is_named_though_all_went_well(cloud: str, mistake: Mistake, run: Run) -> None:
    lucky = " ".join(map(str, run(cloud, mistake).luck()))

    for words in mistake.says:
        assert words in lucky
