"""READMEs: their examples run, their tables are fresh, and all of them have the same order."""

import re

import pytest

from components import catalog, docs
from tools.docs import stale, write

EVERY_CAPABILITY = pytest.mark.parametrize("capability", catalog.CAPABILITIES)
HEADINGS = ["Example", "Defaults", "Differences", "Arguments", "Outputs"]


def text_of(capability):
    return (docs.ROOT / docs.folder(capability) / "README.md").read_text(encoding="utf-8")


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
    assert stale(docs.ROOT, docs.pages()) == []


def test_a_stale_table_is_made_anew(tmp_path):
    for capability in catalog.CAPABILITIES:
        folder = tmp_path / docs.folder(capability)
        folder.mkdir(parents=True)
        (folder / "README.md").write_text("<!-- makes:begin -->\nold\n<!-- makes:end -->\n")
    (tmp_path / "README.md").write_text("before\n<!-- parity:begin -->\n<!-- parity:end -->\nafter\n")

    assert "components/registry/README.md" in stale(tmp_path, docs.pages(tmp_path))
    write(tmp_path, docs.pages(tmp_path))

    assert stale(tmp_path, docs.pages(tmp_path)) == []
    overview = (tmp_path / "README.md").read_text()
    assert overview.startswith("before\n")
    assert overview.endswith("\nafter\n")
    assert "`AzureRegistry`" in overview
    assert "old" not in (tmp_path / "components/registry/README.md").read_text()


@EVERY_CAPABILITY
def test_every_gap_and_every_argument_is_in_its_table(capability):
    text = text_of(capability)
    for made in docs.cells(capability).values():
        assert all(promise in text for promise in [*made.GAPS, *made.UNSUPPORTED])
