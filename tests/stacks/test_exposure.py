"""Nothing of prod answers the public internet, unless it is asked for by name."""

from collections.abc import Callable
from typing import Any

import pytest

import infra
from components import catalog
from infra.settings import parse
from tests.exposure import EXCEPTIONS, answering, unjudged
from tests.infra.given import given
from tests.rehearsal import Rehearsal

Rehearse = Callable[[Callable[[], object]], Rehearsal]

PROD = {
    "environment": "prod",
    "network": {"cidr": "10.20.0.0/16", "allow_from": ["203.0.113.0/28"]},
    "models": {"height": {"callers": {"aws": ["arn:aws:iam::111111111111:role/caller"]}}, "weight": {}},
}


@pytest.fixture
def state(rehearse: Rehearse, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[dict[str, Any]]]:
    """What exists once the program was deployed with these settings, as a state has it."""

    def deployed(**changes: Any) -> list[dict[str, Any]]:
        monkeypatch.setattr(infra, "load", lambda: parse(given(**changes)))
        return [
            {"type": each.type, "urn": each.urn, "id": each.id, "inputs": each.inputs}
            for each in rehearse(infra.deploy).world.live()
        ]

    return deployed


def test_prod_answers_nobody_outside(state: Callable[..., list[dict[str, Any]]]) -> None:
    made = state(**PROD)

    assert unjudged(made) == set()
    assert answering(made) == []


def test_what_is_asked_for_by_name_and_nothing_else_is_reached(
    state: Callable[..., list[dict[str, Any]]],
) -> None:
    models = {**PROD["models"], "weight": {"access": "public"}}  # type: ignore[dict-item]

    made = state(**{**PROD, "models": models, "allow_public": ["weight"]})

    reached = [each.partition(": ")[0].rpartition("::")[2].partition("-")[0] for each in answering(made)]
    assert set(reached) == {"weight"}
    assert len(reached) >= 4


def test_dev_answers_with_a_login(state: Callable[..., list[dict[str, Any]]]) -> None:
    reached = {each.partition("::")[0] for each in answering(state())}

    assert reached == {
        "aws:lambda/functionUrl:FunctionUrl",
        "aws:s3/bucket:Bucket",
        "aws:ecr/repository:Repository",
        "azure-native:app:ContainerApp",
        "azure-native:storage:StorageAccount",
        "azure-native:containerregistry:Registry",
        "gcp:cloudrunv2/service:Service",
        "gcp:storage/bucket:Bucket",
    }


@pytest.mark.parametrize(("type_", "where"), EXCEPTIONS.items())
def test_what_cannot_be_closed_is_a_declared_difference(type_: str, where: tuple[str, str, str]) -> None:
    capability, cloud, promise = where
    made = catalog.implementation(catalog.contract(capability), cloud)
    assert promise in made.GAPS, type_
