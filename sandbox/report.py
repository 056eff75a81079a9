"""What the sandbox's commands show: outputs of a stack, what lives on each cloud, what to do next."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from sandbox.order import Luck
from sandbox.registries import Registry
from sandbox.world import Resource

_VERDICTS = {"equal": "green", "different": "red", "unproven": "yellow"}


def outputs(console: Console, found: Mapping[str, Any]) -> None:
    """Show images and the proof of their digests; outputs of another shape are listed as they are."""
    parity, images = found.get("parity") or {}, found.get("images") or {}
    table = Table("model", "cloud", "image", "digest the registry reports", title="Images")
    for cloud, models in sorted(images.items()):
        for model, reference in sorted(models.items()):
            reported = (parity.get(model, {}).get("registries") or {}).get(cloud, "unknown")
            table.add_row(model, cloud, str(reference).partition("@")[0], str(reported)[:19])
    if images:
        console.print(table)
    for model, proof in sorted(parity.items()):
        verdict = proof.get("verdict", "unproven")
        style = _VERDICTS.get(verdict, "yellow")
        console.print(
            f"parity of {model}: [{style}]{verdict}[/] (expected {proof.get('expected', 'unknown')})"
        )
    for name, value in found.items():
        if name not in {"parity", "images", "digests"} and value:
            console.print(f"{name}: {value}")


def luck(console: Console, found: Sequence[Luck]) -> None:
    """Show needs that no dependency explains."""
    for each in found:
        console.print(f"[red]order:[/] {each}", highlight=False)
    if not found:
        console.print("order: every need the clouds met is a dependency in the state", style="green")


def world(console: Console, live: Sequence[Resource], tombstones: Sequence[Resource]) -> None:
    """Show live objects and tombstones by cloud."""
    table = Table("cloud", "state", "type", "id", title="Simulated clouds")
    for state, group in (("live", live), ("tombstone", tombstones)):
        for each in sorted(group, key=lambda e: (e.cloud, e.type, e.id)):
            table.add_row(each.cloud, state, each.type, each.id)
    console.print(table if table.row_count else "Nothing exists on the simulated clouds.")


def registries(console: Console, found: Sequence[Registry]) -> None:
    """Show the local registries, their processes and their logs."""
    table = Table("registry", "address", "process", "log")
    for each in found:
        table.add_row(each.name, each.address, str(each.pid or "stopped"), str(each.log))
    console.print(
        table if found else "No local registries yet; start them: python -m sandbox registries start"
    )
