"""Looking at what a person says exists, before the state is touched: an import that is only previewed.

`pulumi stack import` forgets which operations are pending, so a wrong id must be found beforehand.
"""

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from recovery import queries
from recovery.errors import RecoveryError
from recovery.repair import Found, Pulumi
from recovery.state import Entry

_NAMES = ("parent", "provider")


def look(pulumi: Pulumi, found: Found, begun: Mapping[str, Entry], resources: Iterable[Entry]) -> None:
    """Ask the providers for resources by their ids; `RecoveryError` when one of them does not know its id.

    `begun` are entries of what was begun or is planned, `resources` what the state has. Types whose imports
    take another id than the state has are left to the refresh.
    """
    there = {each["urn"]: each for each in resources}
    urns = set(there)
    entries = {**there, **begun}
    wanted = [(entries[urn], id_) for urn, id_ in found if urn in entries and _importable(entries[urn])]
    if not wanted:
        return
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(_import(wanted, urns), file)
        file.flush()
        try:
            pulumi("import", "--file", file.name, "--preview-only", "--generate-code=false")
        except RecoveryError as error:
            raise RecoveryError(f"not what the cloud has; the state is as it was. {error}") from None


def _importable(begun: Entry) -> bool:
    query = queries.of(begun["type"], begun.get("inputs") or {})
    return query is None or query.imports == query.id


def _import(wanted: Iterable[tuple[Entry, str]], there: set[str]) -> dict[str, Any]:
    """What `pulumi import --file` reads."""
    table: dict[str, str] = {}
    resources = [
        {
            "type": begun["type"],
            # What the state has cannot be imported again: a copy of it is looked at under another name.
            "name": begun["urn"].rpartition("::")[2] + ("-copy" if begun["urn"] in there else ""),
            "id": id_,
            **dict(_references(begun, there, table)),
        }
        for begun, id_ in wanted
    ]
    return {"nameTable": table, "resources": resources}


def _references(begun: Entry, there: set[str], table: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Parent and provider by names of the table, where the state has them."""
    for name in _NAMES:
        urn = str(begun.get(name, ""))
        urn = urn.rpartition("::")[0] if name == "provider" else urn
        if urn in there:
            key = f"{name}-{len(table)}"
            table[key] = urn
            yield name, key
