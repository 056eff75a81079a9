"""The work directory: made from tracked files, which stay as they are."""

import datetime
import json
import sys

import pytest
import yaml

from sandbox import workspace
from sandbox.errors import SandboxError
from sandbox.layout import Layout

DIGEST, OTHER = "sha256:" + "a" * 64, "sha256:" + "b" * 64
PROJECT = """
name: modelport
runtime: {name: python, options: {toolchain: pip, virtualenv: .venv}}
config:
  pulumi:disable-default-providers: {value: [aws, gcp]}
"""
SETTINGS = f"""
secretsprovider: awskms://alias/pulumi
encryptedkey: c2VjcmV0
config:
  modelport:environment: dev
  modelport:image: ghcr.io/example/height@{OTHER}
  modelport:token: {{secure: v1:abc}}
  modelport:models:
    height: {{}}
    weight: {{image: ghcr.io/example/weight@{OTHER}, secrets: {{KEY: {{secure: v1:def}}}}}}
    loose: {{image: "ghcr.io/example/loose:latest"}}
"""


@pytest.fixture
def paths(tmp_path):
    (tmp_path / "Pulumi.yaml").write_text(PROJECT)
    (tmp_path / "Pulumi.dev.yaml").write_text(SETTINGS)
    return Layout(environment="dev", folder=tmp_path / ".sandbox", root=tmp_path)


def made(paths):
    return yaml.safe_load(paths.work_settings.read_text())


def test_replaces_secrets_settings_and_secrets(paths):
    workspace.prepare(paths, DIGEST)
    settings = made(paths)
    assert not {"secretsprovider", "encryptedkey", "encryptionsalt"} & settings.keys()
    assert settings["config"]["modelport:token"] == "sandbox value of modelport:token"
    assert settings["config"]["modelport:models"]["weight"]["secrets"]["KEY"].startswith("sandbox value of")


def test_sets_the_local_digest_and_leaves_what_the_program_must_refuse(paths):
    workspace.prepare(paths, DIGEST)
    config = made(paths)["config"]
    assert config["modelport:image"] == f"ghcr.io/example/height@{DIGEST}"
    assert config["modelport:models"]["weight"]["image"] == f"ghcr.io/example/weight@{DIGEST}"
    assert config["modelport:models"]["loose"]["image"] == "ghcr.io/example/loose:latest"


def test_the_project_points_at_the_program_and_installs_nothing(paths):
    workspace.prepare(paths, DIGEST)
    project = yaml.safe_load((paths.work / "Pulumi.yaml").read_text())
    assert project["main"] == "../.."
    assert project["runtime"]["options"] == {"virtualenv": sys.prefix}
    assert project["config"] == {"pulumi:disable-default-providers": {"value": ["aws", "gcp"]}}


def test_writes_no_tracked_file(paths):
    workspace.prepare(paths, DIGEST)
    assert paths.project.read_text() == PROJECT
    assert paths.settings.read_text() == SETTINGS


def test_keeps_settings_made_by_hand_until_the_tracked_file_changes(paths):
    assert workspace.prepare(paths, DIGEST)
    by_hand = paths.work_settings.read_text().replace(
        "modelport:environment: dev", "modelport:environment: mine"
    )
    paths.work_settings.write_text(by_hand + "encryptionsalt: v1:salt\n")
    assert not workspace.prepare(paths, DIGEST)
    assert made(paths)["config"]["modelport:environment"] == "mine"
    paths.settings.write_text(SETTINGS + "  modelport:owner: you@example.com\n")
    assert workspace.prepare(paths, DIGEST)
    assert made(paths)["config"]["modelport:environment"] == "dev"
    assert made(paths)["config"]["modelport:owner"] == "you@example.com"
    assert made(paths)["encryptionsalt"] == "v1:salt"


def test_another_image_makes_it_anew(paths):
    workspace.prepare(paths, DIGEST)
    assert workspace.prepare(paths, OTHER)


def test_names_the_repositories_of_all_images_by_digest(paths):
    assert workspace.repositories(workspace.tracked(paths)) == [
        "ghcr.io/example/height",
        "ghcr.io/example/weight",
    ]


def test_a_missing_environment_names_those_that_exist(paths):
    missing = Layout(environment="stage", folder=paths.folder, root=paths.root)
    with pytest.raises(SandboxError, match=r"no environment 'stage': .*; environments: dev"):
        workspace.tracked(missing)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", "not valid YAML"),
        ("- a", "must be a mapping, not list"),
        ("config:\n  modelport:image: a\n  modelport:image: b\n", "'modelport:image' is defined twice"),
        ("config:\n  modelport:unprotect: &x [*x]\n", "not valid YAML|hold themselves"),
    ],
)
def test_broken_settings_are_named(paths, text, message):
    paths.settings.write_text(text)
    with pytest.raises(SandboxError, match=message):
        workspace.settings_for(workspace.tracked(paths), DIGEST)


def test_bytes_that_are_no_text_are_named(paths):
    paths.settings.write_bytes(b"config: {a: '\xe9'}")
    with pytest.raises(SandboxError, match="not valid YAML"):
        workspace.tracked(paths)


@pytest.mark.parametrize(
    "config",
    [
        ["a"],
        "hello",
        {"modelport:aws": "eu-central-1", "modelport:gcp": ["a", "b"]},
        {"modelport:models": ["height"]},
        {"modelport:models": {"height": ["gcp"]}},
        {"modelport:owner": datetime.date(2024, 1, 1)},
    ],
)
def test_what_has_another_shape_is_left_for_the_program_to_refuse(paths, config):
    paths.settings.write_text(yaml.safe_dump({"config": config}))
    workspace.prepare(paths, DIGEST)
    assert workspace.identities(workspace.tracked(paths)) == {}
    assert workspace.artifacts(paths) == []
    assert made(paths)["config"] == json.loads(json.dumps(config, default=str))


@pytest.mark.parametrize("name", ["source.json", "Pulumi.yaml", "Pulumi.dev.yaml"])
def test_a_file_that_was_cut_off_is_made_again(paths, name):
    workspace.prepare(paths, DIGEST)
    whole = (paths.work / name).read_text()
    (paths.work / name).write_text("")
    workspace.prepare(paths, DIGEST)
    assert (paths.work / name).read_text() == whole


def test_what_was_changed_by_hand_is_named(paths):
    workspace.prepare(paths, DIGEST)
    assert workspace.edited(paths, DIGEST) == []
    text = paths.work_settings.read_text()
    paths.work_settings.write_text(text.replace("environment: dev", "environment: mine"))
    assert workspace.edited(paths, DIGEST) == ["modelport:environment"]


def test_models_with_a_file_of_their_own_are_found(paths):
    paths.settings.write_text(
        "config: {'modelport:models': {a: {}, b: {artifact: {uri: 's3://b/k'}}, c: null}}"
    )
    workspace.prepare(paths, DIGEST)
    assert workspace.artifacts(paths) == ["b"]


def test_the_identities_are_those_of_the_settings() -> None:
    config = {
        "modelport:aws": {"region": "eu-west-1", "account": 222222222222},
        "modelport:gcp": {"project": "ours"},
    }
    assert workspace.identities({"config": config}) == {"account": "222222222222", "project": "ours"}
    assert workspace.identities({}) == {}
