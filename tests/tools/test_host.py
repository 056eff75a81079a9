"""The Python language host, over gRPC but without the engine."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent import futures
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import language_pb2 as pb
from pulumi.runtime.proto.language_pb2_grpc import LanguageRuntimeStub

from tools.install import HOST, MESSAGES
from tools.language import host

PROGRAM = """
import json, os, sys
print(json.dumps({"argv": sys.argv[1:], "config": os.environ["PULUMI_CONFIG"], "cwd": os.getcwd(),
                  "secret": os.environ["PULUMI_CONFIG_SECRET_KEYS"]}), flush=True)
print("to stderr", file=sys.stderr)
if "sleep" in sys.argv:
    import time; time.sleep(60)
sys.exit(int(sys.argv[-1]) if sys.argv[-1].isdigit() else 0)
"""


class Started(LanguageRuntimeStub):
    """A host that runs, and its client."""

    def __init__(self, process: subprocess.Popen[str], channel: grpc.Channel) -> None:
        super().__init__(channel)
        self.process = process

    def printed(self) -> tuple[dict[str, Any], str]:
        """What one program has printed to either side, which waits until it has."""
        assert self.process.stdout
        assert self.process.stderr
        return json.loads(self.process.stdout.readline()), self.process.stderr.readline()


@contextmanager
def started(folder: Path) -> Iterator[Started]:
    """The host as it is installed, with a script of the test in the place of the official one."""
    installed = folder / "pulumi-language-python"
    installed.write_text(HOST.read_text())
    (folder / MESSAGES.name).write_text(MESSAGES.read_text())
    (folder / "pulumi-language-python-exec").write_text(PROGRAM)
    command = [sys.executable, str(installed), "--tracing", "x", "127.0.0.1:1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        port = int(process.stdout.readline())
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield Started(process, channel)
        process.kill()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Started]:
    """A host that a test may end."""
    with started(tmp_path) as host:
        yield host


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """A host for tests that read what their programs print, and let it run."""
    with started(tmp_path_factory.mktemp("host")) as host:
        yield host


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LanguageRuntimeStub]:
    """The same host in this process, which starts faster; for tests that neither end nor hear it."""
    script = tmp_path / "exec.py"
    script.write_text(PROGRAM)
    monkeypatch.setattr(host, "EXEC", script)
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=2))
    host.add_LanguageRuntimeServicer_to_server(host.LanguageHost("127.0.0.1:1"), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield LanguageRuntimeStub(channel)
    server.stop(None).wait()


def info(folder: Path, **options: str) -> pb.ProgramInfo:
    struct = Struct()
    struct.update(options)
    return pb.ProgramInfo(
        root_directory=str(folder), program_directory=str(folder), entry_point=".", options=struct
    )


def request(folder: Path, *args: str) -> pb.RunRequest:
    return pb.RunRequest(
        project="modelport", stack="dev", pwd=str(folder), dryRun=True, parallel=4,
        monitor_address="127.0.0.1:2", organization="organization",
        config={"modelport:owner": "me"}, configSecretKeys=["modelport:key"],
        args=args, info=info(folder),
    )  # fmt: skip


def test_a_program_gets_what_the_official_script_takes(shared: Started, tmp_path: Path) -> None:
    assert shared.Run(request(tmp_path)) == pb.RunResponse()
    seen, _ = shared.printed()
    assert json.loads(seen["config"]) == {"modelport:owner": "me"}
    assert json.loads(seen["secret"]) == ["modelport:key"]
    assert seen["cwd"] == str(tmp_path)
    flags = dict(zip(seen["argv"][:-1:2], seen["argv"][1:-1:2], strict=True))
    assert seen["argv"][-1] == "."
    assert flags == {
        "--monitor": "127.0.0.1:2", "--engine": "127.0.0.1:1", "--project": "modelport", "--stack": "dev",
        "--root_directory": str(tmp_path), "--pwd": str(tmp_path), "--dry_run": "true", "--parallel": "4",
        "--organization": "organization",
    }  # fmt: skip


def test_what_a_program_prints_goes_where_the_host_prints(shared: Started, tmp_path: Path) -> None:
    shared.Run(request(tmp_path, "printed"))
    out, err = shared.printed()
    assert out["argv"][-1] == "printed"
    assert err == "to stderr\n"


def test_exit_code_32_means_that_the_user_was_told(inside: LanguageRuntimeStub, tmp_path: Path) -> None:
    assert inside.Run(request(tmp_path, "32")) == pb.RunResponse(bail=True)


def test_another_exit_code_is_an_error(inside: LanguageRuntimeStub, tmp_path: Path) -> None:
    assert inside.Run(request(tmp_path, "3")).error == "Program exited with non-zero exit code: 3"


def test_a_missing_virtual_environment_is_told_with_its_remedy(
    inside: LanguageRuntimeStub, tmp_path: Path
) -> None:
    wanted = request(tmp_path)
    wanted.info.CopyFrom(info(tmp_path, virtualenv="none"))
    assert inside.Run(wanted).error == (
        f"the virtual environment {tmp_path}/none has no bin/python. Fix: run `pulumi install`"
    )


def test_the_virtual_environment_is_relative_to_the_project(tmp_path: Path) -> None:
    (tmp_path / "venv" / "bin").mkdir(parents=True)
    (tmp_path / "venv" / "bin" / "python").touch()
    program = info(tmp_path / "project", virtualenv="../venv")
    (tmp_path / "project").mkdir()
    assert Path(host.interpreter(program)).resolve() == tmp_path / "venv" / "bin" / "python"
    env = host.environment(program, {"A": "1"})
    assert Path(env["VIRTUAL_ENV"]).resolve() == tmp_path / "venv"
    assert Path(env["PATH"].split(":")[0]).resolve() == tmp_path / "venv" / "bin"
    assert env["A"] == "1"


def test_without_one_the_users_python_command_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PULUMI_PYTHON_CMD", raising=False)
    assert host.interpreter(info(tmp_path)) == sys.executable
    monkeypatch.setenv("PULUMI_PYTHON_CMD", "python3.12")
    assert host.interpreter(info(tmp_path)) == "python3.12"


def test_a_policy_pack_starts_as_the_sdk_wants_it(tmp_path: Path) -> None:
    wanted = pb.RunPluginRequest(kind="analyzer", args=["127.0.0.1:1"], info=info(tmp_path))
    assert host.plugin_arguments(wanted) == ["-u", "-m", "pulumi.policy", "127.0.0.1:1", "."]


def test_a_plugin_streams_its_outputs_and_its_exit_code(inside: LanguageRuntimeStub, tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text(
        "import os, sys; print(os.environ['A'], sys.argv[1]); print('e', file=sys.stderr); sys.exit(5)"
    )
    wanted = pb.RunPluginRequest(
        kind="resource", args=["127.0.0.1:1"], env=["A=a=b"], pwd=str(tmp_path), info=info(tmp_path)
    )
    messages = list(inside.RunPlugin(wanted))
    assert b"".join(m.stdout for m in messages) == b"a=b 127.0.0.1:1\n"
    assert b"".join(m.stderr for m in messages) == b"e\n"
    assert [m.exitcode for m in messages][-1] == 5


def test_the_rest_of_the_protocol_is_answered(inside: LanguageRuntimeStub, tmp_path: Path) -> None:
    program = info(tmp_path)
    assert inside.Handshake(pb.LanguageHandshakeRequest()) == pb.LanguageHandshakeResponse()
    assert not inside.GetRequiredPlugins(pb.GetRequiredPluginsRequest(info=program)).plugins
    assert not inside.GetRequiredPackages(pb.GetRequiredPackagesRequest(info=program)).packages
    assert not inside.RuntimeOptionsPrompts(pb.RuntimeOptionsRequest(info=program)).prompts
    assert inside.About(pb.AboutRequest(info=program)).executable == sys.executable
    assert list(inside.InstallDependencies(pb.InstallDependenciesRequest(info=program))) == []
    names = {
        d.name
        for d in inside.GetProgramDependencies(pb.GetProgramDependenciesRequest(info=program)).dependencies
    }
    assert "pulumi" in names
    assert inside.GetPluginInfo(empty_pb2.Empty()).version == ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_host_and_program_at_once(number: signal.Signals, own: Started, tmp_path: Path) -> None:
    running = own.Run.future(request(tmp_path, "sleep"))
    own.printed()
    start = time.monotonic()
    own.process.send_signal(number)
    assert own.process.wait(timeout=5) == 0
    assert own.process.stdout
    assert own.process.stdout.read() == ""  # it ends only when the program has closed it too
    assert time.monotonic() - start < 2
    assert isinstance(running.exception(), grpc.RpcError)


def test_cancel_ends_the_program_and_the_host_stays(shared: Started, tmp_path: Path) -> None:
    running = shared.Run.future(request(tmp_path, "sleep"))
    shared.printed()
    shared.Cancel(empty_pb2.Empty())
    assert running.result(timeout=5).error == "Program was ended by signal SIGTERM"
    assert shared.process.poll() is None
