"""Building with a Go that the test plays: what is asked of it, and what is said when it fails."""

import re
from pathlib import Path

import pytest

from tests.tools.conftest import Program
from tools.build import EXEC, built
from tools.errors import ToolError
from tools.pins import CRANE, PULUMI, Tool
from tools.progress import Reporter

GO = """
echo "$PWD $CGO_ENABLED $@" >> "$LOG"
case "$1 $2" in
  "version ") echo "go version go1.26.8 linux/amd64";;
  "list -deps") echo "go: downloading one v1" >&2; echo one; echo two;;
  "list -m") echo "$SDK";;
  "build -v") echo one >&2; echo two >&2; while [ "$1" != -o ]; do shift; done; echo binary > "$2";;
esac
"""


@pytest.fixture
def log(program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the Go of the test was asked."""
    program("go", GO)
    (tmp_path / "sdk" / "python" / "cmd").mkdir(parents=True)
    (tmp_path / "sdk" / "python" / "cmd" / EXEC).write_text("# official\n")
    monkeypatch.setenv("PATH", f"{tmp_path / 'path'}:/usr/bin:/bin")
    monkeypatch.setenv("SDK", str(tmp_path / "sdk"))
    monkeypatch.setenv("LOG", str(tmp_path / "log"))
    return tmp_path / "log"


@pytest.fixture(params=[PULUMI, CRANE], ids=lambda tool: tool.name)
def tool(request: pytest.FixtureRequest) -> Tool:
    """A tool to build."""
    chosen: Tool = request.param
    return chosen


def test_the_pinned_module_is_built_reproducibly(log: Path, tool: Tool, store: Path) -> None:
    target = built(tool, Reporter())
    assert target == store / tool.key
    assert (target / tool.name).read_text() == "binary\n"
    (build,) = [line for line in log.read_text().splitlines() if " build " in line]
    assert build.startswith(
        f"{tool.folder} 0 build -v -mod=readonly -trimpath -buildvcs=false -ldflags=-s -w -X "
    )
    assert f"ersion={tool.pinned} -o " in build
    assert build.endswith(f" {tool.package}")


def test_a_second_time_go_is_not_asked(log: Path) -> None:
    built(CRANE, Reporter())
    before = log.read_text()
    assert (built(CRANE, Reporter()) / "crane").exists()
    assert log.read_text() == before


def test_pulumi_comes_with_the_official_script_that_runs_programs(log: Path) -> None:
    assert (built(PULUMI, Reporter()) / EXEC).read_text() == "# official\n"


def test_stdout_stays_free_for_the_answer(log: Path, capfd: pytest.CaptureFixture[str]) -> None:
    built(CRANE, Reporter())
    out, err = capfd.readouterr()
    assert out == ""
    assert "crane v" in err
    assert "building crane" in err


def test_without_network_the_message_says_what_is_missing_and_what_to_do(
    program: Program, store: Path
) -> None:
    program(
        "go",
        'test "$1" = version && echo "go version go1.26.8 x/y" || { echo "dial tcp: no route" >&2; exit 1; }',
    )
    with pytest.raises(ToolError) as caught:
        built(CRANE, Reporter())
    text = str(caught.value)
    assert "crane v0.22.1 is neither on PATH nor in the cache" in text
    assert str(store / CRANE.key) in text
    assert "dial tcp: no route" in text
    assert "Fix: connect to the network once" in text
    assert "or put crane 0.20.0 or newer on PATH" in text
    assert not (store / CRANE.key).exists()


def test_another_failure_shows_what_go_said(program: Program) -> None:
    program(
        "go", 'case $1 in version) echo "go version go1.26.8 x/y";; *) echo "syntax error" >&2; exit 1;; esac'
    )
    with pytest.raises(
        ToolError, match=re.compile("`go list` of crane .* failed.*syntax error.*Fix: ", re.DOTALL)
    ):
        built(CRANE, Reporter())
