"""What only the cloud can compute: ids, addresses, times, from templates in the facts."""

import datetime
import re
import secrets
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.facts import BadFacts, Facts
from sandbox.wire import UNKNOWN, has_unknown

WORDS: Mapping[str, Callable[[], str]] = {
    "now": lambda: datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    "uuid": lambda: str(uuid.uuid4()),
    "digits": lambda: str(10**20 + secrets.randbelow(9 * 10**20)),
    "opaque": lambda: secrets.token_urlsafe(9),
    "hex8": lambda: secrets.token_hex(4),
    "hex17": lambda: secrets.token_hex(9)[:17],
    "aroa": lambda: "AROA" + "".join(secrets.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(17)),
}
"""Words of a template that are made up anew each time."""


def render(template: Any, values: Mapping[str, Any], identity: Mapping[str, str]) -> Any:
    """Fill `{property}`, `{property:lower}`, `{a.b}`, the words of `identity` and `WORDS`.

    `{property:last}` is what stands after the last slash of it, as the id in an ARN.

    What holds something that is not known yet is not known either.
    """
    if isinstance(template, list):
        return [render(each, values, identity) for each in template]
    if not isinstance(template, str):
        return template
    whole = re.fullmatch(r"\{([\w.]+)\}", template)
    if whole and whole[1] not in WORDS:
        return _value(whole[1], values, identity)
    text = re.sub(r"\{([\w.]+)(:lower|:last)?\}", lambda found: _word(found, values, identity), template)
    return UNKNOWN if UNKNOWN in text else text


def _word(found: re.Match[str], values: Mapping[str, Any], identity: Mapping[str, str]) -> str:
    text = WORDS[found[1]]() if found[1] in WORDS else str(_value(found[1], values, identity))
    if found[2] == ":last":
        return text.rpartition("/")[2]
    return text.lower() if found[2] and text != UNKNOWN else text


def _value(name: str, values: Mapping[str, Any], identity: Mapping[str, str]) -> Any:
    value: Any = values
    for step in name.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    if value is None:
        value = identity.get(name)
    if value is None:
        raise BadFacts(
            f"a template asks for {{{name}}}, which nothing gives; there is: {', '.join(sorted(values))}"
        )
    return value


def filled(facts: Facts, inputs: Mapping[str, Any], identity: Mapping[str, str]) -> dict[str, Any]:
    """Inputs with what the provider's configuration and the cloud fill in; `__defaults` is no property."""
    values = {name: value for name, value in inputs.items() if name != "__defaults"}
    for name, key in facts.fill.items():
        if values.get(name) is None and identity.get(key):
            values[name] = identity[key]
    for path, default in facts.defaults.items():
        if "." not in path:
            values.setdefault(path, default)
    return values


def outputs(
    facts: Facts, inputs: Mapping[str, Any], identity: Mapping[str, str], kept: Mapping[str, Any]
) -> dict[str, Any]:
    """All outputs of a resource that exists; what it had before (`kept`) is not made up anew."""
    values = filled(facts, inputs, identity)
    for name, template in facts.computed.items():
        fresh = any(f"{{{word}}}" in str(template) for word in WORDS)
        values[name] = kept[name] if fresh and name in kept else render(template, values, identity)
    return values


def preview(facts: Facts, inputs: Mapping[str, Any], identity: Mapping[str, str]) -> dict[str, Any]:
    """Outputs of a creation that is only planned: what is left out becomes unknown by itself."""
    values = filled(facts, inputs, identity)
    known = {name: render(facts.computed[name], values, identity) for name in facts.preview}
    inner = {name: value for name, value in known.items() if not has_unknown(value)}
    return {**values, **inner}
