"""The engine's messages without the SDK around them, which takes longer to load than all else of a plugin."""

import sys
import threading
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

_LOCK = threading.Lock()


def messages_only() -> None:
    """Let `pulumi.runtime.proto` be imported by itself; nothing may have imported the SDK before."""
    spec = find_spec("pulumi")
    root = Path(str(spec and spec.origin)).parent
    for name, folder in (
        ("pulumi", root),
        ("pulumi.runtime", root / "runtime"),
        ("pulumi.runtime.proto", root / "runtime" / "proto"),
    ):
        empty = ModuleType(name)
        empty.__path__ = [str(folder)]
        sys.modules[name] = empty


def whole_sdk() -> None:
    """Let the next import of the SDK load all of it: reading the schema of a new type needs it."""
    with _LOCK:
        if "pulumi" not in sys.modules or hasattr(sys.modules["pulumi"], "__file__"):
            return
        for name in [name for name in sys.modules if name.partition(".")[0] == "pulumi"]:
            del sys.modules[name]
