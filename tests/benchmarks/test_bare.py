"""The bare program makes what the real one makes: same types, same counts, same inputs, same options."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pulumi
import pytest

import infra
from benchmarks import bare
from infra.settings import parse
from tests.infra.given import given
from tests.mocks import Cloud
from tests.programs import recorded
from tests.rehearsal import Rehearsal

Rehearse = Callable[[Callable[[], object]], Rehearsal]
Made = list[tuple[str, str, dict[str, Any]]]

NAMED = ("command:local:Command", "random:index/randomString:RandomString")
"""Types whose logical names differ: without components, three clouds must not call things alike."""

HASH = re.compile(r"\baaaaaaaa-[0-9a-f]{8}\b")
"""Names of revisions end in a hash of what they are made of, which each program writes in its own way."""


@pytest.fixture(autouse=True)
def configured() -> Iterator[None]:
    """The same settings for both: the bare program reads them from Pulumi's configuration."""
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in given().items()}
    pulumi.runtime.set_all_config({f"modelport:{key}": text for key, text in texts.items()})
    yield
    pulumi.runtime.set_all_config({})


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> Cloud:
    monkeypatch.setattr(infra, "load", lambda: parse(given()))
    return recorded(infra.deploy)


def made(cloud: Cloud) -> Made:
    """Type, name and inputs of everything but components, in one order; providers are among it."""
    own = [one for one in cloud.requests if one.custom]
    found = [(one.typ, "" if one.typ in NAMED else one.name, _alike(one.inputs)) for one in own]
    return sorted(found, key=lambda one: (one[0], one[1], json.dumps(one[2], sort_keys=True)))


def _alike(inputs: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps(inputs, sort_keys=True, default=lambda value: getattr(value, "value", str(value)))
    alike: dict[str, Any] = json.loads(HASH.sub("aaaaaaaa-<hash>", text))
    for policy in ("policy", "assumeRolePolicy"):
        if isinstance(alike.get(policy), str):
            alike[policy] = json.loads(alike[policy])
    return alike


def test_both_make_the_same(real: Cloud) -> None:
    assert made(recorded(bare.deploy)) == made(real)


def test_both_protect_and_delete_alike(real: Cloud) -> None:
    ours, bares = real.monitor, recorded(bare.deploy).monitor
    kept = [key for key in ours.options if not key.startswith(("modelport:", *NAMED))]

    assert {key: bares.options[key] for key in kept} == {key: ours.options[key] for key in kept}
    assert {key: bares.protected[key] for key in kept} == {key: ours.protected[key] for key in kept}


def test_only_components_are_on_top(real: Cloud) -> None:
    """What the real program has and the bare one has not: one component for each capability and cloud."""
    assert {one.typ.split(":")[0] for one in real.requests if not one.custom} == {"modelport"}
    assert [one.typ for one in recorded(bare.deploy).requests if not one.custom] == []


def test_the_clouds_take_the_bare_program(rehearse: Rehearse) -> None:
    """No rule refuses it, and nothing comes in the right order by luck."""
    done = rehearse(bare.deploy)

    assert done.luck() == []
    assert set(done.outputs["endpoints"]) == {"aws", "azure", "gcp"}
