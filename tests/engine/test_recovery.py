"""`python -m recovery`, as a person uses it after a deployment to a real cloud was killed."""

import re
import shlex

from tests.engine.bench import Bench, Run
from tests.faults.acts import THING, killed, plan, prepare, things, wrong

RECOVERY = ("python", "-m", "recovery", "--stack", "dev")


def _killed(bench: Bench) -> None:
    """A `pulumi up` was killed after the cloud had made a repository."""
    prepare(bench, "aws", deployed=False)
    plan(bench, THING["aws"], "create", "hang-after")
    killed(bench, "up")


def _answers(asked: Run) -> dict[str, list[str]]:
    """What it offers to copy, for either answer."""
    lines = re.findall(r"if it (exists|does not): +(--.*)", asked.text)
    return {answer: shlex.split(words) for answer, words in lines}


def test_what_exists_is_recorded_by_the_answer_that_is_offered(bench: Bench) -> None:
    _killed(bench)
    asked = bench.run(*RECOVERY)
    (made,) = things(bench)

    assert asked.code == 2
    assert "Freed the lock of process" in asked.text
    assert f"aws ecr describe-repositories --region eu-central-1 --repository-names {made.id}" in asked.text
    bench.run(*RECOVERY, *_answers(asked)["exists"]).good()
    bench.up().good()
    assert [each.id for each in things(bench)] == [made.id]
    assert list(wrong(bench)) == []


def test_a_wrong_answer_is_refused_and_may_be_given_again(bench: Bench) -> None:
    _killed(bench)
    exists, answer = _answers(bench.run(*RECOVERY))["exists"]
    refused = bench.run(*RECOVERY, exists, f"{answer}-mistyped")

    assert refused.code == 1
    assert "the state is as it was" in refused.text
    assert "does not exist" in refused.text
    assert bench.run(*RECOVERY).code == 2, "it is asked again"


def test_what_does_not_exist_is_made(bench: Bench) -> None:
    prepare(bench, "gcp", deployed=False)
    plan(bench, THING["gcp"], "create", "hang-before")
    killed(bench, "up")
    bench.run(*RECOVERY, *_answers(bench.run(*RECOVERY))["does not"]).good()
    bench.up().good()

    assert len(things(bench)) == 1
    assert list(wrong(bench)) == []


def test_what_was_made_again_by_hand_under_the_same_id_stays(bench: Bench) -> None:
    prepare(bench, "gcp", deployed=False)
    folder = "gcp:storage/managedFolder:ManagedFolder"
    plan(bench, folder, "create", "hang-after")
    killed(bench, "up")
    bench.pulumi("cancel", "--yes").good()
    bench.session.world().remove(folder, bench.session.world().all(folder)[0].id)  # Else the cloud refuses.
    bench.up().good()
    bench.run(*RECOVERY, *_answers(bench.run(*RECOVERY))["exists"]).good()
    bench.up().good()

    assert len(bench.session.world().all(folder)) == 1
    assert list(wrong(bench)) == []


def test_a_lock_of_another_machine_is_left_alone(bench: Bench) -> None:
    prepare(bench, "azure", deployed=True)
    folder = bench.session.layout.backend / ".pulumi" / "locks" / "organization" / "modelport" / "dev"
    folder.mkdir(parents=True, exist_ok=True)
    held = folder / "other.json"
    held.write_text('{"pid": 1, "hostname": "elsewhere", "timestamp": "2026-01-01T00:00:00Z"}')
    refused = bench.run(*RECOVERY)

    assert refused.code == 1
    assert "is locked by pulumi (process 1 on elsewhere" in refused.text
    assert "pulumi cancel --yes --stack dev" in refused.text
    assert held.exists()


def test_where_nothing_was_interrupted_it_says_so(bench: Bench) -> None:
    prepare(bench, "azure", deployed=True)

    assert "Nothing was interrupted" in bench.run(*RECOVERY).good().text
