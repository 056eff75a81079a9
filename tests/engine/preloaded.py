"""Programs that find the SDKs loaded: each runs in a fork of a process that has imported them.

Loading them takes half of the time of a run. What is the project's own is imported anew by each program, and
everything else is as ever: the same interpreter, script, arguments, environment, folder and outputs.
"""

import gc
import importlib
import json
import multiprocessing
import os
import runpy
import signal
import socket
import socketserver
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from multiprocessing import connection
from pathlib import Path
from typing import Any

from sandbox.layout import ROOT

_OURS = {path.stem for path in ROOT.iterdir()}
_CLIENT = """\
#!{python} -ISu
import json, os, socket, sys

if not sys.argv[2:] or sys.argv[1] != "-u":  # Asked for its version, or to run something of its own.
    os.execv({python!r}, [{python!r}, *sys.argv[1:]])
with socket.socket(socket.AF_UNIX) as server:
    server.connect({address!r})
    request = {{"arguments": sys.argv[2:], "folder": os.getcwd(), "environment": dict(os.environ)}}
    socket.send_fds(server, [b"."], [1, 2])
    with server.makefile("rw") as stream:
        print(json.dumps(request), file=stream, flush=True)
        code = int(stream.readline())
if code < 0:
    os.kill(os.getpid(), -code)
os._exit(code)
"""


@contextmanager
def environment(folder: Path) -> Iterator[Path]:
    """A virtual environment whose programs find the SDKs loaded, as long as this lasts (Linux only)."""
    address, client = folder / "socket", folder / "bin" / "python"
    client.parent.mkdir(parents=True)
    client.write_text(_CLIENT.format(python=sys.executable, address=str(address)), encoding="utf-8")
    client.chmod(0o755)
    words = [sys.executable, "-m", "tests.engine.preloaded", str(address)]
    server = subprocess.Popen(
        words, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE
    )
    assert server.stdout
    with server.stdout:
        assert server.stdout.readline() == b"ready\n"
    yield folder
    server.terminate()
    server.wait()


class _Request(socketserver.StreamRequestHandler):
    """In a process of its own: runs one program in a further one, and ends it when nobody waits for it."""

    def handle(self) -> None:
        """The client sends its outputs, then a line with all else, and gets the exit code."""
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        _, outputs, _, _ = socket.recv_fds(self.connection, 1, 2)
        asked = json.loads(self.rfile.readline())
        program = multiprocessing.get_context("fork").Process(target=_run, args=(asked, outputs))
        program.start()
        connection.wait([program.sentinel, self.connection])
        if program.is_alive():
            program.kill()
        program.join()
        with suppress(BrokenPipeError):
            self.wfile.write(f"{program.exitcode}\n".encode())


class _Server(socketserver.ForkingMixIn, socketserver.UnixStreamServer):
    max_children = 100


def _run(asked: Mapping[str, Any], outputs: list[int]) -> None:
    """What an interpreter does with a script."""
    for number, output in enumerate(outputs, start=1):
        os.dup2(output, number)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv = asked["arguments"]
    sys.path[0] = str(Path(sys.argv[0]).parent)
    sys.stdout.reconfigure(write_through=True)  # type: ignore[union-attr] - a file, as in any process
    runpy.run_path(sys.argv[0], run_name="__main__")


def _load() -> None:
    """Everything that programs import, but for what is the project's own."""
    import infra  # noqa: F401
    from components.catalog import GRID

    for kinds in GRID.values():
        for path in kinds.values():
            importlib.import_module(path.rpartition(".")[0])
    for name in [name for name in sys.modules if name.partition(".")[0] in _OURS]:
        del sys.modules[name]


def main() -> None:
    """Serve at the address that is the only argument, until told to stop."""
    _load()
    gc.collect()
    gc.freeze()  # What is loaded is written to by nobody, and so shared.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    with _Server(sys.argv[1], _Request) as server:
        print("ready", flush=True)
        server.serve_forever(poll_interval=60)


if __name__ == "__main__":
    main()
