"""Files that a killed process never leaves half-written, and that are read as missing when they are."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

_STATES = (".json", ".bak")


def write(path: Path, text: str) -> None:
    """Replace a file in one step: a reader sees the old text or the new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
    Path(draft).replace(path)


def read_json(path: Path) -> dict[str, Any] | None:
    """An object in a file; None when there is no file, or none that can be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def cut_off(path: Path) -> bool:
    """Whether a file of Pulumi's backend was left half written: it is empty, or a state that holds none."""
    if not path.is_file() or path.suffix not in _STATES or path.parts[-3:-2] != ("stacks",):
        return path.is_file() and not path.stat().st_size
    return "checkpoint" not in (read_json(path) or {})
