"""The dev stack goes up, stays as it is, goes down and comes up again."""

import subprocess

from tests.audit.encryption import unprotected
from tests.audit.exposure import WITHOUT_A_NETWORK, answering, unjudged
from tests.audit.privilege import too_much
from tests.audit.workload import by_name, digests
from tests.engine.bench import Bench

CLOUDS = ["aws", "azure", "gcp"]


def _read_back(bench: Bench, reference: str) -> str:
    return bench.run("crane", "digest", reference).good().text.strip()


def test_one_digest_in_three_registries(bench: Bench) -> None:
    bench.deployed()

    outputs = bench.outputs()
    references = [outputs["images"][cloud]["height"] for cloud in CLOUDS]
    expected = bench.settings()["modelport:image"].partition("@")[2]
    assert [reference.partition("@")[2] for reference in references] == [expected] * 3
    assert [_read_back(bench, reference) for reference in references] == [expected] * 3
    assert len({reference.partition("/")[0] for reference in references}) == 3
    assert outputs["parity"]["height"] == {
        "verdict": "equal",
        "expected": expected,
        "evidence": {cloud: {"function": expected, "registry": expected} for cloud in CLOUDS},
    }
    assert bench.luck() == []


def test_its_exported_state_stands_up_to_independent_checks(bench: Bench) -> None:
    bench.deployed()

    made = bench.exported()

    assert len(made) > 60
    assert unjudged(made) == set()
    assert {each.partition("::")[0] for each in answering(made)} <= WITHOUT_A_NETWORK
    assert too_much(made) == []
    assert unprotected(made) == []
    assert by_name(made) == []
    assert len(digests(made)) == 1


def test_a_second_run_changes_nothing(bench: Bench) -> None:
    bench.deployed()

    assert bench.steps() == {}
    again = bench.up("--expect-no-changes").good()
    assert "unchanged" in again.text


def test_down_leaves_nothing_alive_and_up_works_again(bench: Bench) -> None:
    bench.deployed()
    bench.down().good()

    remains = bench.session.remains()
    assert remains.live == []
    assert "example-models-dev/run.googleapis.com" in remains.enabled

    bench.up().good()
    assert bench.outputs()["parity"]["height"]["verdict"] == "equal"


def test_a_preview_of_the_first_deployment_proves_nothing(bench: Bench) -> None:
    shown = bench.pulumi("preview", "--diff").good().text

    assert "unproven" in shown
    assert '"equal"' not in shown


def test_no_tracked_file_is_written(bench: Bench) -> None:
    before = _tree()
    bench.up().good()
    bench.pulumi("preview").good()
    bench.down().good()
    bench.pulumi("stack", "rm", "--yes", "dev").good()
    bench.engine.select()  # For those who come after.

    assert _tree() == before


def _tree() -> str:
    listed = subprocess.run(["git", "status", "--porcelain"], capture_output=True, text=True, check=True)
    changed = subprocess.run(["git", "diff", "HEAD"], capture_output=True, text=True, check=False)
    return listed.stdout + changed.stdout
