"""Bringing back the SDK, of which a plugin loads the messages only (`tools/language/messages.py`)."""

import sys
import threading

_LOCK = threading.Lock()


def whole_sdk() -> None:
    """Let the next import of the SDK load all of it: reading the schema of a new type needs it."""
    with _LOCK:
        if "pulumi" not in sys.modules or hasattr(sys.modules["pulumi"], "__file__"):
            return
        for name in [name for name in sys.modules if name.partition(".")[0] == "pulumi"]:
            del sys.modules[name]
