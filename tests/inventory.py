"""Inventories: what a component makes, as a subset in YAML; `python -m tests.inventory` rewrites all.

An inventory has `counts` (type to number, exact) and `resources` (`type::name` to some of its inputs). Only
what stands there is compared; `__missing__` says that an input must not be there. Rewriting refreshes counts
and values and keeps which inputs are listed; a resource of a new type comes with all inputs, to be shortened.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pulumi
import yaml

from components.core.context import Context
from tests.components.builders import BUILDERS, CELLS
from tests.mocks import Cloud

COMMAND = "python -m tests.inventory"
MISSING = "__missing__"
FOLDER = Path(__file__).parent / "components"


def path_of(capability: str, cloud: str) -> Path:
    """The inventory of one cell."""
    folder = "clouds" if capability == "landing" else capability
    return FOLDER / folder / f"{cloud}.yaml"


def read(path: Path) -> dict[str, Any]:
    """An inventory; an empty one when there is none yet."""
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}


def made_by(cloud: Cloud, token: str) -> dict[str, Any]:
    """All that one component made itself, in the form of an inventory."""
    own = cloud.own_children(token)
    return {
        "counts": dict(sorted(Counter(one.typ for one in own).items())),
        "resources": {f"{one.typ}::{one.name}": _plain(one.inputs) for one in own},
    }


def differences(expected: Mapping[str, Any], made: Mapping[str, Any]) -> list[str]:
    """What an inventory says and was not made, one line each."""
    found = list(_compared("counts", expected.get("counts", {}), made["counts"]))
    found += [
        f"counts: {extra} is not listed" for extra in made["counts"].keys() - expected.get("counts", {})
    ]
    for key, inputs in (expected.get("resources") or {}).items():
        found += _compared(key, inputs, made["resources"].get(key, MISSING))
    return found


def refreshed(expected: Mapping[str, Any], made: Mapping[str, Any]) -> dict[str, Any]:
    """The inventory with the counts and values of what was made, for the inputs it lists."""
    listed = expected.get("resources") or {}
    types = {key.split("::")[0] for key in listed}
    resources = {
        key: _refreshed(listed[key], inputs) if key in listed else inputs
        for key, inputs in made["resources"].items()
        if key in listed or key.split("::")[0] not in types
    }
    return {"counts": made["counts"], "resources": resources}


def _compared(where: str, expected: Any, came: Any) -> Iterator[str]:
    if isinstance(expected, Mapping) and isinstance(came, Mapping):
        for key, value in expected.items():
            yield from _compared(f"{where}.{key}", value, came.get(key, MISSING))
    elif expected != came:
        yield f"{where}: expected {expected!r}, came {came!r}"


def _refreshed(expected: Any, came: Any) -> Any:
    if isinstance(expected, Mapping) and isinstance(came, Mapping):
        return {key: _refreshed(value, came.get(key, MISSING)) for key, value in expected.items()}
    return came


def _plain(value: Any) -> Any:
    """Whole numbers as such: the engine's protocol knows only floating ones."""
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def run(capability: str, cloud: str, context: Context) -> dict[str, Any]:
    """Builds one cell against a mock of its own."""
    mocks = Cloud()
    pulumi.runtime.set_mocks(mocks, project=context.project, stack="test", monitor=mocks.monitor)
    tokens = []
    pulumi.runtime.test(lambda: tokens.append(BUILDERS[capability](cloud, context).token()))()
    return made_by(mocks, tokens[0])


def main() -> None:
    """Rewrites every inventory."""
    context = Context(project="modelport", environment="test", owner="ml-platform@example.com")
    for capability, cloud in CELLS:
        path = path_of(capability, cloud)
        text = yaml.safe_dump(refreshed(read(path), run(capability, cloud, context)), width=100)
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path)


if __name__ == "__main__":
    asyncio.set_event_loop(asyncio.new_event_loop())
    main()
