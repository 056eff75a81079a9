"""The script that copies a model's file, run by a real shell with an rclone made up for it."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from components.core.errors import InvalidArgument
from components.storage.artifact import Artifact
from components.storage.contract import HOLD
from tests.components.builders import storage
from tests.components.waiting import waits_for
from tests.mocks import COMPUTED

COPY = "command:local:Command"
WANTED = hashlib.sha256(b"a model").hexdigest()
TARGET = ":s3,provider=AWS,env_auth:bucket/height/artifact/x"
RCLONE = """#!/bin/sh
# Answers from files: `source` is what it fetches, `held` what the storage holds, `loses` what is written.
cd "$RCLONE_STATE"
printf '%s\\n' "$1" >>calls
case "$1" in
    cat) [ -e held ] || exit 3; cat held ;;
    copyurl) [ -e source ] || exit 1; cp source "$3" ;;
    copyto)
        case "$2" in
            :* | https:*) [ -e source ] || exit 3; cp source "$3" ;;
            *) [ -e forbidden ] && { echo 'AccessDenied: 403' >&2; exit 1; }
               if [ -e loses ]; then : >held; else cp "$2" held; fi ;;
        esac ;;
esac
"""


class Rclone:
    """An rclone that answers from files, and what became of it."""

    def __init__(self, folder: Path) -> None:
        self.state = folder / "state with spaces"
        self.bin = folder / "bin"
        self.state.mkdir()
        self.bin.mkdir()
        (self.bin / "rclone").write_text(RCLONE)
        (self.bin / "rclone").chmod(0o755)
        self.set("source", "a model")

    def set(self, name: str, text: str = "") -> None:
        (self.state / name).write_text(text)

    @property
    def calls(self) -> list[str]:
        made = self.state / "calls"
        return made.read_text().split() if made.exists() else []

    def run(self, shell: str = "sh", **changes: str) -> "subprocess.CompletedProcess[str]":
        environment = {
            "PATH": f"{self.bin}:{os.defpath}",
            "RCLONE_STATE": str(self.state),
            "SOURCE": ":gcs,env_auth:elsewhere/height.onnx",
            "TARGET": TARGET,
            "SHA256": WANTED,
            **changes,
        }
        command = [shutil.which(shell) or shell, "-c", HOLD.read_text()]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=30, check=False
        )


@pytest.fixture
def rclone(tmp_path):
    return Rclone(tmp_path)


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_it_fetches_stores_reads_back_and_prints_the_hash_alone(rclone, shell):
    done = rclone.run(shell)
    assert (done.returncode, done.stdout) == (0, WANTED)
    assert rclone.calls == ["cat", "copyto", "copyto", "cat"]
    assert (rclone.state / "held").read_text() == "a model"


def test_a_file_from_the_web_is_fetched_as_such(rclone):
    assert rclone.run(SOURCE="https://example.com/height.onnx").stdout == WANTED
    assert rclone.calls == ["cat", "copyurl", "copyto", "cat"]


def test_what_is_there_already_is_not_copied_again(rclone):
    rclone.set("held", "a model")
    assert rclone.run().stdout == WANTED
    assert rclone.calls == ["cat"]


def test_another_file_is_never_stored(rclone):
    rclone.set("source", "another model")
    done = rclone.run()
    assert done.returncode == 1
    assert f"is another file: expected {WANTED}, came " in done.stderr
    assert not (rclone.state / "held").exists()
    assert done.stdout == ""


def test_a_source_that_is_not_there_is_named(rclone):
    (rclone.state / "source").unlink()
    done = rclone.run()
    assert done.returncode == 1
    assert "Could not read :gcs,env_auth:elsewhere/height.onnx" in done.stderr


def test_a_storage_that_may_not_be_written_is_named(rclone):
    rclone.set("forbidden")
    done = rclone.run()
    assert done.returncode == 1
    assert "AccessDenied" in done.stderr
    assert f"Could not write {TARGET}" in done.stderr


def test_what_was_lost_on_the_way_is_found_at_the_read_back(rclone):
    rclone.set("loses")
    done = rclone.run()
    assert done.returncode == 1
    assert f"expected {WANTED}, came nothing" in done.stderr


@pytest.mark.parametrize("missing", ["SOURCE", "TARGET", "SHA256"])
def test_it_does_nothing_with_half_of_what_it_needs(rclone, missing):
    done = rclone.run(**{missing: ""})
    assert done.returncode != 0
    assert missing in done.stderr
    assert rclone.calls == []


def test_without_rclone_it_says_so(rclone):
    (rclone.bin / "rclone").unlink()
    assert "rclone is not on PATH" in rclone.run().stderr


def test_it_leaves_no_file_behind(rclone, tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    rclone.run(TMPDIR=str(scratch))
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize(
    ("uri", "remote"),
    [
        ("s3://bucket/a/b.onnx", ":s3,provider=AWS,env_auth:bucket/a/b.onnx"),
        ("gs://bucket/b.onnx", ":gcs,env_auth:bucket/b.onnx"),
        ("az://account/container/b.onnx", ":azureblob,env_auth,account=account:container/b.onnx"),
        ("https://example.com:8443/a/b_c-1.onnx", "https://example.com:8443/a/b_c-1.onnx"),
        ("https://example.com/b.onnx", "https://example.com/b.onnx"),
    ],
)
def test_an_address_is_named_as_rclone_names_it(uri, remote):
    assert Artifact(uri=uri, sha256=WANTED, version="7").remote == remote


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"uri": "file:///etc/passwd"}, "artifact.uri"),
        ({"uri": "s3://bucket"}, "artifact.uri"),
        ({"uri": "s3://bucket/a b"}, "artifact.uri"),
        ({"uri": "s3://bucket/../key"}, "artifact.uri"),
        ({"uri": "s3://Bad_Bucket/key"}, "artifact.uri"),
        ({"uri": "s3://bucket/a\0b"}, "artifact.uri"),
        ({"uri": "az://account,endpoint=evil.example.com/container/f"}, "artifact.uri"),
        ({"uri": "az://account:x/container/f"}, "artifact.uri"),
        ({"uri": "az://account/f"}, "artifact.uri"),
        ({"uri": "https://user:password@host/f"}, "artifact.uri"),
        ({"uri": "https://example.com/x?token=1"}, "artifact.uri"),
        ({"sha256": WANTED.upper()}, "artifact.sha256"),
        ({"sha256": f"{WANTED}\n"}, "artifact.sha256"),
        ({"version": ""}, "artifact.version"),
        ({"version": "-7"}, "artifact.version"),
    ],
)
def test_what_is_no_artifact_is_refused(changes, says):
    with pytest.raises(InvalidArgument, match=says):
        Artifact(**{"uri": "s3://bucket/key", "sha256": WANTED, "version": "7", **changes})


@pytest.mark.parametrize("name", ["aws", "azure", "gcp"])
def test_a_file_is_named_once_it_was_read_back(name, cloud, deploy, context, monkeypatch):
    """By what the copy says at its end, not by what was asked for."""
    monkeypatch.setitem(COMPUTED, COPY, lambda *_: {"stdout": " read back\n", "stderr": ""})
    artifact = Artifact(uri="s3://bucket/key", sha256=WANTED, version="7")
    seen = []

    def held():
        made = storage(name, context).hold("height-artifact", "height/artifact/", artifact)
        made.apply(seen.append)
        return made

    assert waits_for(deploy, held) == {f"{COPY}::height-artifact"}
    assert seen == ["read back"]
    told = cloud.inputs(COPY)
    assert told["environment"]["TARGET"].endswith(f"/height/artifact/{WANTED}")
    assert told["triggers"] == [WANTED]
