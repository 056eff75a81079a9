"""Random values and commands on this machine."""

import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from recovery.processes import command_of
from sandbox import local
from sandbox.needs import Refused
from tests.sandbox.playing import COMMAND, RANDOM_ID, STRING, Stage, off, urn

Stages = Callable[..., Stage]


def run(stage: Stages, **inputs: Any) -> dict[str, Any]:
    return stage("command").provider.create(urn(COMMAND, "copy"), inputs)[1]


def test_a_string_has_the_characters_asked_for(stage: Stages) -> None:
    cloud = stage("random")
    text = cloud.make(STRING, length=200, special=False, upper=False)["result"]
    assert len(text) == 200
    assert set(text) <= set("abcdefghijklmnopqrstuvwxyz0123456789")
    least = cloud.make(STRING, length=4, minUpper=2, minNumeric=1, minSpecial=1, overrideSpecial="_")[
        "result"
    ]
    assert sorted(map(str.isupper, least)) == [False, False, True, True]
    assert "_" in least
    assert any(map(str.isdigit, least))


def test_every_string_is_another(stage: Stages) -> None:
    assert len({stage("random").make(STRING, length=16)["id"] for _ in range(5)}) == 5


@pytest.mark.parametrize(
    "inputs",
    [
        {"length": 2, "minLower": 3},
        {"length": 2, "lower": False, "upper": False, "numeric": False, "special": False},
    ],
)
def test_a_string_that_cannot_be_is_refused(stage: Stages, inputs: dict[str, Any]) -> None:
    assert stage("random").rules(STRING, **inputs) == {"random-length"}


def test_an_id_in_all_its_forms(stage: Stages) -> None:
    made = stage("random").make(RANDOM_ID, byteLength=4, prefix="p-")
    assert made["hex"].startswith("p-")
    assert int(made["hex"][2:], 16) == int(made["dec"][2:])
    assert made["b64Url"] == f"p-{made['id']}"


def test_nothing_random_is_in_the_world_and_the_state_is_read_back(stage: Stages) -> None:
    cloud = stage("random")
    made = cloud.make(STRING, length=4)
    assert cloud.world.live() == []
    read = cloud.provider.read(urn(STRING, "it"), made["id"], made, {"length": 4})
    assert read is not None
    assert read.outputs == made
    with pytest.raises(Refused, match=r"cannot be imported"):
        cloud.provider.read(urn(STRING, "it"), "abcd", {}, {})


def test_a_command_has_its_environment_and_says_what_it_printed(stage: Stages, tmp_path: Path) -> None:
    made = run(stage, create='echo "$A $PWD"; echo oops >&2', environment={"A": "1"}, dir=str(tmp_path))
    assert (made["stdout"], made["stderr"]) == (f"1 {tmp_path}", "oops")


def test_a_command_reads_its_input_and_has_its_interpreter(stage: Stages) -> None:
    assert run(stage, create="cat", stdin="hello")["stdout"] == "hello"
    assert run(stage, create="print(1 + 1)", interpreter=["python3", "-c"])["stdout"] == "2"


def test_a_failed_command_says_why(stage: Stages) -> None:
    with pytest.raises(Refused, match=r"exit status 3: running .*:\nno such image"):
        run(stage, create="echo no such image >&2; exit 3")
    with pytest.raises(Refused, match=r"cannot start '/no/shell'"):
        run(stage, create="true", interpreter=["/no/shell"])


def test_an_update_runs_update_or_else_create_again_and_knows_the_output_before(stage: Stages) -> None:
    provider = stage("command").provider
    news = {"create": 'echo "again after $PULUMI_COMMAND_STDOUT"'}
    assert (
        provider.update(urn(COMMAND, "c"), "c1", {"stdout": "one"}, {}, news)["stdout"] == "again after one"
    )
    assert provider.update(urn(COMMAND, "c"), "c1", {}, {}, {**news, "update": "echo up"})["stdout"] == "up"
    quiet = {**news, "addPreviousOutputInEnv": False}
    assert provider.update(urn(COMMAND, "c"), "c1", {"stdout": "one"}, {}, quiet)["stdout"] == "again after "


def test_a_deletion_runs_what_the_state_recorded(stage: Stages, tmp_path: Path) -> None:
    provider = stage("command").provider
    provider.delete(
        urn(COMMAND, "c"),
        "c1",
        {"stdout": "x"},
        {"delete": f'echo "$PULUMI_COMMAND_STDOUT" > {tmp_path}/gone'},
    )
    assert (tmp_path / "gone").read_text() == "x\n"
    provider.delete(urn(COMMAND, "c"), "c1", {}, {"create": "exit 1"})


def test_a_preview_knows_no_output(stage: Stages) -> None:
    planned = stage("command").provider.plan(urn(COMMAND, "c"), {"create": "exit 1"}, {"stdout": "before"})
    assert planned == {"create": "exit 1"}


def test_a_command_ends_with_all_it_started(stage: Stages, tmp_path: Path) -> None:
    failed: list[Refused] = []

    def wait() -> None:
        try:
            run(stage, create=f"sleep 60 & echo $! > {tmp_path}/pid; wait")
        except Refused as refused:
            failed.append(refused)

    waiting = threading.Thread(target=wait)
    waiting.start()
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        time.sleep(0.01)
    local.stop()
    waiting.join(60)
    assert failed
    assert f"exit status -{signal.SIGTERM.value}" in str(failed[0])
    assert command_of(int((tmp_path / "pid").read_text())) == ""


def test_rules_of_values_can_be_switched_off(stage: Stages, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud = stage("random")
    assert cloud.rules(STRING, length=0) == {"value"}
    off(monkeypatch, "value")
    assert cloud.rules(STRING, length=0) == set()
