#!/usr/bin/env python3
"""The Python language host for a Pulumi CLI that was built from its Go modules.

Official releases of the CLI bring a host written in Go; the modules do not hold it as a program. The
installer copies this file beside the CLI as `pulumi-language-python`, together with `messages.py` and the
official `pulumi-language-python-exec`, which runs the program. It needs only the package `pulumi`.
"""

import json
import os
import runpy
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent import futures
from pathlib import Path
from queue import SimpleQueue
from types import FrameType
from typing import IO, Literal, NoReturn, TypeAlias

try:
    if __name__ == "__main__":  # Who imports this file as a module keeps the SDK.
        runpy.run_path(str(Path(__file__).resolve().with_name("messages.py")))["messages_only"]()
    import grpc
    from google.protobuf import empty_pb2
    from pulumi.runtime.proto import language_pb2 as pb
    from pulumi.runtime.proto import plugin_pb2
    from pulumi.runtime.proto.language_pb2_grpc import (
        LanguageRuntimeServicer,
        add_LanguageRuntimeServicer_to_server,
    )
except ImportError as missing:
    sys.exit(
        f"pulumi-language-python: {sys.executable} cannot import {missing.name}: this host runs with the "
        "first python3 on PATH, which must be that of the project's .venv. Fix: run pulumi from `make shell`"
    )

EXEC = Path(__file__).resolve().parent / "pulumi-language-python-exec"
SHOWN_ALREADY = 32
"""Exit code of a program that has told its user what is wrong (see pulumi-language-python-exec)."""

Chunk: TypeAlias = tuple[Literal["stdout", "stderr"], bytes]

LIST_DISTRIBUTIONS = """
import importlib.metadata, json
found = sorted({d.name: d.version for d in importlib.metadata.distributions()}.items())
print(json.dumps([{"name": name, "version": version} for name, version in found]))
"""


class NoInterpreter(Exception):
    """The virtual environment that the project names is not there."""


def virtualenv(info: pb.ProgramInfo) -> Path | None:
    """The folder named by the runtime's option `virtualenv`, relative to the project's root."""
    name = dict(info.options.items()).get("virtualenv")
    return Path(info.root_directory, str(name)) if name else None


def interpreter(info: pb.ProgramInfo) -> str:
    """The Python that runs the program: that of `virtualenv`, else $PULUMI_PYTHON_CMD, else our own."""
    folder = virtualenv(info)
    if folder is None:
        return os.environ.get("PULUMI_PYTHON_CMD") or sys.executable
    python = folder / "bin" / "python"
    if not python.exists():
        raise NoInterpreter(f"the virtual environment {folder} has no bin/python. Fix: run `pulumi install`")
    return str(python)


def environment(info: pb.ProgramInfo, extra: Mapping[str, str]) -> dict[str, str]:
    """The environment of a child: ours, with the virtual environment active, and `extra` on top."""
    result = dict(os.environ)
    if (folder := virtualenv(info)) is not None:
        result["VIRTUAL_ENV"] = str(folder)
        result["PATH"] = os.pathsep.join([str(folder / "bin"), result.get("PATH", os.defpath)])
        result.pop("PYTHONHOME", None)
    return result | dict(extra)


def run_arguments(request: pb.RunRequest, engine: str) -> list[str]:
    """What pulumi-language-python-exec takes; an empty value is left out, as the official host does."""
    flags = {
        "monitor": request.monitor_address,
        "engine": engine,
        "project": request.project,
        "root_directory": request.info.root_directory,
        "stack": request.stack,
        "pwd": request.pwd,
        "dry_run": "true" if request.dryRun else "false",
        "parallel": str(request.parallel),
        "organization": request.organization,
    }
    pairs = [part for flag, value in flags.items() if value for part in (f"--{flag}", value)]
    return [*pairs, request.info.entry_point or ".", *request.args]


def plugin_arguments(request: pb.RunPluginRequest) -> list[str]:
    """How a plugin written in Python starts; the engine's address is the first of its arguments."""
    if request.kind == "analyzer":
        return ["-u", "-m", "pulumi.policy", *request.args, "."]
    return ["-u", request.info.program_directory, *request.args]


def verdict(code: int) -> pb.RunResponse:
    """What the engine is told about a program that ended with `code`."""
    if code == 0:
        return pb.RunResponse()
    if code == SHOWN_ALREADY:
        return pb.RunResponse(bail=True)
    if code < 0:
        return pb.RunResponse(error=f"Program was ended by signal {signal.Signals(-code).name}")
    return pb.RunResponse(error=f"Program exited with non-zero exit code: {code}")


class Children:
    """The processes that were started here, so that none outlives the host."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()

    def start(
        self, command: Sequence[str], cwd: str, env: Mapping[str, str], piped: bool
    ) -> subprocess.Popen[bytes]:
        """Starts `command`; its output is piped, or else goes where ours goes: into the engine's log."""
        out, none = (subprocess.PIPE if piped else None), subprocess.DEVNULL
        with self._lock:
            child = subprocess.Popen(command, cwd=cwd or None, env=env, stdin=none, stdout=out, stderr=out)
            self._running.add(child)
        return child

    def wait(self, child: subprocess.Popen[bytes]) -> int:
        """The exit code, once the child has ended."""
        code = child.wait()
        self._running.discard(child)
        return code

    def stop(self) -> None:
        """Asks all of them to end."""
        for child in list(self._running):
            child.terminate()


def chunks(child: subprocess.Popen[bytes]) -> Iterator[Chunk]:
    """Both outputs of a piped child as they come, until it has closed them."""
    queue: SimpleQueue[Chunk | None] = SimpleQueue()

    def pump(name: Literal["stdout", "stderr"], stream: IO[bytes] | None) -> None:
        assert stream
        with stream:
            while data := os.read(stream.fileno(), 65536):
                queue.put((name, data))
        queue.put(None)

    for name, stream in (("stdout", child.stdout), ("stderr", child.stderr)):
        threading.Thread(target=pump, args=(name, stream), daemon=True).start()
    for _ in range(2):
        while chunk := queue.get():
            yield chunk


class LanguageHost(LanguageRuntimeServicer):
    """Runs Python programs and policy packs for the engine."""

    def __init__(self, engine: str) -> None:
        self._engine = engine
        self._children = Children()

    def Handshake(
        self, request: pb.LanguageHandshakeRequest, context: grpc.ServicerContext
    ) -> pb.LanguageHandshakeResponse:
        self._engine = request.engine_address or self._engine
        return pb.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version="")

    def GetRequiredPlugins(
        self, request: pb.GetRequiredPluginsRequest, context: grpc.ServicerContext
    ) -> pb.GetRequiredPluginsResponse:
        """None beforehand: the engine finds each plugin when its first resource is registered."""
        return pb.GetRequiredPluginsResponse()

    def GetRequiredPackages(
        self, request: pb.GetRequiredPackagesRequest, context: grpc.ServicerContext
    ) -> pb.GetRequiredPackagesResponse:
        """None beforehand, see GetRequiredPlugins."""
        return pb.GetRequiredPackagesResponse()

    def RuntimeOptionsPrompts(
        self, request: pb.RuntimeOptionsRequest, context: grpc.ServicerContext
    ) -> pb.RuntimeOptionsResponse:
        return pb.RuntimeOptionsResponse()

    def About(self, request: pb.AboutRequest, context: grpc.ServicerContext) -> pb.AboutResponse:
        python = interpreter(request.info)
        version = subprocess.check_output([python, "--version"], text=True)
        return pb.AboutResponse(executable=python, version=version.strip().removeprefix("Python "))

    def GetProgramDependencies(
        self, request: pb.GetProgramDependenciesRequest, context: grpc.ServicerContext
    ) -> pb.GetProgramDependenciesResponse:
        """Every installed distribution; direct ones are not told apart from those they need."""
        command = [interpreter(request.info), "-c", LIST_DISTRIBUTIONS]
        found: list[dict[str, str]] = json.loads(subprocess.check_output(command))
        return pb.GetProgramDependenciesResponse(dependencies=[pb.DependencyInfo(**each) for each in found])

    def Run(self, request: pb.RunRequest, context: grpc.ServicerContext) -> pb.RunResponse:
        settings = {
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
        }
        try:
            command = [interpreter(request.info), "-u", str(EXEC), *run_arguments(request, self._engine)]
        except NoInterpreter as problem:
            return pb.RunResponse(error=str(problem))
        env = environment(request.info, settings)
        child = self._children.start(command, request.info.program_directory, env, piped=False)
        context.add_callback(child.terminate)
        return verdict(self._children.wait(child))

    def RunPlugin(
        self, request: pb.RunPluginRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.RunPluginResponse]:
        info = request.info
        env = environment(info, dict(pair.split("=", 1) for pair in request.env if "=" in pair))
        cwd = info.program_directory if request.kind == "analyzer" else request.pwd
        command = [interpreter(info), *plugin_arguments(request)]
        child = self._children.start(command, cwd, env, piped=True)
        context.add_callback(child.terminate)
        for name, data in chunks(child):
            yield pb.RunPluginResponse(stdout=data) if name == "stdout" else pb.RunPluginResponse(stderr=data)
        yield pb.RunPluginResponse(exitcode=self._children.wait(child))

    def InstallDependencies(
        self, request: pb.InstallDependenciesRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.InstallDependenciesResponse]:
        """Makes the virtual environment when it is missing and installs requirements.txt into it with pip."""
        cwd = request.info.program_directory or request.directory
        for command in install_commands(request.info, Path(cwd)):
            child = self._children.start(command, cwd, os.environ, piped=True)
            yield from (pb.InstallDependenciesResponse(**{name: data}) for name, data in chunks(child))
            if code := self._children.wait(child):
                context.abort(grpc.StatusCode.INTERNAL, f"`{' '.join(command)}` ended with exit code {code}")

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        self._children.stop()
        return empty_pb2.Empty()

    def leave(self, number: int, frame: FrameType | None) -> NoReturn:
        """Ends at once: a host that lingers makes every command of the CLI wait for it."""
        self._children.stop()
        os._exit(0)


def install_commands(info: pb.ProgramInfo, program: Path) -> Iterator[list[str]]:
    """The commands of `pulumi install`, one after the other."""
    folder = virtualenv(info)
    if folder is not None and not (folder / "bin" / "python").exists():
        yield [sys.executable, "-m", "venv", str(folder)]
    if (program / "requirements.txt").exists():
        yield [interpreter(info), "-m", "pip", "install", "-r", "requirements.txt"]


def serve(engine: str) -> NoReturn:
    """Listens on a free local port, tells it on stdout and serves until a signal comes."""
    host = LanguageHost(engine)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, host.leave)
    unlimited = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=16), options=unlimited)
    add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    while True:
        signal.pause()


def main() -> NoReturn:
    """The engine calls with its address as the last argument; flags before it are about tracing and logs."""
    serve(sys.argv[-1] if len(sys.argv) > 1 else "")


if __name__ == "__main__":
    main()
