"""What a person must find out about creations that were interrupted, as commands to copy."""

import json
import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from recovery import queries
from recovery.state import Entry, State, current


def of(state: State, begun: Iterable[Entry]) -> Iterator[str]:
    """Lines for each creation: the question to the cloud, and what to type for either answer."""
    known = current(state["deployment"].get("resources") or [])
    for each in begun:
        yield from ("", f"  {each['urn']}", *_lines(each, _known(state, each)))
        if there := known.get(each["urn"]):
            yield f"    the state has {there.get('id')}; should the cloud have another one, too:"
            yield f"                     --copy {shlex.quote(each['urn'] + '=ID')}, which the next up deletes"


def _lines(begun: Entry, known: Mapping[str, str]) -> Iterator[str]:
    urn = begun["urn"]
    query = queries.of(begun["type"], begun.get("inputs") or {}, known)
    id_ = query.id if query and query.derived else "ID"
    yield f"    ask the cloud:   {query.find if query else 'look for it in the console'}"
    yield f"    if it exists:    --exists {shlex.quote(f'{urn}={id_}')}"
    if query and not query.derived:
        yield f"                     where ID is {query.id}"
    yield f"    if it does not:  --absent {shlex.quote(urn)}"


def _known(state: State, begun: Entry) -> dict[str, str]:
    """What stands in the provider of a resource: region, account, subscription, project."""
    for each in state["deployment"].get("resources") or []:
        if begun.get("provider") == f"{each['urn']}::{each.get('id')}":
            return dict(_places(each.get("inputs") or {}))
    return {}


def _places(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    names = {"region": "region", "project": "project", "subscriptionId": "subscription"}
    yield from ((names[name], str(value)) for name, value in inputs.items() if name in names)
    # Nested configuration of a provider is text.
    for account in json.loads(inputs.get("allowedAccountIds") or "[]")[:1]:
        yield "account", str(account)
