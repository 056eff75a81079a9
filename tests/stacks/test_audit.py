"""Estates of dev and prod are judged from what exists: nothing open, too wide or in the clear."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

import infra
from components import catalog
from infra.settings import parse
from tests.audit.encryption import unprotected, without_a_key
from tests.audit.exposure import EXCEPTIONS, JUDGES, WITHOUT_A_NETWORK, answering, unjudged
from tests.audit.privilege import too_much
from tests.audit.workload import by_name, digests
from tests.infra.given import DIGEST, given
from tests.rehearsal import Rehearsal
from tests.stacks.spoilt import BLOCK, ENVIRONMENT, S3, SPOILT, Spoil

Rehearse = Callable[[Callable[[], object]], Rehearsal]
State = list[dict[str, Any]]

CALLERS = {
    "aws": ["arn:aws:iam::111111111111:role/caller"],
    "azure": ["00000000-0000-4000-8000-0000000000c1"],
    "gcp": ["serviceAccount:caller@another-project.iam.gserviceaccount.com"],
}
ARTIFACT = {"uri": "gs://elsewhere/height.onnx", "sha256": "c" * 64, "version": "7"}
DEV: dict[str, Any] = {"models": {"height": {"callers": CALLERS, "artifact": ARTIFACT}, "weight": {}}}
PROD: dict[str, Any] = {
    **DEV,
    "environment": "prod",
    "network": {"cidr": "10.20.0.0/16", "allow_from": ["203.0.113.0/28"]},
}


@pytest.fixture
def state(rehearse: Rehearse, monkeypatch: pytest.MonkeyPatch) -> Callable[..., State]:
    """What exists once the program was deployed with these settings, as a state has it."""

    def deployed(**changes: Any) -> State:
        monkeypatch.setattr(infra, "load", lambda: parse(given(**changes)))
        return [
            {"type": each.type, "urn": each.urn, "id": each.id, "inputs": dict(each.inputs)}
            for each in rehearse(infra.deploy).world.live()
        ]

    return deployed


def test_prod_is_as_a_careful_company_would_have_it(state: Callable[..., State]) -> None:
    made = state(**PROD)

    assert unjudged(made) == set()
    assert answering(made) == []
    assert too_much(made) == []
    assert without_a_key(made) == []
    assert unprotected(made) == []
    assert by_name(made) == []
    assert digests(made) == {DIGEST}


def test_dev_is_open_to_a_login_and_in_nothing_else_behind(state: Callable[..., State]) -> None:
    made = state(**DEV)

    assert {each.partition("::")[0] for each in answering(made)} == WITHOUT_A_NETWORK
    assert too_much(made) == []
    assert unprotected(made) == []
    assert by_name(made) == []
    assert digests(made) == {DIGEST}


def test_what_is_asked_for_by_name_and_nothing_else_is_reached(state: Callable[..., State]) -> None:
    models = {**PROD["models"], "weight": {"access": "public"}}

    made = state(**{**PROD, "models": models, "allow_public": ["weight"]})

    reached = [each.partition(": ")[0].rpartition("::")[2].partition("-")[0] for each in answering(made)]
    assert set(reached) == {"weight"}
    assert len(reached) >= 4


@pytest.mark.parametrize(("type_", "where"), EXCEPTIONS.items())
def test_what_cannot_be_closed_is_a_declared_difference(type_: str, where: tuple[str, str, str]) -> None:
    capability, cloud, promise = where
    made = catalog.implementation(catalog.contract(capability), cloud)
    assert promise in made.GAPS, type_


@pytest.fixture(scope="module")
def kept() -> State:
    """The state of prod, made once."""
    return []


@pytest.fixture
def prod(kept: State, state: Callable[..., State]) -> State:
    """A copy of the state of prod, to be changed."""
    kept.extend([] if kept else state(**PROD))
    return copy.deepcopy(kept)


@pytest.mark.parametrize(("check", "type_", "spoil", "says"), SPOILT)
def test_every_check_notices(
    check: Callable[[State], list[str]], type_: str, spoil: Spoil, says: str, prod: State
) -> None:
    assert check(prod) == []

    for each in prod:
        if each["type"] == type_:
            spoil(each["inputs"])

    assert any(says in line for line in check(prod)), check(prod)


@pytest.mark.parametrize(
    ("type_", "changes"),
    [
        (BLOCK, {"blockPublicAcls": False}),
        (S3, {"policy": '{"Statement": []}'}),
        (ENVIRONMENT, {"publicNetworkAccess": "Enabled"}),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_of_two_that_say_it_the_weaker_one_counts(
    type_: str, changes: dict[str, Any], first: bool, prod: State
) -> None:
    weaker = [
        {**each, "id": each["id"].upper(), "inputs": {**each["inputs"], **changes}}
        for each in prod
        if each["type"] == type_
    ]

    assert weaker
    assert answering([*weaker, *prod] if first else [*prod, *weaker])


@pytest.mark.parametrize("inputs", [None, {}, {"configuration": "x", "policy": "[", "ingress": [1]}])
def test_what_says_nothing_of_itself_is_open(inputs: Any) -> None:
    made = [{"type": each, "urn": f"urn::{each}::it", "id": "it", "inputs": inputs} for each in JUDGES]

    said = {line.rpartition("::")[0] for line in answering(made)}

    assert set(JUDGES) - said <= {"azure-native:storage:BlobContainer"}
