"""A plugin starts without the SDK, and has all of it once it must read the schema of a type."""

import subprocess
import sys

from sandbox.layout import ROOT

START = (
    "import sys; from tools.language.messages import messages_only; messages_only(); "
    "from sandbox import plugin, schema; "
)
LOADED = "sorted(name for name in sys.modules if name in ('pulumi.output', 'pulumi.runtime.settings'))"


def _said(program: str) -> str:
    words = [sys.executable, "-c", START + program]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def test_it_loads_the_messages_only() -> None:
    assert _said(f"print({LOADED})") == "[]"


def test_a_schema_loads_the_rest_and_both_live_together() -> None:
    program = (
        "found = schema.read('random:index/randomString:RandomString'); "
        "schema.read('command:local:Command'); "
        "shown = plugin.provider_pb2.DiffResponse(diffs=found.inputs.required); "
        "again = type(shown).FromString(shown.SerializeToString()); "
        "print(list(shown.diffs), again == shown)"
    )
    assert _said(program) == "['length'] True"


def test_a_process_that_has_the_sdk_keeps_it() -> None:
    import pulumi

    from sandbox import lean

    lean.whole_sdk()
    assert sys.modules["pulumi"] is pulumi
