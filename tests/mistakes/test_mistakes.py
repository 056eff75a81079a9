"""Every planted mistake is found: it names property and reason, and without its rule nobody would notice."""

from collections.abc import Callable
from typing import Any

import pytest

import infra
from infra.settings import parse
from sandbox.needs import Refused
from tests.infra.given import given
from tests.mistakes import Mistake, plant
from tests.mistakes.table import ALL
from tests.rehearsal import Rehearsal

CALLERS = {
    "aws": ["arn:aws:iam::111111111111:role/caller"],
    "azure": ["00000000-0000-4000-8000-0000000000c1"],
    "gcp": ["serviceAccount:caller@another-project.iam.gserviceaccount.com"],
}
NETWORK = {"cidr": "10.20.0.0/16", "egress": "internet", "allow_from": ["203.0.113.0/28"]}
MISTAKES = [
    pytest.param(case, mistake, id=f"{case} {name}")
    for case, mistakes in ALL.items()
    for name, mistake in mistakes.items()
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


@pytest.mark.parametrize("cloud", ALL)
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
