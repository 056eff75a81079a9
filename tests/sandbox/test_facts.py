"""Facts are strict about themselves: a mistyped key or property would silently check nothing."""

import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from sandbox import computed, facts, models, needs, schema
from sandbox.provider import RULES as MODULES
from sandbox.rules import aws, azure, gcp

PACKAGES = list(facts.FILES)
TYPES = [each for package in PACKAGES for each in facts.of_package(package)]
KNOWN = [facts.of(each) for each in TYPES]
EVERY_TYPE = pytest.mark.parametrize("known", KNOWN, ids=TYPES)
LOCAL = ("random", "command")
IDENTITY = {"account", "region", "location", "subscription", "tenant", "project", "project_number", "zone"}


@pytest.fixture(autouse=True)
def _loaded() -> None:
    assert {each.__name__.rpartition(".")[2] for each in (aws, azure, gcp)} == set(MODULES.values())


def shape(known: facts.Facts) -> schema.Schema:
    return SHAPES.setdefault(known.type, schema.read(known.type))


SHAPES: dict[str, schema.Schema] = {}


@EVERY_TYPE
def test_every_path_is_a_property_of_the_sdk(known: facts.Facts) -> None:
    found = shape(known)
    paths = {*known.immutable, *known.refused_change, *known.values, *known.sticky, *known.json, *known.alike}
    paths |= {*known.fill, *(known.model.members if known.model else {})}
    paths |= {each.property for each in (known.name, known.autoname) if each}
    assert [each for each in sorted(paths) if not _exists(found, each.split("."))] == []


def _exists(found: schema.Schema, steps: list[str]) -> bool:
    shape, node = found.inputs, None
    for step in steps:
        if node is not None:
            while node["kind"] == "list":
                node = node["of"]
            if node["kind"] != "object":
                return False
            shape = found.objects[node["ref"]]
        node = shape.properties.get(step)
        if node is None:
            return False
    return True


@EVERY_TYPE
def test_every_computed_output_is_an_output_of_the_sdk(known: facts.Facts) -> None:
    assert set(known.computed) <= set(shape(known).outputs)
    assert set(known.preview) <= set(known.computed)


@EVERY_TYPE
def test_every_output_has_a_value_or_is_an_input(known: facts.Facts) -> None:
    """What the sandbox leaves out would be null in a program, and unknown in no preview."""
    given = {*known.computed, *shape(known).inputs.properties}
    left_out = set(shape(known).outputs) - given - LEFT_OUT.get(known.type, set())
    if known.package not in LOCAL:
        assert left_out == set()


LEFT_OUT = {
    **{each: {"systemData", "status"} for each in TYPES if each.startswith("azure-native:")},
    **{each: {"tagsAll"} for each in TYPES if each.startswith("aws:")},
    "aws:s3/bucket:Bucket": {"tagsAll", "websiteDomain", "websiteEndpoint"},
    "gcp:artifactregistry/repository:Repository": {"effectiveLabels", "pulumiLabels"},
    "gcp:storage/bucket:Bucket": {"effectiveLabels", "pulumiLabels"},
    "gcp:cloudrunv2/service:Service": {"effectiveLabels", "pulumiLabels", "effectiveAnnotations"},
}


@EVERY_TYPE
def test_templates_ask_for_nothing_that_does_not_exist(known: facts.Facts) -> None:
    inputs, outputs = shape(known).inputs.properties, shape(known).outputs
    # A command's id holds its logical name.
    words = {*inputs, *outputs, *known.computed, *IDENTITY, *computed.WORDS, "id", "name"}
    texts = [known.id, known.exists, *map(str, known.computed.values())]
    asked = {each for text in texts for each in re.findall(r"\{([\w]+)[\w.]*(?::lower)?\}", text)}
    assert asked <= words


@EVERY_TYPE
def test_every_rule_of_the_facts_is_coded_and_the_other_way_round(known: facts.Facts) -> None:
    coded = {each.id for each in needs.RULES.values() if needs._meant(each.types, known.type)}
    coded |= {id_ for id_, (types, _) in needs.EFFECTS.items() if needs._meant(types, known.type)}
    own = {"random-length"} & set(known.rules)
    assert set(known.rules) - own == coded


@EVERY_TYPE
def test_patterns_and_models_can_be_read(known: facts.Facts) -> None:
    for allowed in (*known.values.values(), {"pattern": known.name.pattern if known.name else ""}):
        re.compile(allowed.get("pattern", "") if isinstance(allowed, dict) else "")
    if known.model:
        shapes = models.service(known.model.service)["shapes"]
        for member in known.model.members.values():
            assert models._shape(shapes, known.model.input, member)["type"] in ("string", "integer")


@EVERY_TYPE
def test_values_of_the_facts_agree_with_the_vendors_model(known: facts.Facts) -> None:
    members = known.model.members if known.model else {}
    for path in set(members) & set(known.values):
        found = models._shape(models.service(known.model.service)["shapes"], known.model.input, members[path])
        assert set(known.values[path]) <= set(found.get("enum", known.values[path]))


GOOD: dict[str, Any] = {"id": "{name}", "source": ["a page"]}


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ({**GOOD, "imutable": ["name"]}, "unknown imutable; allowed: .*immutable"),
        ({"id": "x"}, "source is missing"),
        ({**GOOD, "name": {"property": "name", "unique": "world"}}, "name.unique 'world'; allowed: global"),
        ({**GOOD, "autoname": {"property": "name", "suffix": "hex9"}}, "suffix 'hex9'; allowed: hex7"),
        ({**GOOD, "name": {"pattern": "x"}}, "property"),
    ],
)
def test_refuses_facts_that_nobody_would_read(raw: dict[str, Any], says: str) -> None:
    with pytest.raises(facts.BadFacts, match=says):
        facts.parse("aws:x:X", raw)


def test_regions_of_aws_agree_with_botocore() -> None:
    file = Path(str(find_spec("botocore").origin)).parent / "data" / "endpoints.json"
    (partition,) = [each for each in json.loads(file.read_text())["partitions"] if each["partition"] == "aws"]
    assert set(partition["regions"]) <= set(facts.clouds()["regions"]["aws"])
