"""Puts the tools together: one folder with `pulumi`, `crane` and `registry`, from PATH or built."""

import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from tools import cache
from tools.build import EXEC, built
from tools.onpath import LANGUAGE_HOST, find
from tools.pins import HERE, PULUMI, TOOLS, Tool
from tools.progress import Reporter

HOST = HERE / "language" / "host.py"
"""Our Python language host, for a CLI built from modules."""
MESSAGES = HERE / "language" / "messages.py"
"""What it starts with."""


def ensure(reporter: Reporter | None = None) -> Path:
    """The folder to put on PATH; finds or builds what is missing and raises ToolError when it cannot."""
    reporter = reporter or Reporter()
    places = {tool: place(tool, reporter) for tool in TOOLS}
    return cache.once(_key(places), lambda part: _assemble(part, places), lambda: None) / "bin"


def place(tool: Tool, reporter: Reporter | None = None) -> Path:
    """The program: that on PATH when it will do, else the pinned one."""
    reporter = reporter or Reporter()
    return find(tool) or built(tool, reporter) / tool.name


def _key(places: Mapping[Tool, Path]) -> str:
    """Another place or another language host makes another folder, so that two checkouts do not quarrel."""
    scripts = (each.read_text(encoding="utf-8") for each in (HOST, MESSAGES))
    parts = [*(str(path) for path in places.values()), *scripts]
    return f"set-{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:16]}"


def _assemble(target: Path, places: Mapping[Tool, Path]) -> None:
    (target / "bin").mkdir()
    for tool, path in places.items():
        ours = tool is PULUMI and path.is_relative_to(cache.folder())
        destination = _with_host(target, path) if ours else path
        (target / "bin" / tool.name).symlink_to(destination)


def _with_host(target: Path, pulumi: Path) -> Path:
    """CLI and language host side by side, off PATH: so the engine takes the host without a warning."""
    libexec = target / "libexec"
    libexec.mkdir()
    _link(pulumi, libexec / "pulumi")
    _link(pulumi.with_name(EXEC), libexec / EXEC)
    shutil.copyfile(HOST, libexec / LANGUAGE_HOST)
    (libexec / LANGUAGE_HOST).chmod(0o755)
    shutil.copy(MESSAGES, libexec)
    return Path("..", "libexec", "pulumi")


def _link(source: Path, target: Path) -> None:
    """A hard link, as the CLI looks for its host where its own symlinks end; else a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
