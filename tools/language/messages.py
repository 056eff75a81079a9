"""The engine's messages without the SDK around them, which takes longer to load than all else of a plugin."""

import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType


def messages_only() -> None:
    """Let `pulumi.runtime.proto` be imported by itself; nothing may have imported the SDK before.

    Raises `ImportError` where Pulumi's SDK is not installed.
    """
    spec = find_spec("pulumi")
    if spec is None or spec.origin is None:
        raise ImportError(name="pulumi")
    for name in ("pulumi", "pulumi.runtime", "pulumi.runtime.proto"):
        empty = ModuleType(name)
        empty.__path__ = [str(Path(spec.origin).parent.parent.joinpath(*name.split(".")))]
        sys.modules[name] = empty
