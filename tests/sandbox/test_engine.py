"""What the sandbox reads of a stack without starting the CLI."""

import json
from pathlib import Path

import pytest

from sandbox.engine import Engine
from sandbox.layout import Layout

SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:abc"}
OUTPUTS = {"plain": "shown", "password": SECRET, "nested": {"list": ["a", SECRET]}}


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    made = Engine(Layout(environment="dev", folder=tmp_path), tmp_path / "tools")
    made.layout.work.mkdir()
    (made.layout.work / "Pulumi.yaml").write_text("name: modelport\n")
    return made


def _keep(engine: Engine, outputs: dict[str, object]) -> None:
    stack = {"type": "pulumi:pulumi:Stack", "outputs": outputs}
    other = {"type": "random:index/randomString:RandomString", "outputs": {"result": "other"}}
    file = engine.layout.backend / ".pulumi" / "stacks" / "modelport" / "dev.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"checkpoint": {"latest": {"resources": [other, stack]}}}))


def test_outputs_are_shown_without_their_secrets(engine: Engine) -> None:
    _keep(engine, OUTPUTS)
    assert engine.outputs() == {
        "plain": "shown",
        "password": "[secret]",
        "nested": {"list": ["a", "[secret]"]},
    }


def test_what_was_never_deployed_has_no_outputs(engine: Engine) -> None:
    assert engine.outputs() == {}
    assert engine.resources() == []
    _keep(engine, {})
    assert engine.outputs() == {}
