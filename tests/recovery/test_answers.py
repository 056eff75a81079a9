"""What a person answers is refused, before anything changes, where it cannot be true."""

import pytest

from recovery.answers import check, parse
from recovery.errors import RecoveryError
from tests.recovery.test_state import Entry, entry, state, urn

MODELS = urn("models")


def _begun(*resources: Entry) -> Entry:
    return state(entry("models"), resources=resources)


@pytest.mark.parametrize("text", ["", "models", f"{MODELS}", f"{MODELS}=", "models=models-1"])
def test_an_answer_is_a_urn_and_an_id(text: str) -> None:
    with pytest.raises(RecoveryError, match=r"an answer is URN=ID, not"):
        parse([text], [], [])


def test_true_answers_are_taken() -> None:
    check(parse([f"{MODELS}=models-1"], [], []), _begun(), "dev")
    check(parse([], [], [MODELS]), _begun(), "dev")
    check(parse([f"{MODELS}=models-1"], [], []), _begun(entry("models", id="models-1")), "dev")
    check(parse([], [f"{MODELS}=models-2"], []), _begun(entry("models", id="models-1")), "dev")


@pytest.mark.parametrize(
    ("exists", "copies", "absent", "says"),
    [
        ([f"{MODELS}=models-1"], [], [MODELS], "is said to exist and not to exist"),
        ([f"{MODELS}=models-1", f"{MODELS}=models-2"], [], [], "exist as models-1 and as models-2"),
        ([], [], [urn("mistyped")], "was not asked about"),
        ([], [f"{MODELS}=models-1"], [], "the state has no other one"),
        (["urn:pulumi:prod::modelport::a:b/c:C::d=1"], [], [], "::d is not of the stack dev"),
        ([f"{MODELS}=other-1"], [], [], "other-1 is urn:.*::other already"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_or_the_state_is_refused(
    exists: list[str], copies: list[str], absent: list[str], says: str
) -> None:
    with pytest.raises(RecoveryError, match=says):
        check(parse(exists, copies, absent), _begun(entry("other", id="other-1")), "dev")


def test_a_second_one_is_deleted_only_when_that_is_said_by_name() -> None:
    there = _begun(entry("models", id="models-1", protect=True))

    with pytest.raises(RecoveryError, match=r"the state has .* as models-1, and models-2 .* --copy"):
        check(parse([f"{MODELS}=models-2"], [], []), there, "dev")
    with pytest.raises(RecoveryError, match=r"models-1 is what the state has of .*, and no copy"):
        check(parse([], [f"{MODELS}=models-1"], []), there, "dev")


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(RecoveryError) as refused:
        check(parse([f"{MODELS}=models-1"], [], [MODELS, urn("mistyped")]), _begun(), "dev")
    assert len(str(refused.value).splitlines()) == 3


def test_each_contradiction_is_said_once() -> None:
    with pytest.raises(RecoveryError) as refused:
        check(parse([f"{MODELS}=a", f"{MODELS}=b"], [], [MODELS]), _begun(), "dev")
    said = str(refused.value).splitlines()
    assert len(said) == len(set(said))
