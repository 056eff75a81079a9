"""PULUMI_HOME of the sandbox: simulated plugins in the places where the engine looks for the real ones."""

import shlex
import shutil
from pathlib import Path

from sandbox.layout import ROOT
from sandbox.schema import SDKS, version_of

_SCRIPT = """#!/bin/sh
START='import sys; sys.path.insert(0, sys.argv.pop(1)); from tools.language.messages import messages_only; '
START="$START messages_only(); from sandbox.plugin import main; main()"
# The path goes in as an argument: in the environment, commands started by the plugin would inherit it.
exec {python} -c "$START" {root} {name}
"""


def prepare(sandbox_dir: Path, python: Path) -> Path:
    """Write one plugin per SDK, under the SDK's exact version; return the folder to use as PULUMI_HOME."""
    home = Path(sandbox_dir).absolute() / "home"
    for name in SDKS:
        folder = home / "plugins" / f"resource-{name}-v{version_of(name)}"
        folder.mkdir(parents=True, exist_ok=True)
        words = {"python": python, "root": ROOT, "name": name}
        _install(
            folder / f"pulumi-resource-{name}", {key: shlex.quote(str(word)) for key, word in words.items()}
        )
    _keep_no_logs(home / "logs")
    return home


def _keep_no_logs(place: Path) -> None:
    """Spare the CLI the encrypted log of all it does, which nobody reads here: a quarter of its own time.

    It goes without one where it cannot make the folder (`pkg/logging/encrypted.go`), and knows no setting.
    """
    if place.is_dir():
        shutil.rmtree(place)
    place.touch()


def _install(file: Path, words: dict[str, str]) -> None:
    """Write an executable, unless it is there: a running engine may hold it open."""
    text = _SCRIPT.format(**words)
    if file.exists() and file.read_text(encoding="utf-8") == text:
        return
    fresh = file.with_suffix(".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.chmod(0o755)
    fresh.replace(file)
