"""The gateway: what was deployed answers here, to whom its cloud would answer, and as it would."""

import json
import os
import signal
import sys
import time
from pathlib import Path

import httpx
import pytest
import yaml
from typer.testing import CliRunner

import infra
from infra.settings import parse
from sandbox.cli import app
from sandbox.errors import SandboxError
from sandbox.gateway import access, process
from sandbox.gateway.endpoints import endpoints
from sandbox.gateway.instance import environment
from sandbox.gateway.server import _forwarded
from sandbox.layout import ROOT, VARIABLE, Layout
from sandbox.processes import with_words
from sandbox.world import World

CLOUDS = ("aws", "azure", "gcp")
FUNCTION = {
    "aws": "aws:lambda/function:Function",
    "azure": "azure-native:app:ContainerApp",
    "gcp": "gcp:cloudrunv2/service:Service",
}
ROW = '{"Weight": 200}'
SOMEBODY = {"authorization": "sandbox somebody"}


@pytest.fixture
def box(rehearse, monkeypatch) -> Layout:
    """A sandbox in which dev is deployed."""
    return _deployed(rehearse, monkeypatch)


def _deployed(rehearse, monkeypatch, **changes) -> Layout:
    config = yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text(encoding="utf-8"))["config"]
    values = {key.removeprefix("modelport:"): value for key, value in config.items()} | changes
    monkeypatch.setattr(infra, "load", lambda: parse(values))
    done = rehearse(infra.deploy)
    monkeypatch.setenv(VARIABLE, str(done.folder))
    return Layout(environment="stack", folder=done.folder)


@pytest.fixture
def address(box, monkeypatch):
    monkeypatch.setenv("MODELPORT_SANDBOX_IDLE", "1.5")
    yield process.start(box)
    process.stop(box)


def _known(box: Layout):
    return {each.cloud: each for each in endpoints(World(box.world))}


def _ask(address: str, box: Layout, cloud: str, path="/predict", content: str | bytes = ROW, **headers: str):
    found = _known(box)[cloud]
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
    assert len({each.image.partition("@")[2] for each in _known(box).values()}) == 1


def test_the_page_shows_the_estate(address, box):
    shown = httpx.get(address).text
    for each in _known(box).values():
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


@pytest.mark.parametrize(
    ("cloud", "nobody", "other"), [("aws", 403, 403), ("azure", 401, 403), ("gcp", 403, 403)]
)
def test_who_is_not_on_the_list_gets_the_clouds_own_status(box, cloud, nobody, other):
    found = _known(box)[cloud]
    assert access.refusal(found, None).status == nobody
    assert access.refusal(found, "somebody").status == other
    assert access.refusal(found, found.a_caller) is None


def test_a_refused_caller_starts_nothing(address, box):
    for cloud in CLOUDS:
        assert _ask(address, box, cloud, **SOMEBODY).status_code == 403
    assert httpx.get(address).text.count("at zero") == 3


def test_a_public_model_asks_nobody_who_they_are(rehearse, monkeypatch):
    box = _deployed(rehearse, monkeypatch, models={"height": {"access": "public"}}, allow_public=["height"])
    assert all(each.is_public and access.refusal(each, None) is None for each in _known(box).values())


def test_without_callers_nobody_may(rehearse, monkeypatch):
    box = _deployed(rehearse, monkeypatch, models={"height": {}})
    for found in _known(box).values():
        assert found.a_caller is None
        assert access.refusal(found, "somebody") is not None
    refused = CliRunner().invoke(app, ["call", "azure", "height", ROW, "--env", "stack"])
    assert "nobody may call height on azure" in str(refused.exception)


def test_one_of_both_rights_is_not_enough_on_aws(box):
    world = World(box.world)
    right = next(
        each
        for each in world.all("aws:lambda/permission:Permission")
        if each.inputs["action"] == "lambda:InvokeFunction"
    )
    world.remove(right.type, right.id)
    assert _known(box)["aws"].a_caller is None


def _change(box: Layout, cloud: str, change):
    """Change a function behind everybody's back."""
    world = World(box.world)
    (found,) = world.all(FUNCTION[cloud])
    inputs = json.loads(json.dumps(found.inputs))
    change(inputs)
    world.update(found.type, found.id, inputs=inputs)


def test_as_many_requests_as_may_be_at_once(address, box):
    _change(box, "aws", lambda inputs: inputs.update(reservedConcurrentExecutions=0))
    _change(box, "gcp", lambda inputs: inputs["template"].update(maxInstanceRequestConcurrency=0))
    _change(box, "azure", lambda inputs: inputs["template"]["scale"].update(maxReplicas=0))
    assert [_ask(address, box, cloud).status_code for cloud in CLOUDS] == [429, 503, 429]


def test_an_answer_that_takes_too_long(address, box):
    _change(box, "aws", lambda inputs: inputs.update(timeout=0.0001))
    _change(box, "gcp", lambda inputs: inputs["template"].update(timeout="0.0001s"))
    assert [_ask(address, box, cloud).status_code for cloud in ("aws", "gcp")] == [502, 504]


@pytest.mark.parametrize(("cloud", "size", "status"), [("aws", 6, 413), ("azure", 6, 413), ("gcp", 32, 413)])
def test_bodies_that_are_too_long(address, box, cloud, size, status):
    found = _known(box)[cloud]
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

    _change(box, cloud, renamed)
    others = {*CLOUDS} - {cloud}
    assert _known(box).keys() == others
    assert all(_ask(address, box, each).is_success for each in others)


def test_what_is_to_wait_warm_waits(address, box):
    scaling = {"minInstanceCount": 1, "maxInstanceCount": 2}
    _change(box, "gcp", lambda inputs: inputs["template"].update(scaling=scaling))
    assert _state(address, "running", 1)
    time.sleep(2)
    assert _state(address, "running", 1)
    assert _ask(address, box, "gcp").is_success
    assert "cold" not in httpx.get(address).text


def test_another_revision_takes_over(address, box):
    assert _ask(address, box, "gcp").is_success
    version = {"name": "MODEL_VERSION", "value": "eleven"}
    _change(box, "gcp", lambda inputs: inputs["template"]["containers"][0]["envs"].append(version))
    found = _known(box)["gcp"]
    told = httpx.get(
        f"{address}/{found.path}/", headers={"authorization": f"sandbox {found.a_caller}"}, timeout=60
    )
    assert told.json()["version"] == "eleven"


def test_a_model_that_does_not_start(address, box):
    bad = {"name": "LOG_LEVEL", "value": "loud"}
    _change(box, "gcp", lambda inputs: inputs["template"]["containers"][0]["envs"].append(bad))
    assert _ask(address, box, "gcp").status_code == 503
    log = box.gateway / "stack-gcp-height.log"
    assert "LOG_LEVEL" in log.read_text()


def test_what_the_platform_says_cannot_be_forged(box):
    forged = {
        "x-amzn-request-context": "null",
        "x-ms-client-principal-id": "admin",
        "x-ms-client-principal": "admin",
        "authorization": "sandbox me",
        "x-request-id": "mine",
    }
    told = {cloud: dict(_forwarded(found, "me", forged)) for cloud, found in _known(box).items()}
    assert told["aws"]["x-amzn-request-context"] != "null"
    assert told["azure"]["x-ms-client-principal-id"] == "me"
    for each in told.values():
        assert each["x-request-id"] == "mine"
        assert "admin" not in each.values()
        assert "authorization" not in each


@pytest.mark.parametrize(
    ("uri", "file"),
    [
        ("s3://bucket/height/model", "objects/own/s3/bucket/height/model"),
        ("gs://bucket/height/model", "objects/own/gs/bucket/height/model"),
        ("https://account.blob.core.windows.net/models/height", "objects/own/az/account/models/height"),
    ],
)
def test_a_models_own_file_is_the_copy_in_the_bucket(box, uri, file):
    found = _known(box)["aws"]
    of_its_own = type(found)(**{**vars(found), "variables": {"MODEL_URI": uri}})
    told = environment(of_its_own, 1, Path("/box"))
    assert told["MODEL_URI"] == f"/box/{file}"


def test_it_is_started_once_and_comes_again_at_the_same_address(address, box):
    assert process.start(box) == address
    assert process.stop(box)
    assert process.address(box) is None
    assert not process.stop(box)
    assert process.start(box) == address


def _pid(box: Layout) -> int:
    return json.loads((box.gateway / "process.json").read_text())["pid"]


def test_one_of_other_code_is_replaced_where_it_was(address, box, monkeypatch):
    before = _pid(box)
    monkeypatch.setattr(process, "_stamp", lambda: "of another version")
    assert process.start(box) == address
    assert _pid(box) != before


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
