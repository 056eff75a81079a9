"""Tools that the user has already: on PATH, new enough and complete."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tools import cache
from tools.pins import PULUMI, Tool
from tools.versions import parse

LANGUAGE_HOST = "pulumi-language-python"
_SECONDS = 20


def find(tool: Tool) -> Path | None:
    """The first of that name on PATH, if it will do; the sandbox's shims and our builds do not count."""
    found = shutil.which(tool.name, path=os.pathsep.join(_folders()))
    if found is None:
        return None
    path = Path(found)
    return path if _new_enough(tool, path) and _complete(tool, path) else None


def ask(command: list[str]) -> str:
    """What a program prints on stdout; empty when it fails or hangs."""
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout if answer.returncode == 0 else ""


def _folders() -> Iterator[str]:
    sandbox = os.environ.get("MODELPORT_SANDBOX", "")
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = Path(folder or ".").absolute()
        ours = ".sandbox" in path.parts or path.is_relative_to(cache.folder())
        if not ours and not (sandbox and path.is_relative_to(sandbox)):
            yield str(path)


def _new_enough(tool: Tool, path: Path) -> bool:
    text = ask([str(path), *tool.ask])
    version = parse(text.removeprefix(str(path)))
    return tool.answer in text and version is not None and version >= tool.minimum


def _complete(tool: Tool, path: Path) -> bool:
    """A CLI without its Python language host is of no use here."""
    if tool is not PULUMI:
        return True
    beside = path.resolve().with_name(LANGUAGE_HOST)
    return beside.exists() or shutil.which(LANGUAGE_HOST) is not None
