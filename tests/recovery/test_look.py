"""What a person says exists is looked at before the state is touched."""

import json
from pathlib import Path
from typing import Any

import pytest

from recovery.errors import RecoveryError
from recovery.look import look
from tests.recovery.test_state import PARENT, PROVIDER, entry, urn

THERE = [{"urn": PROVIDER}, {"urn": PARENT}]
BEGUN = {urn("models"): entry("models", parent=PARENT, provider=f"{PROVIDER}::p")}


class Imports:
    """Keeps what was to be imported, and refuses it when told to."""

    def __init__(self, error: str = "") -> None:
        self.error = error
        self.files: list[dict[str, Any]] = []
        self.words: tuple[str, ...] = ()

    def __call__(self, *words: str) -> str:
        self.words = words
        self.files.append(json.loads(Path(words[2]).read_text()))
        if self.error:
            raise RecoveryError(self.error)
        return ""


def test_an_import_is_previewed_in_its_place() -> None:
    pulumi = Imports()
    look(pulumi, [(urn("models"), "models-1")], BEGUN, THERE)

    ((wanted,),) = (each["resources"] for each in pulumi.files)
    table = pulumi.files[0]["nameTable"]
    assert (wanted["name"], wanted["id"]) == ("models", "models-1")
    assert (table[wanted["parent"]], table[wanted["provider"]]) == (PARENT, PROVIDER)
    assert "--preview-only" in pulumi.words


def test_a_parent_that_is_still_to_come_is_left_out() -> None:
    pulumi = Imports()
    look(pulumi, [(urn("models"), "models-1")], BEGUN, [])

    assert pulumi.files[0]["nameTable"] == {}


def test_a_copy_is_looked_at_under_another_name() -> None:
    pulumi = Imports()
    look(pulumi, [(urn("models"), "models-2")], {}, [*THERE, entry("models", id="models-1")])

    assert [each["name"] for each in pulumi.files[0]["resources"]] == ["models-copy"]


def test_what_nobody_knows_is_not_looked_at() -> None:
    pulumi = Imports()
    look(pulumi, [(urn("other"), "1")], BEGUN, THERE)

    assert pulumi.files == []


def test_what_is_imported_under_another_id_is_left_to_the_refresh() -> None:
    member = "gcp:storage/bucketIAMMember:BucketIAMMember"
    pulumi = Imports()
    look(
        pulumi,
        [(urn("reads", member), "b/bucket/role/member")],
        {urn("reads", member): entry("reads", member)},
        [],
    )

    assert pulumi.files == []


def test_a_wrong_id_is_refused() -> None:
    with pytest.raises(RecoveryError, match=r"the state is as it was\. no such bucket"):
        look(Imports("no such bucket"), [(urn("models"), "mistyped")], BEGUN, THERE)
