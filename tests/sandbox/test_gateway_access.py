"""What the gateway knows of a function, and whom its cloud lets in."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from sandbox.cli import app
from sandbox.gateway import access
from sandbox.gateway.instance import environment
from sandbox.gateway.server import _forwarded
from sandbox.world import World
from tests.sandbox.estate import ROW, deployed, known


@pytest.mark.parametrize(
    ("cloud", "nobody", "other"), [("aws", 403, 403), ("azure", 401, 403), ("gcp", 403, 403)]
)
def test_who_is_not_on_the_list_gets_the_clouds_own_status(box, cloud, nobody, other):
    found = known(box)[cloud]
    assert access.refusal(found, None).status == nobody
    assert access.refusal(found, "somebody").status == other
    assert access.refusal(found, found.a_caller) is None


def test_a_public_model_asks_nobody_who_they_are(rehearse, monkeypatch):
    box = deployed(rehearse, monkeypatch, models={"height": {"access": "public"}}, allow_public=["height"])
    assert all(each.is_public and access.refusal(each, None) is None for each in known(box).values())


def test_without_callers_nobody_may(rehearse, monkeypatch):
    box = deployed(rehearse, monkeypatch, models={"height": {}})
    for found in known(box).values():
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
    assert known(box)["aws"].a_caller is None


def test_azure_hands_on_whatever_comes_and_the_application_refuses(box):
    for cloud, found in known(box).items():
        most = found.instances * found.each
        assert access.too_many(found, most - 1) is None
        assert (access.too_many(found, most) is None) == (cloud == "azure")
        assert environment(found, 1, Path("/box"))["CONCURRENCY"] == str(most)


def test_what_the_platform_says_cannot_be_forged(box):
    forged = {
        "x-amzn-request-context": "null",
        "x-ms-client-principal-id": "admin",
        "x-ms-client-principal": "admin",
        "authorization": "sandbox me",
        "x-request-id": "mine",
    }
    sent = {cloud: [*_forwarded(found, "me", forged)] for cloud, found in known(box).items()}
    told = {cloud: dict(headers) for cloud, headers in sent.items()}
    assert all(len(told[cloud]) == len(sent[cloud]) for cloud in sent), "each once"
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
    found = known(box)["aws"]
    of_its_own = type(found)(**{**vars(found), "variables": {"MODEL_URI": uri}})
    told = environment(of_its_own, 1, Path("/box"))
    assert told["MODEL_URI"] == f"/box/{file}"
