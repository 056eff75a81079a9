"""The copy script, run by a real shell with a crane made up for it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from components.image.copy import SCRIPT

WANTED = "sha256:" + "a" * 64
OTHER = "sha256:" + "b" * 64
ACR = "modelport.azurecr.io/height"
TAG = "digest-" + "a" * 64
CRANE = """#!/bin/sh
# Answers from files: `held` is in the registry, `fails` copies fail, and it `says` why.
cd "$CRANE_STATE"
printf '%s\\n' "$*" >>calls
case "$1" in
    digest)
        [ -e refuses ] && { cat refuses >&2; exit 1; }
        [ -e late ] && [ -e held ] && { rm late; echo 'MANIFEST_UNKNOWN' >&2; exit 1; }
        [ -e held ] || { echo 'MANIFEST_UNKNOWN' >&2; exit 1; }
        echo 'a warning' >&2; cat held ;;
    copy)
        left=$(cat fails 2>/dev/null || echo 0)
        if [ "$left" -gt 0 ]; then
            echo $((left - 1)) >fails
            cat says >&2
            exit 1
        fi
        cat brings >held ;;
esac
"""


class Crane:
    """A crane that answers from files, and what became of it."""

    def __init__(self, folder: Path) -> None:
        self.state = folder / "state with spaces"
        self.bin = folder / "bin"
        self.state.mkdir()
        self.bin.mkdir()
        (self.bin / "crane").write_text(CRANE)
        (self.bin / "crane").chmod(0o755)
        self.set("brings", WANTED)

    def set(self, name: str, text: str) -> None:
        (self.state / name).write_text(text)

    @property
    def calls(self) -> list[str]:
        made = self.state / "calls"
        return [line.split()[0] for line in made.read_text().splitlines()] if made.exists() else []

    def run(self, shell: str = "sh", **changes: str) -> "subprocess.CompletedProcess[str]":
        environment = {
            "PATH": f"{self.bin}:{os.defpath}",
            "CRANE_STATE": str(self.state),
            "SOURCE": f"ghcr.io/example/height@{WANTED}",
            "TARGET": ACR,
            "TAG": TAG,
            "DIGEST": WANTED,
            "RETRY_SECONDS": "0",
            **changes,
        }
        # As the command provider does it: the text itself, in an environment of its own.
        command = [shutil.which(shell) or shell, "-c", SCRIPT.read_text()]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=30, check=False
        )


@pytest.fixture
def crane(tmp_path):
    return Crane(tmp_path)


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_it_copies_reads_back_and_prints_the_digest_and_nothing_else(crane, shell):
    done = crane.run(shell)
    assert (done.returncode, done.stdout, done.stderr) == (0, WANTED, "")
    assert crane.calls == ["digest", "copy", "digest"]


def test_it_copies_from_the_source_to_the_tag(crane):
    crane.run()
    assert (crane.state / "calls").read_text().splitlines()[1] == (
        f"copy ghcr.io/example/height@{WANTED} {ACR}:{TAG}"
    )


def test_what_is_there_already_is_not_copied_again(crane):
    crane.set("held", WANTED)
    done = crane.run()
    assert (done.returncode, done.stdout) == (0, WANTED)
    assert crane.calls == ["digest"]


def test_another_image_under_the_tag_is_replaced_where_tags_can_move(crane):
    crane.set("held", OTHER)
    done = crane.run()
    assert (done.returncode, done.stdout) == (0, WANTED)
    assert crane.calls == ["digest", "copy", "digest"]


def test_another_digest_at_the_read_back_is_refused_with_both(crane):
    crane.set("brings", OTHER)
    done = crane.run()
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{ACR}:{TAG} holds another image: expected {WANTED}, came {OTHER}." in done.stderr


def test_nothing_at_the_read_back_is_refused(crane):
    (crane.state / "brings").unlink()
    crane.set("brings", "")
    done = crane.run()
    assert done.returncode == 1
    assert f"expected {WANTED}, came nothing." in done.stderr


def test_a_copy_that_fails_for_a_moment_is_tried_again(crane):
    crane.set("fails", "2")
    crane.set("says", "connection reset by peer")
    done = crane.run()
    assert (done.returncode, done.stdout) == (0, WANTED)
    assert crane.calls.count("copy") == 3
    assert "Attempt 2 of 3" in done.stderr


def test_a_copy_that_keeps_failing_says_why(crane):
    crane.set("fails", "9")
    crane.set("says", "TAG_INVALID: the tag is immutable")
    done = crane.run()
    assert (done.returncode, done.stdout) == (1, "")
    assert crane.calls.count("copy") == 3
    assert "TAG_INVALID: the tag is immutable" in done.stderr
    assert "in 3 attempts" in done.stderr


HOSTS = [
    (
        "111111111111.dkr.ecr.eu-central-1.amazonaws.com/registry-height",
        "aws ecr get-login-password --region eu-central-1 | crane auth login --username AWS --password-stdin "
        "111111111111.dkr.ecr.eu-central-1.amazonaws.com",
    ),
    (
        ACR,
        "az acr login --name modelport --expose-token --query accessToken --output tsv | crane auth login "
        "--username 00000000-0000-0000-0000-000000000000 --password-stdin modelport.azurecr.io",
    ),
    (
        "europe-west1-docker.pkg.dev/p/r/height",
        "gcloud auth print-access-token | crane auth login --username oauth2accesstoken --password-stdin "
        "europe-west1-docker.pkg.dev",
    ),
]


@pytest.mark.parametrize(("target", "login"), HOSTS, ids=["aws", "azure", "gcp"])
@pytest.mark.parametrize(
    "said", ["UNAUTHORIZED: authentication required", "DENIED: requested access", "status code 403 Forbidden"]
)
def test_without_a_login_it_says_how_to_log_in_and_does_not_try_again(crane, target, login, said):
    crane.set("refuses", said)
    done = crane.run(TARGET=target)
    assert (done.returncode, done.stdout) == (1, "")
    assert crane.calls == ["digest"]
    assert said in done.stderr
    assert login in done.stderr
    assert "crane auth login --username USER --password-stdin ghcr.io" in done.stderr


def test_a_copy_without_access_to_the_source_is_not_tried_again(crane):
    crane.set("fails", "9")
    crane.set("says", "DENIED: permission_denied: read_package")
    done = crane.run()
    assert done.returncode == 1
    assert crane.calls == ["digest", "copy"]
    assert "Log in to both" in done.stderr


@pytest.mark.parametrize("name", ["access-denied", "forbidden", "unauthorized"])
def test_a_model_may_be_called_what_an_error_is_called(crane, name):
    target = f"modelport.azurecr.io/{name}"
    crane.set(
        "refuses", f"GET https://modelport.azurecr.io/v2/{name}/manifests/x: MANIFEST_UNKNOWN: no {target}:x"
    )
    done = crane.run(TARGET=target, SOURCE=f"ghcr.io/{name}/height@{WANTED}")
    assert "No access" not in done.stderr
    assert "copy" in crane.calls


def test_what_is_not_read_at_once_is_read_again(crane):
    crane.set("late", "1")
    assert crane.run().stdout == WANTED
    assert crane.calls == ["digest", "copy", "digest", "digest"]


@pytest.mark.parametrize("missing", ["SOURCE", "TARGET", "TAG", "DIGEST"])
def test_it_does_nothing_with_half_of_what_it_needs(crane, missing):
    done = crane.run(**{missing: ""})
    assert done.returncode != 0
    assert missing in done.stderr
    assert crane.calls == []


def test_without_crane_it_says_so(crane):
    (crane.bin / "crane").unlink()
    done = crane.run()
    assert done.returncode == 1
    assert "crane is not on PATH" in done.stderr


def test_it_runs_no_words_of_its_environment(crane):
    done = crane.run(TARGET="x; touch hacked; $(touch hacked) `touch hacked`")
    assert done.returncode in (0, 1)
    assert not (crane.state / "hacked").exists()


def test_it_leaves_no_file_behind(crane, tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    crane.run(TMPDIR=str(scratch))
    assert list(scratch.iterdir()) == []
