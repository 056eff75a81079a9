"""What the sandbox's commands show: outputs of a stack, what lives on each cloud, what to do next."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console

from sandbox.gateway.access import SCHEME
from sandbox.gateway.endpoints import Endpoint
from sandbox.order import Luck
from sandbox.registries import Registry
from sandbox.registry import START
from sandbox.world import Resource

_VERDICTS = {"equal": "green", "different": "red", "unproven": "yellow"}


def outputs(console: Console, found: Mapping[str, Any]) -> None:
    """Show endpoints, images and the proof of their digests; other outputs are listed as they are."""
    for name in ("endpoints", "images"):
        if rows := [
            (model, cloud, text or _invoked(found, cloud, model)) for cloud, model, text in _each(found, name)
        ]:
            console.print(name.capitalize(), style="bold")
            _lines(console, sorted(rows))
    if storage := found.get("storage"):
        console.print("Storage", style="bold")
        _lines(console, sorted(storage.items()))
    for model, proof in sorted((found.get("parity") or {}).items()):
        verdict = proof.get("verdict", "unproven")
        console.print(f"parity of {model}: [{_VERDICTS.get(verdict, 'yellow')}]{verdict}[/]", highlight=False)
        _lines(console, [("expected", str(proof.get("expected", "unknown"))), *_reported(proof)])
    for name, value in found.items():
        if name not in {"endpoints", "functions", "images", "digests", "storage", "parity"} and value:
            console.print(f"{name}: {value}", soft_wrap=True)


def served(console: Console, address: str, found: Sequence[Endpoint]) -> None:
    """Show how each model is asked here, by a caller who may."""
    console.print("Asked here, where a process of this environment plays the container", style="bold")
    for each in found:
        who = each.a_caller
        proof = f" -H 'authorization: {SCHEME} {who}'" if who else ""
        console.print(
            f"  curl -s {address}/{each.path}/predict -H 'content-type: application/json'{proof} "
            "-d '{\"Weight\": 200}'"
            if who or each.is_public
            else f"  {each.path}: nobody may call it; name callers in models.{each.model}.callers",
            highlight=False,
            soft_wrap=True,
            markup=False,
        )
    console.print(f"  all of them: {address}/", highlight=False, soft_wrap=True)


def _each(found: Mapping[str, Any], name: str) -> Iterator[tuple[str, str, str | None]]:
    """Cloud, model and what an output says of them."""
    for cloud, models in (found.get(name) or {}).items():
        for model, text in models.items():
            yield cloud, model, text


def _invoked(found: Mapping[str, Any], cloud: str, model: str) -> str:
    """How a model is called that has no address."""
    name = ((found.get("functions") or {}).get(cloud) or {}).get(model, model)
    return f"no address: invoke {name}"


def _reported(proof: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What every place said that it holds or runs."""
    for cloud, places in sorted((proof.get("evidence") or {}).items()):
        for place, digest in sorted(places.items(), reverse=True):
            yield f"{cloud} {place}", str(digest or "unknown")


def _lines(console: Console, rows: Sequence[tuple[str, ...]]) -> None:
    """Show rows in columns without cutting: names are there to be copied."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        text = "  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True))
        console.print(f"  {text.rstrip()}", highlight=False, soft_wrap=True, markup=False)


def luck(console: Console, found: Sequence[Luck]) -> None:
    """Show needs that no dependency explains."""
    for each in found:
        console.print(f"[red]order:[/] {each}", highlight=False)
    if not found:
        console.print("order: nothing was there in time only by luck", style="green")


def world(console: Console, live: Sequence[Resource], tombstones: Sequence[Resource]) -> None:
    """Show live objects and tombstones by cloud."""
    rows = [(each.cloud, "live", each.type, each.id) for each in live]
    rows += [(each.cloud, "tombstone", each.type, each.id) for each in tombstones]
    console.print("Simulated clouds" if rows else "Nothing exists on the simulated clouds.", style="bold")
    _lines(console, rows)


def registries(console: Console, found: Sequence[Registry]) -> None:
    """Show the local registries, their processes and their logs."""
    none = f"No local registries yet; start them: {START}"
    console.print("Local registries" if found else none, style="bold")
    rows = [
        (each.name, each.address, f"process {each.pid}" if each.pid else "stopped", str(each.log))
        for each in found
    ]
    _lines(console, rows)
