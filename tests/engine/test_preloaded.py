"""A program that finds the SDKs loaded is run as any other."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from recovery.processes import command_of
from tests.engine import preloaded

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only there it is used")

SCRIPT = """\
import os, signal, sys

print(sys.argv[1:], os.getcwd(), os.environ["COLOUR"], __name__, sys.path[0])
print("to stderr", file=sys.stderr)
{end}
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with preloaded.environment(tmp_path_factory.mktemp("preloaded") / "venv") as folder:
        yield str(folder / "bin" / "python")


def _script(folder: Path, text: str) -> str:
    file = folder / "script.py"
    file.write_text(text)
    return str(file)


@pytest.mark.parametrize(
    "end", ["", "sys.exit(3)", "sys.exit('words')", "os.kill(os.getpid(), signal.SIGKILL)", "nothing"]
)
def test_it_does_what_a_plain_interpreter_does(python: str, tmp_path: Path, end: str) -> None:
    script = _script(tmp_path, SCRIPT.format(end=end))
    plain, forked = (
        subprocess.run(
            [each, "-u", script, "a", "--b"],
            cwd=tmp_path,
            env={**os.environ, "COLOUR": "green"},
            capture_output=True,
            text=True,
            check=False,
        )
        for each in (sys.executable, python)
    )
    assert (forked.returncode, forked.stdout) == (plain.returncode, plain.stdout)
    assert forked.stderr.splitlines()[-1:] == plain.stderr.splitlines()[-1:]


def test_the_sdks_are_loaded_and_nothing_of_ours(python: str, tmp_path: Path) -> None:
    script = _script(tmp_path, "import sys; print(*sys.modules)")
    found = subprocess.check_output([python, "-u", script], text=True).split()
    assert {"pulumi", "pulumi_aws.lambda_", "pulumi_azure_native.app", "pulumi_gcp.cloudrunv2"} <= {*found}
    assert [name for name in found if name.partition(".")[0] in ("infra", "components", "stacks")] == []


def test_a_program_ends_with_who_asked_for_it(python: str, tmp_path: Path) -> None:
    script = _script(tmp_path, "import os, time; print(os.getpid()); time.sleep(60)")
    with subprocess.Popen([python, "-u", script], stdout=subprocess.PIPE) as asked:
        assert asked.stdout
        program = int(asked.stdout.readline())
        assert command_of(program)
        asked.terminate()
    deadline = time.monotonic() + 10
    while command_of(program):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_all_else_is_the_plain_interpreters(python: str) -> None:
    assert subprocess.check_output([python, "--version"]) == subprocess.check_output(
        [sys.executable, "--version"]
    )
