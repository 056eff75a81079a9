"""Deployments of a small program: continued after a kill, one at a time, and taken down."""

import json
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from sandbox import processes, registries
from sandbox.engine import Engine
from sandbox.errors import SandboxError
from sandbox.layout import ROOT, Layout
from sandbox.session import Session
from sandbox.workspace import VENV
from sandbox.world import Resource

pytestmark = pytest.mark.engine

DIGEST = "sha256:" + "0" * 64
PROGRAM = """
import time
from pathlib import Path
import pulumi

pulumi.ComponentResource("test:index:Thing", "thing")
pulumi.export("image", pulumi.Config("test").require("image"))
waiting = Path(__file__).with_name("wait")
while waiting.exists():
    time.sleep(0.1)
"""
# The command line fixes the root of the tracked files; a test has its own.
COMMAND = """
import sys
from pathlib import Path
from sandbox.layout import Layout
from sandbox.session import Session
root = Path(sys.argv[1])
session = Session(Layout(environment="dev", folder=root / ".sandbox", root=root), print)
sys.exit(session.up()[0])
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("root")
    (folder / "Pulumi.yaml").write_text("name: test\nruntime: python\n")
    (folder / "Pulumi.dev.yaml").write_text(f"config: {{test:image: 'ghcr.io/example/height@{DIGEST}'}}\n")
    (folder / "__main__.py").write_text(PROGRAM)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MODELPORT_SANDBOX", str(folder / ".sandbox"))
        patch.delenv(VENV, raising=False)  # As a user has it.
        yield folder


@pytest.fixture(scope="module")
def deployed(root):
    """One deployment for all tests: each leaves it deployed."""
    made = Session(Layout(environment="dev", folder=root / ".sandbox", root=root), print)
    assert made.up() == (0, [])
    yield made
    registries.stop(made.layout)


@pytest.fixture
def session(deployed, root):
    yield deployed
    (root / "wait").unlink(missing_ok=True)


@pytest.fixture
def deploying(session, root):
    """An `up` that waits in the middle of the program, with the CLI that holds the stack's lock."""
    (root / "wait").touch()
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, str(root)], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    yield process
    process.kill()
    process.wait()


def cli_of(session):
    """Process of the CLI that holds the stack's lock."""
    engine = session.engine()
    return _until(lambda: next((lock.pid for lock in engine.locks()), None))


def _until(found, seconds=30):
    deadline = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < deadline, "nothing happened in time"
        time.sleep(0.05)
    return value


def test_a_second_up_changes_nothing_and_no_tracked_file(session, root):
    before = {path: path.read_bytes() for path in root.glob("*.yaml")}
    assert session.up() == (0, [])
    assert {path: path.read_bytes() for path in root.glob("*.yaml")} == before


def test_a_second_up_at_once_says_who_is_at_work(deploying, session):
    cli_of(session)
    with pytest.raises(Exception, match=rf"at work here: make up \(process {deploying.pid}\)"):
        session.up()
    deploying.send_signal(signal.SIGINT)
    deploying.wait()


def test_an_up_goes_on_after_its_cli_was_killed(deploying, session, root):
    os.kill(cli_of(session), signal.SIGKILL)
    assert deploying.wait() != 0
    (root / "wait").unlink()
    assert session.up() == (0, [])
    assert processes.left_over(session.layout.home) == []


@pytest.mark.skipif(sys.platform != "linux", reason="processes' environments are read from /proc")
def test_plugins_that_a_killed_up_left_are_ended(session, plugin):
    left = plugin(session.layout.home)
    assert session.recover() is None
    assert left.poll() is not None


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_an_up_goes_on_after_it_was_ended_itself(deploying, session, root, number):
    cli_of(session)
    deploying.send_signal(number)
    # Below zero also for the CLI that stopped half-way and ended with 0.
    assert deploying.wait() == (-number if number == signal.SIGKILL else 256 - number)
    (root / "wait").unlink()
    assert session.up() == (0, [])
    assert processes.left_over(session.layout.home) == []


def test_down_leaves_nothing_and_up_works_again(session):
    code, remains = session.down()
    assert (code, remains.live) == (0, [])
    assert session.up() == (0, [])


def test_a_state_that_was_cut_off_is_taken_from_its_copy(session):
    folder = session.layout.backend / ".pulumi" / "stacks" / "test"
    assert session.up() == (0, [])
    (folder / "dev.json.attrs").write_text("")
    (folder / "dev.json").write_text("")
    assert session.up() == (0, [])
    assert session.engine().resources()


def test_a_state_that_is_gone_is_taken_from_its_copy_only_while_something_lives(session):
    engine = session.engine()
    state = session.layout.backend / ".pulumi" / "stacks" / "test" / "dev.json"
    kept = state.read_text()
    state.with_name("dev.json.bak").write_text(kept)
    state.unlink()
    assert not engine.bring_back([])
    assert not engine.exists
    assert engine.bring_back(["something"])
    assert state.read_text() == kept
    assert not engine.bring_back(["something"]), "it is there"


def test_what_lives_and_is_not_in_the_state_is_found(session):
    world, urn = session.world(), "urn:pulumi:dev::test::aws:s3/bucket:Bucket::it"
    world.add(Resource(urn, "aws:s3/bucket:Bucket", "it-1a", "aws", {}, {}))
    with pytest.raises(SandboxError, match=r"drift delete 'urn:pulumi:dev::test::aws:s3/bucket:Bucket::it'"):
        session.recover()
    world.remove("aws:s3/bucket:Bucket", "it-1a")
    assert session.recover() is None


def test_the_lock_of_a_dead_cli_is_removed_and_named(session):
    engine = session.engine()
    folder = session.layout.backend / ".pulumi" / "locks" / "organization" / "test" / "dev"
    folder.mkdir(parents=True, exist_ok=True)
    lock = {
        "pid": 2**22 + 1,
        "username": "me",
        "hostname": socket.gethostname(),
        "timestamp": "2026-01-01T00:00:00Z",
    }
    (folder / "dead.json").write_text(json.dumps(lock))
    assert engine.unlock() == [f"process {2**22 + 1} on {socket.gethostname()}, 2026-01-01T00:00:00Z"]
    assert list(folder.glob("*.json")) == []


def test_what_the_clouds_lost_is_named(session, monkeypatch):
    held = [
        {"urn": "urn:a", "type": "aws:s3/bucket:Bucket", "custom": True},
        {"urn": "urn:b", "type": "random:index/randomString:RandomString", "custom": True},
        {"urn": "urn:c", "type": "modelport:aws:Storage", "custom": False},
    ]
    monkeypatch.setattr(Engine, "resources", lambda self: held)
    assert session.gone() == ["urn:a"]


def test_another_project_in_the_same_sandbox_is_none_of_ours(session):
    world = session.world()
    for project in ("test", "other"):
        urn = f"urn:pulumi:dev::{project}::aws:s3/bucket:Bucket::it"
        world.add(Resource(urn, "aws:s3/bucket:Bucket", project, "aws", {}, {}))
    assert session.remains().live == ["urn:pulumi:dev::test::aws:s3/bucket:Bucket::it"]
    world.remove("aws:s3/bucket:Bucket", "test")
    world.remove("aws:s3/bucket:Bucket", "other")


def test_what_a_stack_leaves_switched_on_is_told_apart_from_what_lives(session):
    world = session.world()
    audit, urn = "gcp:projects/iAMAuditConfig:IAMAuditConfig", "urn:pulumi:dev::test::{}::it"
    world.add(Resource(urn.format(audit), audit, "p/audit_config/storage.googleapis.com", "gcp", {}, {}))
    remains = session.remains()
    assert session.unrecorded(session.engine()) == [], "what is left on purpose is nobody's orphan"
    world.remove(audit, "p/audit_config/storage.googleapis.com")
    assert remains.live == []
    assert "p/audit_config/storage.googleapis.com" in remains.enabled
