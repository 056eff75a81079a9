"""The gateway: what was deployed answers here, to whom its cloud would answer, and as it would."""

import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from recovery.processes import command_of
from sandbox.cli import app
from sandbox.errors import SandboxError
from sandbox.gateway import access, process
from sandbox.layout import Layout
from sandbox.processes import with_words
from tests.sandbox.estate import CLOUDS, ROW, change, known

SOMEBODY = {"authorization": "sandbox somebody"}


@pytest.fixture
def address(box, monkeypatch):
    monkeypatch.setenv("MODELPORT_SANDBOX_IDLE", "1.5")
    yield process.start(box)
    process.stop(box)


def _ask(address: str, box: Layout, cloud: str, path="/predict", content: str | bytes = ROW, **headers: str):
    found = known(box)[cloud]
    proof = {"authorization": f"{access.SCHEME} {found.a_caller}"} if found.a_caller else {}
    return httpx.post(
        f"{address}/{found.path}{path}",
        content=content,
        headers={"content-type": "application/json", **proof, **headers},
        timeout=60,
    )


def test_the_same_request_has_the_same_answer_on_three_clouds(address, box):
    answers = [_ask(address, box, cloud) for cloud in CLOUDS]
    assert [each.status_code for each in answers] == [200] * 3
    assert {each.content for each in answers} == {b'{"Height":73.61}'}
    assert len({each.image.partition("@")[2] for each in known(box).values()}) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="what listens is read from /proc")
def test_nobody_gets_past_it_from_another_machine(address, box):
    assert _ask(address, box, "gcp").is_success
    (pid,) = with_words("run_module", str(box.folder))
    told = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    (port,) = (int(each[5:]) for each in told if each.startswith(b"PORT="))
    tables = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
    listening = {line.split()[1] for line in tables.splitlines() if " 0A " in line}
    assert [each for each in listening if each.endswith(f":{port:04X}")] == [f"0100007F:{port:04X}"]


def test_the_page_shows_the_estate(address, box):
    shown = httpx.get(address).text
    for each in known(box).values():
        for told in (each.path, each.url, each.revision, each.image.partition("@")[2], each.a_caller):
            assert told in shown
    assert shown.count("at zero") == 3
    _ask(address, box, "gcp")
    shown = httpx.get(address).text
    assert shown.count("running") == 1
    assert "cold" in shown


def test_it_goes_to_zero_and_comes_again(address, box):
    assert _ask(address, box, "aws").is_success
    assert _state(address, "running", 1)
    assert _state(address, "at zero", 3)
    assert _ask(address, box, "aws").is_success


def _state(address, word, count, seconds=20):
    deadline = time.monotonic() + seconds
    while httpx.get(address).text.count(f">{word}<") != count:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return True


def test_a_refused_caller_starts_nothing(address, box):
    for cloud in CLOUDS:
        assert _ask(address, box, cloud, **SOMEBODY).status_code == 403
    assert httpx.get(address).text.count("at zero") == 3


def test_as_many_requests_as_may_be_at_once(address, box):
    change(box, "aws", lambda inputs: inputs.update(reservedConcurrentExecutions=0))
    change(box, "gcp", lambda inputs: inputs["template"].update(maxInstanceRequestConcurrency=0))
    assert [_ask(address, box, cloud).status_code for cloud in ("aws", "gcp")] == [429, 429]


def test_an_answer_that_takes_too_long(address, box):
    change(box, "aws", lambda inputs: inputs.update(timeout=0.0001))
    change(box, "gcp", lambda inputs: inputs["template"].update(timeout="0.0001s"))
    assert [_ask(address, box, cloud).status_code for cloud in ("aws", "gcp")] == [502, 504]


@pytest.mark.parametrize(("cloud", "size", "status"), [("aws", 6, 413), ("azure", 6, 413), ("gcp", 32, 413)])
def test_bodies_that_are_too_long(address, box, cloud, size, status):
    found = known(box)[cloud]
    assert access.too_long(found, size * 2**20) is None
    assert (access.too_long(found, size * 2**20 + 1) is None) == (cloud == "azure"), "Azure has no limit"
    assert _ask(address, box, cloud, content=b" " * (size * 2**20 + 1)).status_code == status


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_function_that_is_no_model_is_left_alone(address, box, cloud):
    def renamed(inputs):
        if cloud == "aws":
            inputs["environment"] = {"variables": {}}
        else:
            container = inputs["template"]["containers"][0]
            container.pop("env" if cloud == "azure" else "envs")

    change(box, cloud, renamed)
    others = {*CLOUDS} - {cloud}
    assert known(box).keys() == others
    assert all(_ask(address, box, each).is_success for each in others)


def test_what_is_to_wait_warm_waits(address, box):
    scaling = {"minInstanceCount": 1, "maxInstanceCount": 2}
    change(box, "gcp", lambda inputs: inputs["template"].update(scaling=scaling))
    assert _state(address, "running", 1)
    time.sleep(2)
    assert _state(address, "running", 1)
    assert _ask(address, box, "gcp").is_success
    assert "cold" not in httpx.get(address).text


def test_another_revision_takes_over(address, box):
    assert _ask(address, box, "gcp").is_success
    version = {"name": "MODEL_VERSION", "value": "eleven"}
    change(box, "gcp", lambda inputs: inputs["template"]["containers"][0]["envs"].append(version))
    found = known(box)["gcp"]
    told = httpx.get(
        f"{address}/{found.path}/", headers={"authorization": f"sandbox {found.a_caller}"}, timeout=60
    )
    assert told.json()["version"] == "eleven"


def test_a_model_that_does_not_start(address, box):
    bad = {"name": "LOG_LEVEL", "value": "loud"}
    change(box, "gcp", lambda inputs: inputs["template"]["containers"][0]["envs"].append(bad))
    assert _ask(address, box, "gcp").status_code == 503
    log = box.gateway / "stack-gcp-height.log"
    assert "LOG_LEVEL" in log.read_text()


def test_it_is_started_once_and_comes_again_at_the_same_address(address, box):
    assert process.start(box) == address
    assert process.stop(box)
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)
    assert not process.stop(box)
    assert process.start(box) == address


def _pid(box: Layout) -> int:
    return json.loads((box.gateway / "process.json").read_text())["pid"]


def test_one_of_other_code_is_replaced_where_it_was(address, box, monkeypatch):
    before = _pid(box)
    monkeypatch.setattr(process, "_stamp", lambda: "of another version")
    assert process.start(box) == address
    assert _pid(box) != before


def test_it_ends_with_its_sandbox(address, box):
    pid = _pid(box)
    shutil.rmtree(box.folder)
    deadline = time.monotonic() + 10
    while command_of(pid):
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody tells it")
def test_the_models_end_with_a_gateway_that_is_killed(address, box):
    assert _ask(address, box, "gcp").is_success
    assert with_words("run_module", str(box.folder))
    os.kill(_pid(box), signal.SIGKILL)
    deadline = time.monotonic() + 10
    while with_words("run_module", str(box.folder)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert process.start(box) == address
    assert _ask(address, box, "gcp").is_success


def test_a_command_asks_as_a_caller(address, box):
    run = CliRunner()
    assert run.invoke(app, ["call", "aws", "height", ROW, "--env", "stack"]).output == '{"Height":73.61}\n'
    words = ["call", "azure", "height", ROW, "--env", "stack", "--as", "somebody"]
    assert "azure answered with 403" in str(run.invoke(app, words).exception)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["aws", "height", "{"], "is no JSON"),
        (["aws", "weight", ROW, "--env", "stack"], "there is: aws height, azure height, gcp height"),
        (["ibm", "height", ROW, "--env", "stack"], "there is no ibm height"),
        (["aws", "height", ROW, "--env", "prod"], "make up ENV=prod"),
    ],
)
def test_a_mistake_in_the_command(box, words, says):
    refused = CliRunner().invoke(app, ["call", *words]).exception
    assert isinstance(refused, SandboxError)
    assert says in str(refused)


def test_an_address_that_is_none_names_those_that_are(address):
    told = httpx.get(f"{address}/stack/aws/weight/predict")
    assert told.status_code == 404
    assert "/stack/aws/height, /stack/azure/height, /stack/gcp/height" in told.text
