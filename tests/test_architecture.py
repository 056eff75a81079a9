"""The page on architecture names what there is: files, functions, classes, settings, types, logical names."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import infra
from components import catalog
from infra.settings import Settings, parse
from tests.infra.given import of_file
from tests.rehearsal import Rehearsal

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```.*?```", re.DOTALL)
FILE = re.compile(r"[\w/<>-]+\.(?:py|sh|yaml|md)\b")
RESOURCE = re.compile(r"`([a-z0-9-]+)`\s`([a-z-]+:[\w/]+:\w+)`")
"""A logical name, and the type behind it."""
COMPLETE = ("Registry", "Image", "Identity", "Host", "Function")
"""Components of which the page lists every child."""

VALUES = {"height", "dev", "customer", "{}", "equal", "different", "unproven", "equal => unproven"}
COMMANDS = {"crane", "pulumi"}


def spans() -> list[str]:
    """Everything in backticks, but for resources and what stands in blocks."""
    return sorted(set(re.findall(r"`([^`\n]+)`", RESOURCE.sub("", BLOCK.sub("", PAGE)))))


def names() -> Iterator[str]:
    """`function`, `Class`, `Class.attribute` and `module.function` of the program."""
    for folder in ("infra", "stacks", "components"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.parse(file.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.FunctionDef | ast.ClassDef):
                    yield from (node.name, f"{file.stem}.{node.name}")
                if isinstance(node, ast.ClassDef):
                    yield from (f"{node.name}.{each}" for each in members(node))


def members(owner: ast.ClassDef) -> Iterator[str]:
    """Methods and annotated attributes of a class."""
    for node in owner.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


@pytest.fixture(scope="module")
def known() -> set[str]:
    """All words that may stand in backticks."""
    keys = {f"modelport:{field.alias or name}" for name, field in Settings.model_fields.items()}
    components = {
        f"modelport:{cloud}:{capability.capitalize()}"
        for capability in catalog.CAPABILITIES
        for cloud in catalog.CLOUDS
    } | {"modelport:<cloud>:<Capability>"}
    outputs = {"endpoints", "functions", "images", "digests", "storage", "parity", "artifact"}
    return {*names(), *keys, *components, *outputs, *catalog.CAPABILITIES, *VALUES}


def test_every_name_exists(known: set[str]) -> None:
    strange = [
        span
        for span in spans()
        if span not in known and not (is_path(span) or is_command(span) or span.startswith("…/"))
    ]
    # A logical name by itself, as in a sentence about it.
    logical = {name for name, _ in RESOURCE.findall(PAGE)}
    assert [span for span in strange if span not in logical] == []


def test_every_file_in_a_block_exists() -> None:
    files = {file for block in BLOCK.findall(PAGE) for file in FILE.findall(block)}
    assert [
        file for file in files if not any((ROOT / part / file).exists() for part in ("", "sandbox"))
    ] == []


def is_path(span: str) -> bool:
    """Whether it is a file or folder, with `<capability>` for any."""
    if "/" not in span and "." not in span:
        return False
    found = re.sub(r"<\w+>", "*", span.rstrip("/"))
    return span in ("contract.py",) or any(ROOT.glob(found))


def is_command(span: str) -> bool:
    """Whether it is something to type, of which the parts that are ours exist."""
    first, _, rest = span.partition(" ")
    if first == "make":
        return (
            re.search(rf"^{rest}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE) is not None
        )
    if span.startswith("python -m "):
        return (ROOT / rest.split()[1]).is_dir()
    return first in COMMANDS


def test_it_lists_what_the_dev_stack_makes(
    rehearse: Callable[[Callable[[], object]], Rehearsal], monkeypatch: pytest.MonkeyPatch
) -> None:
    values = of_file((ROOT / "Pulumi.dev.yaml").read_text(encoding="utf-8"))
    monkeypatch.setattr(infra, "load", lambda: parse(values))
    done = rehearse(infra.deploy)

    listed = {(type_, name) for name, type_ in RESOURCE.findall(PAGE)}
    made = {path_of(each["urn"]) for each in done.state if each["custom"]}
    assert listed - {(type_, name) for _, type_, name in made} == set()
    assert {(type_, name) for owner, type_, name in made if owner in COMPLETE} - listed == set()
    assert all(f"`{output}`" in PAGE for output in done.outputs)


def path_of(urn: str) -> tuple[str, str, str]:
    """Capability of the parent, type and logical name."""
    types, name = urn.split("::", 2)[2].split("::")
    owner, _, type_ = types.rpartition("$")
    return owner.rpartition(":")[2], type_, name
