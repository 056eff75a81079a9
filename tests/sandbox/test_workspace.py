"""The work directory: made from tracked files, which stay as they are."""

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
    ("text", "message"), [("a: [", "not valid YAML"), ("- a", "must be a mapping, not list")]
)
def test_broken_settings_are_named(paths, text, message):
    paths.settings.write_text(text)
    with pytest.raises(SandboxError, match=message):
        workspace.tracked(paths)


def test_the_identities_are_those_of_the_settings() -> None:
    config = {
        "modelport:aws": {"region": "eu-west-1", "account": 222222222222},
        "modelport:gcp": {"project": "ours"},
    }
    assert workspace.identities({"config": config}) == {"account": "222222222222", "project": "ours"}
    assert workspace.identities({}) == {}
