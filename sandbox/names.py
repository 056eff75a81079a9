"""Names that the provider makes up when none is given, and clashes with names that exist."""

import hashlib
import secrets
import uuid
from collections.abc import Mapping
from typing import Any

from sandbox.facts import Autoname, Facts
from sandbox.needs import Refused, Situation, disabled
from sandbox.wire import has_unknown


def autoname(
    facts: Facts, logical: str, inputs: dict[str, Any], olds: Mapping[str, Any], seed: bytes
) -> Refused | None:
    """Fill in the name when it was left out; the one made before is kept. Returns what is wrong with it.

    `__defaults` lists what was filled in, as the bridge does: a name that was given and is left out now is
    made anew.
    """
    auto = facts.autoname
    if auto is None or inputs.get(auto.property) is not None:
        return None
    if inputs.get(f"{auto.property}Prefix") is not None:
        return Refused(
            "is not simulated: give the name, or leave it out",
            property=f"{auto.property}Prefix",
            rule="no-facts",
        )
    made_before = auto.property in olds.get("__defaults", ())
    name = olds[auto.property] if made_before else logical + auto.separator + suffix(auto, logical, seed)
    inputs[auto.property] = suffix(auto, logical, seed) if auto.suffix == "uuid" and not made_before else name
    inputs["__defaults"] = [*inputs.get("__defaults", ()), auto.property]
    if not made_before and auto.suffix != "uuid" and len(name) > auto.max and not disabled("autoname-length"):
        long = f"the automatic name {name!r} has {len(name)} characters"
        text = f"{long}; allowed: {auto.max}; shorten the logical name"
        return Refused(text, property=auto.property, rule="autoname-length")
    return None


def suffix(auto: Autoname, logical: str, seed: bytes) -> str:
    """What goes behind the logical name: the same for the same seed of the engine."""
    digest = hashlib.sha256((seed or secrets.token_bytes(16)) + logical.encode()).digest()
    if auto.suffix == "uuid":
        return str(uuid.UUID(bytes=digest[:16], version=4))
    return {"hex7": digest.hex()[:7], "hex8": digest.hex()[:8], "copy": ""}[auto.suffix]


def delete_first(facts: Facts, olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
    """Tell whether a replacement deletes before it creates."""
    if facts.delete_first != "named" or facts.autoname is None:
        return facts.delete_first == "always"
    name = facts.autoname.property
    given = name not in news.get("__defaults", ()) or facts.autoname.suffix == "copy"
    return given and not has_unknown(news.get(name)) and bool(olds.get(name) == news.get(name))


def clash(facts: Facts, situation: Situation) -> None:
    """Refuse a name that is unique in the whole world and held by somebody."""
    if facts.name is None or facts.name.unique != "global" or disabled("name-taken"):
        return
    name = str(situation.inputs.get(facts.name.property, ""))
    mine = [
        each
        for each in situation.world.all(facts.type, state=None)
        if _named(each.inputs, facts) == name.lower()
    ]
    if mine or situation.world.taken(facts.type, name):
        raise Refused(
            exists_text(facts, situation),
            property=facts.name.property,
            rule="name-taken",
            code="ALREADY_EXISTS",
        )


def _named(inputs: Mapping[str, Any], facts: Facts) -> str:
    return str(inputs.get(facts.name.property if facts.name else "", "")).lower()


def exists_text(facts: Facts, situation: Situation) -> str:
    """The cloud's answer to a second resource of this name."""
    from sandbox.computed import render

    return str(render(facts.exists, {**situation.inputs, "id": situation.id}, situation.identity))


def scope(facts: Facts, identity: Mapping[str, str]) -> str:
    """What makes an id unique beyond itself: a repository's name is one per account and region."""
    parts = {"account": ("account",), "region": ("account", "region")}
    wanted = parts.get(facts.name.unique, ()) if facts.name and facts.package == "aws" else ()
    return "/".join(identity[each] for each in wanted)
