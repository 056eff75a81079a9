"""Logging in to the simulated clouds' registries: the step that cloud CLIs do in reality."""

import json
import shlex
import sys
from pathlib import Path

from sandbox import files
from sandbox.layout import ROOT, Layout

HELPER = "modelport"
_SHIM = """#!/bin/sh
# {purpose}
PYTHONPATH={root} exec {python} -m {module} "$@"
"""
_SHIMS = {
    "crane": (
        "sandbox.shims.crane",
        "Maps the clouds' registry hosts to local ones; the rest is the real crane.",
    ),
    "rclone": (
        "sandbox.shims.rclone",
        "Maps the clouds' storages to files; the rest is the real rclone.",
    ),
    f"docker-credential-{HELPER}": (
        "sandbox.shims.credential",
        "Answers for the simulated clouds' registries.",
    ),
}


def install(layout: Layout) -> None:
    """Write the shims and the credential helper into the sandbox's bin folder."""
    layout.bin.mkdir(parents=True, exist_ok=True)
    for name, (module, purpose) in _SHIMS.items():
        text = _SHIM.format(
            purpose=purpose,
            root=shlex.quote(str(ROOT)),
            python=shlex.quote(sys.executable),
            module=module,
        )
        files.write(layout.bin / name, text)
        (layout.bin / name).chmod(0o755)


def known(layout: Layout) -> bool:
    """Tell whether anyone logged in or out before: `up` logs in only where nobody decided yet."""
    return files.read_json(_config(layout)) is not None


def logged_in(layout: Layout) -> bool:
    """Tell whether the credential helper is in use."""
    return (files.read_json(_config(layout)) or {}).get("credsStore") == HELPER


def login(layout: Layout) -> None:
    """Make crane ask the helper for credentials, as ECR's helper, `az acr login` and `gcloud auth` do."""
    _write(layout, {"credsStore": HELPER})


def logout(layout: Layout) -> None:
    """Forget every login; a copy to a cloud's registry is refused from now on."""
    _write(layout, {"auths": {}})
    (layout.docker / "stored.json").unlink(missing_ok=True)


def _config(layout: Layout) -> Path:
    return layout.docker / "config.json"


def _write(layout: Layout, config: dict[str, object]) -> None:
    layout.docker.mkdir(parents=True, exist_ok=True)
    files.write(_config(layout), json.dumps(config, indent=2) + "\n")
