"""Checks of inputs: against the SDK's schema, the facts' values and names, and the vendor's own model."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sandbox import facts as knowledge
from sandbox import models
from sandbox.facts import Facts, Name
from sandbox.needs import Refused, disabled
from sandbox.schema import Node, Object, Schema
from sandbox.wire import at, has_unknown

_KINDS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}
_HIDDEN = "__defaults"  # Which inputs were filled in, as the bridge keeps it.


def nearest(word: str, allowed: Iterable[str]) -> str:
    """`; did you mean "…"?`, or nothing when no allowed word is close."""
    by_lower = {each.lower(): each for each in allowed}
    found = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return f'; did you mean "{by_lower[found[0]]}"?' if found else ""


def against_schema(schema: Schema, inputs: Mapping[str, Any]) -> list[Refused]:
    """Unknown properties, missing ones and wrong types, anywhere in the tree."""
    found = [*_object(schema.inputs, inputs, "", schema)]
    return [each for each in found if not disabled(each.rule)]


def _object(shape: Object, value: Mapping[str, Any], path: str, schema: Schema) -> Iterator[Refused]:
    for name in shape.required:
        if value.get(name) is None:
            yield Refused("is required", property=_join(path, name), rule="schema-required")
    for name, each in value.items():
        if name == _HIDDEN or each is None:
            continue
        if name not in shape.properties:
            known = nearest(name, shape.properties) or f"; allowed: {', '.join(sorted(shape.properties))}"
            yield Refused(
                f"no such property{known}", property=_join(path, name), rule="schema-unknown-property"
            )
        else:
            yield from _node(shape.properties[name], each, _join(path, name), schema)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _node(node: Node, value: Any, path: str, schema: Schema) -> Iterator[Refused]:
    kind = node["kind"]
    if value is None or kind == "any" or (isinstance(value, str) and has_unknown(value)):
        return
    if kind == "either":
        yield from _either(node["of"], value, path, schema)
        return
    if _is_kind(kind, value):
        yield from _inside(node, value, path, schema)
    else:
        yield Refused(f"must be {_article(kind)}, came {value!r}", property=path, rule="schema-type")


def _inside(node: Node, value: Any, path: str, schema: Schema) -> Iterator[Refused]:
    kind = node["kind"]
    if kind == "object":
        yield from _object(schema.objects[node["ref"]], value, path, schema)
    elif kind == "list":
        for index, each in enumerate(value):
            yield from _node(node["of"], each, f"{path}[{index}]", schema)
    elif kind == "map":
        for name, each in value.items():
            yield from _node(node["of"], each, _join(path, name), schema)


def _either(nodes: list[Node], value: Any, path: str, schema: Schema) -> Iterator[Refused]:
    """The complaints about the alternative that fits best."""
    tries = [list(_node(node, value, path, schema)) for node in nodes]
    # An alternative of another kind complains once, about the whole: one that goes deeper was closer.
    yield from min(tries, key=lambda found: (sum(each.property == path for each in found), len(found)))


def _is_kind(kind: str, value: Any) -> bool:
    if kind in ("object", "map"):
        return isinstance(value, Mapping)
    if kind == "list":
        return isinstance(value, list)
    return isinstance(value, _KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def against_facts(facts: Facts, inputs: Mapping[str, Any]) -> list[Refused]:
    """Values and names that the cloud does not take."""
    found = [*_values(facts, inputs), *_name(facts.name, inputs), *models.check(facts.model, inputs)]
    return [each for each in found if not disabled(each.rule)]


def _values(facts: Facts, inputs: Mapping[str, Any]) -> Iterator[Refused]:
    for path, allowed in facts.values.items():
        for exact, value in at(inputs, path):
            if text := wrong(allowed, value):
                yield Refused(text, property=exact, rule="region" if "region" in allowed else "value")


def wrong(allowed: Any, value: Any) -> str:
    """What is wrong with a value; empty when it is allowed."""
    if isinstance(allowed, list):
        return _word(allowed, value)
    if "region" in allowed:
        return region(allowed["region"], str(value))
    if "words" in allowed:
        folded = [each for each in allowed["words"] if str(each).lower() == str(value).lower()]
        return "" if folded else _word(allowed["words"], value)
    if "pattern" in allowed:
        pattern = allowed["pattern"]
        return "" if re.fullmatch(pattern, str(value)) else f"{value!r} does not match {pattern}"
    return _range(allowed, value)


def _word(allowed: list[Any], value: Any) -> str:
    if value in allowed:
        return ""
    hint = nearest(str(value), map(str, allowed))
    return f"{value!r} is not allowed; allowed: {', '.join(map(str, allowed))}{hint}"


def _range(allowed: Mapping[str, Any], value: Any) -> str:
    low, high = allowed.get("min"), allowed.get("max")
    if (low is None or value >= low) and (high is None or value <= high):
        return ""
    bounds = [f"at least {low}"] * (low is not None) + [f"at most {high}"] * (high is not None)
    return f"must be {' and '.join(bounds)}, came {value!r}"


def region(cloud: str, value: str) -> str:
    """What is wrong with a region; a region of another cloud is named as such."""
    regions = knowledge.clouds()["regions"]
    same = value.replace(" ", "").lower() if cloud == "azure" else value
    if same in regions[cloud] or (cloud == "gcp" and value in knowledge.clouds()["gcp_multi_regions"]):
        return ""
    for other, names in regions.items():
        if other != cloud and value in names:
            return f"{value!r} is a region of {other}, not of {cloud}"
    return f"{value!r} is no region of {cloud}{nearest(value, regions[cloud])}"


def _name(name: Name | None, inputs: Mapping[str, Any]) -> Iterator[Refused]:
    value = inputs.get(name.property) if name else None
    if name is None or value is None or has_unknown(value):
        return
    text = str(value)
    if len(text) < name.min or (name.max and len(text) > name.max):
        lengths = f"{name.min} to {name.max} characters" if name.max else f"at least {name.min} characters"
        yield Refused(
            f"{text!r} has {len(text)} characters; allowed: {lengths}", property=name.property, rule="name"
        )
    elif name.pattern and not re.fullmatch(name.pattern, text):
        upper = "; it has upper-case letters" if text != text.lower() and _lower_only(name.pattern) else ""
        yield Refused(f"{text!r} does not match {name.pattern}{upper}", property=name.property, rule="name")


def _lower_only(pattern: str) -> bool:
    return "A-Z" not in pattern and "\\w" not in pattern
