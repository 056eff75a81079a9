"""Changes in the simulated world behind Pulumi's back, as a colleague in a cloud's console makes them."""

import difflib
import json
from typing import Any

from sandbox import registry
from sandbox.errors import SandboxError
from sandbox.world import Resource, World


def find(world: World, name: str) -> Resource:
    """Find the one live object with this URN, id or type (also `aws:ecr:Repository`, or `Repository`)."""
    live = world.live()
    exact = [each for each in live if name in (each.urn, each.id)]
    found = exact or [each for each in live if name in _types(each.type)]
    if len(found) == 1:
        return found[0]
    listing = "\n".join(f"  {each.urn}" for each in (found or live))
    if found:
        raise SandboxError(f"{len(found)} live objects match {name!r}; name one by its URN:\n{listing}")
    near = difflib.get_close_matches(name, sorted({each.type for each in live}), n=1, cutoff=0.4)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise SandboxError(f"no live object matches {name!r}{hint or '.'} Live objects:\n{listing or '  none'}")


def _types(type_: str) -> set[str]:
    """A type as the state has it, as `pulumi up` shows it, and its last word."""
    package, module, word = type_.split(":")
    return {type_, f"{package}:{module.partition('/')[0]}:{word}", word}


def change(world: World, name: str, path: str, value: str) -> tuple[Resource, Any, Any]:
    """Set a property (`tags.owner`, `rules[0].days`) of a live object; return it, the old and the new value.

    `value` is JSON where it reads as JSON, else text.
    """
    target = find(world, name)
    steps, new = _steps(path), _value(value)
    old = _get(target.properties, steps, path)
    sides = [side for side in (target.inputs, target.outputs) if steps[0] in side] or [target.outputs]
    changed = [_set(side, steps, new) if side in sides else None for side in (target.inputs, target.outputs)]
    world.update(target.type, target.id, inputs=changed[0], outputs=changed[1], urn=target.urn)
    return target, old, new


def delete(world: World, name: str) -> Resource:
    """Remove a live object and the images in it; Pulumi's state still lists it until a refresh."""
    target = find(world, name)
    world.remove(target.type, target.id, urn=target.urn)
    if prefix := _images_of(target):
        for each in registry.repositories(target.cloud):
            if f"{each}/".startswith(prefix):
                registry.purge(target.cloud, each)
    return target


def _images_of(target: Resource) -> str | None:
    """Where the images of a registry or repository lie: a path that ends with `/`; None for other objects."""
    have = target.properties
    match target.type.rpartition(":")[2], target.cloud:
        case "Repository", "aws":
            return f"{have['repositoryUrl']}/"
        case "Registry", "azure":
            return f"{have['loginServer']}/"
        case "Repository", "gcp":
            return f"{have['location']}-docker.pkg.dev/{have['project']}/{have['repositoryId']}/"
    return None


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _steps(path: str) -> list[str | int]:
    parts = path.replace("[", ".").replace("]", "").split(".")
    return [int(part) if part.isdigit() else part for part in parts if part]


def _get(tree: Any, steps: list[str | int], path: str) -> Any:
    """Value at a path; the last step may be new, those before it must exist."""
    for index, step in enumerate(steps):
        known = _keys(tree)
        if step in known:
            tree = tree[step]
        elif index == len(steps) - 1 and index > 0 and isinstance(tree, dict):
            return None
        else:
            near = difflib.get_close_matches(str(step), [str(each) for each in known], n=1, cutoff=0.0)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise SandboxError(f"no property {path!r}: {step!r} does not exist{hint}")
    return tree


def _keys(tree: Any) -> list[Any]:
    """Keys of a mapping, indexes of a list, nothing of a plain value."""
    if isinstance(tree, list):
        return list(range(len(tree)))
    return list(tree) if isinstance(tree, dict) else []


def _set(tree: Any, steps: list[str | int], value: Any) -> Any:
    """A copy of the tree with one value changed."""
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if isinstance(step, int):
        items = list(tree)
        items[step] = _set(items[step], rest, value)
        return items
    return {**(tree or {}), step: _set((tree or {}).get(step), rest, value)}
