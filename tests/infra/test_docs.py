"""The generated documentation is fresh, complete, and agrees with what the program accepts."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra import docs, settings
from tests.infra.given import IMAGE, of_file

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("path", docs.pages())
def test_is_fresh(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == docs.pages()[path], "Fix: make docs"


def objects(node: Any) -> Iterator[dict[str, Any]]:
    """Every part of a schema that describes the keys of an object."""
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict):
            yield node
        for value in node.values():
            yield from objects(value)


def test_every_setting_says_what_it_means_and_what_is_allowed() -> None:
    page = docs.pages()["docs/configuration.md"]
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| `modelport:")]
    assert len(rows) > 20
    assert all(len(row) == 5 and all(cell.strip(" |") for cell in row) for row in rows)


def test_the_schema_refuses_unknown_keys_at_every_depth() -> None:
    schema = docs.schema()
    for section in schema["$defs"].values():
        assert section["additionalProperties"] is False
    config = schema["properties"]["config"]
    assert set(config["propertyNames"]["anyOf"][0]["enum"]) == set(config["properties"])


def test_the_schema_names_every_setting() -> None:
    config = docs.schema()["properties"]["config"]["properties"]
    fields = {field.alias or name for name, field in settings.Settings.model_fields.items()}
    assert set(config) == {f"modelport:{name}" for name in fields}


def test_no_word_of_ours_is_left_in_the_schema() -> None:
    text = json.dumps(docs.schema())
    assert not re.search(r'"(noun|element|allowed)":', text)


def test_the_patterns_of_the_schema_accept_what_the_program_accepts() -> None:
    config = docs.schema()["properties"]["config"]["properties"]
    pattern = config["modelport:image"]["anyOf"][0]["pattern"]
    assert re.search(pattern, IMAGE)
    assert not re.search(pattern, "ghcr.io/example/height:v1")
    assert re.search(config["modelport:models"]["propertyNames"]["pattern"], "height-2")
    assert not re.search(config["modelport:models"]["propertyNames"]["pattern"], "Height")


@pytest.mark.parametrize("path", sorted(ROOT.glob("Pulumi.*.yaml")), ids=lambda path: path.name)
def test_the_stack_files_are_right(path: Path) -> None:
    values = of_file(path.read_text(encoding="utf-8"))
    assert settings.parse(values, stack=path.name.split(".")[1]).clouds


def test_the_project_declares_no_setting_of_ours() -> None:
    project = yaml.safe_load((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"))
    assert set(project["config"]) == {"pulumi:disable-default-providers"}
    assert project["config"]["pulumi:disable-default-providers"] == {
        "value": ["aws", "azure-native", "gcp", "kubernetes"]
    }
    assert project["runtime"]["options"] == {"toolchain": "pip", "virtualenv": ".venv"}
