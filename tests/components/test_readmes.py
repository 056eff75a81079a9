"""READMEs: their examples run, their tables are fresh, and all of them have the same order."""

import re

import pytest

from components import catalog, docs
from tools.docs import ROOT, stale, whole

EVERY_CAPABILITY = pytest.mark.parametrize("capability", catalog.CAPABILITIES)
HEADINGS = ["Example", "Defaults", "Differences", "Arguments", "Outputs"]


def text_of(capability):
    return (ROOT / docs.folder(capability) / "README.md").read_text(encoding="utf-8")


@EVERY_CAPABILITY
def test_the_example_runs(capability, cloud, deploy):
    (example,) = re.findall(r"```python\n(.*?)```", text_of(capability), re.DOTALL)
    deploy(lambda: exec(compile(example, f"{capability}/README.md", "exec"), {}))
    kinds = {one.typ.split(":")[2] for one in cloud.requests if one.typ.startswith("modelport:")}
    assert capability.capitalize() in kinds


@EVERY_CAPABILITY
def test_the_order_is_the_same_everywhere(capability):
    assert re.findall(r"^## (.+)$", text_of(capability), re.MULTILINE) == HEADINGS


@EVERY_CAPABILITY
def test_every_generated_part_has_its_place(capability):
    for part in docs.sections(capability):
        assert f"<!-- {part}:begin -->" in text_of(capability)


def test_the_tables_are_fresh():
    assert stale(ROOT, whole(ROOT, docs.pages())) == []


@EVERY_CAPABILITY
def test_every_gap_and_every_argument_is_in_its_table(capability):
    text = text_of(capability)
    for made in docs.cells(capability).values():
        assert all(promise in text for promise in [*made.GAPS, *made.UNSUPPORTED])
