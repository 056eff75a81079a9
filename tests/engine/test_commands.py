"""The sandbox's own commands, as a shell and a second terminal use them."""

import subprocess
import sys

from sandbox.layout import ROOT
from tests.engine.bench import Bench


def test_the_printed_lines_make_a_shell_that_works(bench: Bench) -> None:
    bench.deployed()

    lines = f'eval "$({sys.executable} -m sandbox env)"; pwd; pulumi stack output images; command -v crane'
    done = subprocess.run(["sh", "-ec", lines], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == str(bench.session.layout.work)
    assert "height@sha256:" in done.stdout


def test_two_at_once_do_no_harm(bench: Bench) -> None:
    bench.only("aws")
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "sandbox", "up"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    said = [each.communicate()[0] for each in both]

    assert sorted(each.returncode for each in both) == [0, 1], said
    assert sum("another command is at work here: make up" in text for text in said) == 1
    assert bench.steps() == {}
    live = [each.urn for each in bench.session.world().live("dev")]
    assert len(live) == len(set(live))
