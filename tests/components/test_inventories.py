"""What each cell makes, compared with its inventory; and that the comparison notices."""

import pytest
import yaml

from tests import inventory
from tests.components.builders import BUILDERS, CELLS

MADE = {
    "counts": {"a:b:C": 1},
    "resources": {"a:b:C::one": {"colour": "red", "size": {"height": 2, "width": 3}}},
}


@pytest.mark.parametrize(("capability", "cloud_name"), CELLS)
def test_it_makes_what_its_inventory_says(capability, cloud_name, deployed):
    built = deployed(BUILDERS[capability], cloud_name)
    path = inventory.path_of(capability, cloud_name)
    assert path.exists(), f"no inventory yet; write it with: {inventory.COMMAND}"
    found = inventory.differences(inventory.read(path), inventory.made_by(built.cloud, built.kind.token()))
    assert not found, "\n".join(
        [f"{path.name} differs:", *found, f"if this is meant, run: {inventory.COMMAND}, and read its diff"]
    )


@pytest.mark.parametrize(
    "expected",
    [
        MADE,
        {"counts": MADE["counts"]},
        {**MADE, "resources": {"a:b:C::one": {"size": {"height": 2}}}},
        {**MADE, "resources": {"a:b:C::one": {"shape": "__missing__"}}},
    ],
)
def test_a_subset_is_enough(expected):
    assert inventory.differences(expected, MADE) == []
    assert inventory.refreshed(expected, MADE)["counts"] == MADE["counts"]


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        ({}, "counts: a:b:C is not listed"),
        ({"counts": {"a:b:C": 2}}, "counts.a:b:C: expected 2, came 1"),
        ({"counts": {"a:b:C": 1, "a:b:D": 1}}, "counts.a:b:D: expected 1, came '__missing__'"),
        ({**MADE, "resources": {"a:b:C::two": {}}}, "a:b:C::two: expected {}, came '__missing__'"),
        (
            {**MADE, "resources": {"a:b:C::one": {"size": {"width": 4}}}},
            "a:b:C::one.size.width: expected 4, came 3",
        ),
        (
            {**MADE, "resources": {"a:b:C::one": {"colour": "__missing__"}}},
            "a:b:C::one.colour: expected '__missing__', came 'red'",
        ),
    ],
)
def test_every_difference_is_named(expected, message):
    assert inventory.differences(expected, MADE) == [message]


def test_rewriting_keeps_which_inputs_are_listed():
    expected = {"resources": {"a:b:C::one": {"size": {"width": 9}, "shape": "__missing__"}}}
    assert inventory.refreshed(expected, MADE)["resources"] == {
        "a:b:C::one": {"size": {"width": 3}, "shape": "__missing__"}
    }


def test_the_command_that_a_failing_test_prints_rewrites_them(tmp_path, monkeypatch, capsys, loop):
    monkeypatch.setattr(inventory, "FOLDER", tmp_path)
    inventory.main()
    written = sorted(tmp_path.rglob("*.yaml"))
    assert len(written) == len(CELLS)
    assert all(yaml.safe_load(path.read_text())["counts"] is not None for path in written)
    assert capsys.readouterr().out.count(".yaml") == len(CELLS)
