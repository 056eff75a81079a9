"""Builds a pinned tool from its Go module."""

import os
import shutil
import subprocess
from collections import deque
from pathlib import Path
from tempfile import TemporaryFile

from tools import cache
from tools.errors import ToolError
from tools.golang import go
from tools.onpath import LANGUAGE_HOST
from tools.pins import PULUMI, Tool
from tools.progress import Advance, Reporter
from tools.versions import show

EXEC = f"{LANGUAGE_HOST}-exec"
_SDK = "github.com/pulumi/pulumi/sdk/v3"
_UNREACHABLE = (
    "dial tcp", "no such host", "i/o timeout", "connection refused", "network is unreachable", "proxyconnect",
    "TLS handshake", "GOPROXY=off", "GOPROXY list is not the empty string", "502 Bad Gateway", "503 Service",
)  # fmt: skip


def built(tool: Tool, reporter: Reporter) -> Path:
    """The cache's folder with the pinned version of `tool`, built now if it was not yet."""
    waiting = f"another process is building {tool.name}; waiting for it"
    return cache.once(tool.key, lambda part: _build(tool, part, reporter), lambda: reporter.say(waiting))


def _build(tool: Tool, target: Path, reporter: Reporter) -> None:
    reporter.say(f"{tool.name} {tool.pinned} is built once for this user and kept in {cache.folder()}")
    compiler = go(tool.go, reporter)
    with reporter.step(f"downloading the sources of {tool.name}") as advance:
        packages = _go(compiler, tool, ["list", "-deps", "-mod=readonly", tool.package], advance)
    with reporter.step(f"building {tool.name}", len(packages)) as advance:
        _go(
            compiler,
            tool,
            ["build", "-v", *tool.build_flags, "-o", str(target / tool.name), tool.package],
            advance,
        )
    if tool is PULUMI:
        _add_exec(compiler, tool, target)


def _add_exec(compiler: Path, tool: Tool, target: Path) -> None:
    """The official script that runs a Python program; it comes with the module of Pulumi's SDK."""
    (folder,) = _go(
        compiler, tool, ["list", "-m", "-mod=readonly", "-f", "{{.Dir}}", _SDK], lambda part: None
    )
    script = shutil.copyfile(Path(folder) / "python" / "cmd" / EXEC, target / EXEC)
    Path(script).chmod(0o755)


def _go(compiler: Path, tool: Tool, arguments: list[str], advance: Advance) -> list[str]:
    """Runs Go in the tool's folder and returns the lines of its stdout; each line of stderr is progress.

    Only CGO_ENABLED is set: proxies, checksum database and private modules stay as the user has them.
    """
    command, env = [str(compiler), *arguments], os.environ | {"CGO_ENABLED": "0"}
    last: deque[str] = deque(maxlen=12)
    # A file takes stdout, since nobody reads it while stderr is read.
    with (
        TemporaryFile("w+") as out,
        subprocess.Popen(
            command, cwd=tool.folder, env=env, stdout=out, stderr=subprocess.PIPE, text=True
        ) as child,
    ):
        assert child.stderr
        for line in child.stderr:
            last.append(line.rstrip())
            advance(line.strip())
        if child.wait() != 0:
            raise _failure(tool, arguments[0], "\n".join(f"    {line}" for line in last))
        out.seek(0)
        return out.read().splitlines()


def _failure(tool: Tool, verb: str, log: str) -> ToolError:
    own = f"put {tool.name} {show(tool.minimum)} or newer on PATH"
    if any(word in log for word in _UNREACHABLE):
        return ToolError(
            f"{tool.name} {tool.pinned} is neither on PATH nor in the cache ({cache.folder() / tool.key}), "
            f"and its sources cannot be downloaded, the Go module proxy does not answer:\n{log}",
            f"connect to the network once (`go env GOPROXY` shows which proxy is asked), or {own}",
        )
    return ToolError(
        f"`go {verb}` of {tool.name} {tool.pinned} failed in {tool.folder}:\n{log}", f"mend that, or {own}"
    )
