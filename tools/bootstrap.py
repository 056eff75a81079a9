"""Any Python may start a command: without the environment it starts again inside (standard library only)."""

import importlib.util
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def use_the_environment(module: str) -> None:
    """Go on as `.venv/bin/python -m module` when this Python lacks what the project needs."""
    if importlib.util.find_spec("typer") and importlib.util.find_spec("pulumi"):
        return
    own = ROOT / ".venv" / "bin" / "python"
    if not own.exists() or Path(sys.prefix) == ROOT / ".venv":
        sys.exit(f"error: the project's Python is not there yet\nFix: make -C {ROOT} env >/dev/null")
    os.environ["PYTHONPATH"] = str(ROOT)
    os.execv(own, [str(own), "-m", module, *sys.argv[1:]])
