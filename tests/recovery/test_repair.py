"""The commands of `pulumi` that bring a state in accord with the clouds."""

import json
from pathlib import Path
from typing import Any

import pytest

from recovery.errors import RecoveryError
from recovery.repair import repair
from recovery.state import Entry
from tests.recovery.test_state import BUCKET, PARENT, PROVIDER, entry, state, urn


class Pulumi:
    """Plays the CLI over one state; its cloud has what is listed."""

    def __init__(self, given: Entry, cloud: dict[str, str], preview: list[Any] | None = None) -> None:
        self.state = given
        self.cloud = cloud
        self.preview = preview or []
        self.ran: list[str] = []

    def __call__(self, *words: str) -> str:
        self.ran.append(" ".join(words[:2]))
        if words[0] == "preview":
            return json.dumps({"steps": self.preview})
        if words[:2] == ("stack", "import"):
            self.state = json.loads(Path(words[3]).read_text())
        if words[0] == "refresh":
            resources = self.state["deployment"]["resources"]
            resources[:] = [each for each in resources if self._there(each)]
        return json.dumps(self.state)

    def _there(self, each: Entry) -> bool:
        return not each["type"].startswith("aws:") or self.cloud.get(each["urn"]) == each["id"]

    def urns(self) -> list[str]:
        return [each["urn"] for each in self.state["deployment"].get("resources", [])]


def test_where_nothing_was_interrupted_only_the_state_is_read() -> None:
    pulumi = Pulumi(state(), {})

    assert repair(pulumi, []) is None
    assert pulumi.ran == ["stack export"]


def test_what_exists_is_recorded_and_read() -> None:
    pulumi = Pulumi(state(entry("models")), {urn("models"): "models-1"})
    settled = repair(pulumi, [(urn("models"), "models-1")])

    assert settled is not None
    assert settled.recorded == [urn("models")]
    assert pulumi.urns() == [urn("models")]
    assert pulumi.ran == ["stack export", "stack export", "stack import", "refresh --yes", "stack export"]


def test_what_does_not_exist_needs_no_refresh() -> None:
    pulumi = Pulumi(state(entry("models")), {})
    repair(pulumi, [])

    assert pulumi.ran == ["stack export", "stack export", "stack import"]
    assert pulumi.urns() == []


def test_what_the_cloud_does_not_have_is_an_error() -> None:
    pulumi = Pulumi(state(entry("models")), {urn("models"): "models-1"})

    with pytest.raises(RecoveryError, match=r"the cloud does not have urn:.*models with id mistyped"):
        repair(pulumi, [(urn("models"), "mistyped")])


def test_the_place_of_what_nobody_began_is_looked_up_in_a_preview() -> None:
    provider = {"urn": PROVIDER, "type": "pulumi:providers:aws", "custom": True, "id": "p", "inputs": {}}
    component = {"urn": PARENT, "type": "modelport:aws:Storage", "custom": False}
    planned = entry("models", parent=PARENT, provider=f"{PROVIDER}::p", inputs={"bucket": "of the preview"})
    steps = [{"op": "create", "newState": component}, {"op": "create", "newState": planned}]
    pulumi = Pulumi(state(resources=[provider]), {urn("models"): "models-1"}, steps)
    repair(pulumi, [(urn("models"), "models-1")])

    assert "preview --json" in pulumi.ran
    recorded = pulumi.state["deployment"]["resources"][-1]
    assert (recorded["urn"], recorded["type"], recorded["inputs"]) == (urn("models"), BUCKET, {})


def test_an_orphan_is_told_and_the_state_stays_as_it_is() -> None:
    pulumi = Pulumi(state(entry("other")), {})
    settled = repair(pulumi, [(urn("models"), "models-1")])

    assert settled is not None
    assert settled.orphans == [(urn("models"), "models-1")]
    assert pulumi.state == state(entry("other")), "what was begun is still known"


def test_a_copy_is_read_before_it_is_deleted() -> None:
    old = entry("models", id="models-1", parent="", provider="")
    pulumi = Pulumi(state(resources=[old]), {urn("models"): "models-1"})

    with pytest.raises(RecoveryError, match=r"models with id models-2"):
        repair(pulumi, [(urn("models"), "models-2")])


def test_a_deployment_that_is_at_work_is_not_overwritten() -> None:
    pulumi = Pulumi(state(entry("models")), {urn("models"): "models-1"})
    exports = iter([state(entry("models")), state(entry("models"), resources=[entry("new", id="1")])])

    def changing(*words: str) -> str:
        return json.dumps(next(exports)) if words == ("stack", "export") else pulumi(*words)

    with pytest.raises(RecoveryError, match=r"the state has changed meanwhile"):
        repair(changing, [(urn("models"), "models-1")])
    assert pulumi.ran == []
