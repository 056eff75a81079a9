"""The environment of every command in the sandbox: its own folders, and no credential of the user's."""

import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from sandbox.layout import ROOT, Layout

# What could reach a real cloud, a real Pulumi backend, a real registry or change how pulumi behaves.
FOREIGN = (
    "AWS_",
    "AZURE_",
    "ARM_",
    "MSI_",
    "IDENTITY_",
    "GOOGLE_",
    "GCLOUD_",
    "GCE_",
    "CLOUDSDK_",
    "ACTIONS_ID_TOKEN_",
    "PULUMI_",
    "DOCKER_",
    "KUBE",
    "RCLONE_",
    "PYTHONHOME",
)
OWN = ("PULUMI_PARALLEL",)
"""What a user may say all the same: how many operations go on at once."""
_HASTE = {"GOGC": "off", "GOMEMLIMIT": "2GiB"}
"""Commands that end in seconds need not look for garbage: a quarter of what the CLI itself takes."""


def bare() -> dict[str, str]:
    """What every process needs, and nothing else of the user's."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}


def foreign(environment: Mapping[str, str]) -> list[str]:
    """Names of variables that the sandbox removes."""
    return sorted(name for name in environment if name.upper().startswith(FOREIGN) and name not in OWN)


def settings(layout: Layout, tools: Path) -> dict[str, str]:
    """Variables that the sandbox sets; `tools` is the folder with pulumi and the real crane."""
    folders = [layout.bin, tools, Path(sys.prefix) / "bin"]
    inherited = [
        part for part in os.environ.get("PATH", "").split(os.pathsep) if part and Path(part) not in folders
    ]
    return {
        "DOCKER_CONFIG": str(layout.docker),
        "MODELPORT_CRANE": str(tools / "crane"),
        **_rclone(layout),
        "MODELPORT_SANDBOX": str(layout.folder),
        "PATH": os.pathsep.join([*map(str, folders), *inherited]),
        # Without the attributes that it keeps beside each file: a killed CLI leaves them half-written,
        # and no later one can then read the state.
        "PULUMI_BACKEND_URL": f"file://{layout.backend}?metadata=skip",
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_HOME": str(layout.home),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        # `pulumi` runs in the work directory, from which `python -m sandbox` would not be found.
        "PYTHONPATH": str(ROOT),
        "VIRTUAL_ENV": sys.prefix,
    }


def _rclone(layout: Layout) -> dict[str, str]:
    """The real rclone, once a model needed it; its shim says what to do until then."""
    link = layout.folder / "rclone"
    return {"MODELPORT_RCLONE": str(link), "RCLONE_CONFIG": ""} if link.exists() else {}


def child(layout: Layout, tools: Path) -> dict[str, str]:
    """The whole environment of a process in the sandbox."""
    removed = set(foreign(os.environ))
    kept = {name: value for name, value in os.environ.items() if name not in removed}
    return {**_HASTE, **kept, **settings(layout, tools)}


def shell_lines(layout: Layout, tools: Path) -> list[str]:
    """Lines for `eval`: removals, exports and the step into the work directory."""
    ours = settings(layout, tools)
    removed = [name for name in foreign(os.environ) if name not in ours]
    return [
        *(f"unset {name}" for name in removed),
        *(f"export {name}={shlex.quote(value)}" for name, value in sorted(ours.items())),
        f"cd {shlex.quote(str(layout.work))}",
    ]


def shell_words(layout: Layout, tools: Path, program: str) -> list[str]:
    """The command of an interactive shell; for bash, ours has the last word after the user's file."""
    if Path(program).name != "bash":
        return [program]
    file = layout.folder / "bashrc"
    lines = ["[ -f ~/.bashrc ] && . ~/.bashrc", *shell_lines(layout, tools)]
    file.write_text("\n".join([*lines, f'PS1="(modelport {layout.environment}) $PS1"', ""]), encoding="utf-8")
    return [program, "--rcfile", str(file)]
