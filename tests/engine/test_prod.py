"""Prod: what holds data stays, unless somebody says by name that it may go."""

from collections.abc import Iterator

import pytest

from sandbox.errors import SandboxError
from sandbox.layout import Layout
from sandbox.session import Session
from tests.audit.encryption import unprotected, without_a_key
from tests.audit.exposure import answering, unjudged
from tests.audit.privilege import too_much
from tests.audit.protection import HOLDING, unguarded
from tests.audit.workload import by_name, digests
from tests.engine.bench import Bench


@pytest.fixture
def prod(workshop: Bench) -> Iterator[Bench]:
    """The prod environment of the same sandbox, in an empty world."""
    session = Session(Layout(environment="prod", folder=workshop.session.layout.folder), print)
    bench = Bench(session, session.prepare(), workshop.shelf)
    bench.wipe()
    yield bench
    bench.wipe()


def test_prod_goes_up_and_stays_as_it_is(prod: Bench) -> None:
    prod.deployed()

    assert prod.luck() == []
    assert prod.steps() == {}
    assert prod.outputs()["parity"]["height"]["verdict"] == "equal"
    (project,) = {each.inputs["project"] for each in prod.session.world().all("gcp:storage/bucket:Bucket")}
    assert project == "example-models-prod"


def test_its_exported_state_stands_up_to_independent_checks(prod: Bench) -> None:
    prod.deployed()

    made = prod.exported()

    assert len(made) > 100
    assert unjudged(made) == set()
    assert answering(made) == []
    assert too_much(made) == []
    assert without_a_key(made) == []
    assert unprotected(made) == []
    assert by_name(made) == []
    assert len(digests(made)) == 1
    assert unguarded(made) == []
    bare = [{**each, "protect": False} for each in made]
    assert {each.partition("::")[0] for each in unguarded(bare)} == set(HOLDING), "each of them is looked at"


def test_what_the_internet_may_reach_is_asked_for_by_name(prod: Bench) -> None:
    prod.deployed()
    prod.set("models.height.access", "authenticated")

    refused = prod.pulumi("preview")
    assert refused.code != 0
    assert "modelport:models.height.access: is authenticated, and the model is not on" in refused.text

    prod.set("allow_public[0]", "height")
    prod.up().good()
    assert {each.rpartition("::")[2].partition(":")[0] for each in answering(prod.engine.resources())} == {
        "height",
        "height-url",
    }


def test_it_goes_down_only_by_force_and_comes_up_again(prod: Bench) -> None:
    prod.deployed()
    lived = {each.urn for each in prod.session.world().live()}

    with pytest.raises(SandboxError, match=r"nothing was touched.*\n.*unprotect\[0\]' key"):
        prod.session.down()
    assert {each.urn for each in prod.session.world().live()} == lived

    code, remains = prod.session.down(force=True)
    assert (code, remains.live) == (0, [])
    assert any("keyvault:Vault" in each for each in remains.tombstones)

    prod.session.prepare()
    assert "modelport:unprotect" not in prod.settings()
    prod.up().good()
    with pytest.raises(SandboxError, match="protected"):
        prod.session.down()


@pytest.mark.parametrize(
    ("path", "value"),
    [("aws.region", "eu-west-1"), ("gcp.region", "europe-west4"), ("encryption", "provider")],
)
def test_what_would_replace_data_is_refused_before_anything_happens(
    prod: Bench, path: str, value: str
) -> None:
    prod.deployed()
    lived = {(each.urn, each.id) for each in prod.session.world().live()}
    prod.set(path, value)

    refused = prod.pulumi("preview")

    assert refused.code != 0
    assert "protect" in refused.text
    assert "replace" in refused.text or "delete" in refused.text
    assert {(each.urn, each.id) for each in prod.session.world().live()} == lived
