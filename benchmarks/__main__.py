"""`python -m benchmarks`: measures everything in one session, and writes docs/benchmarks.md."""

import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks import models, overhead, page, starts
from benchmarks.workbench import Failed, workbench
from sandbox.layout import ROOT

HELP = """
Measures this program, side by side in one session, with the real engine on the simulated clouds.

Against the same resources with the bare SDKs (time and memory of a preview), with 1, 10, 50 and 200
models, and `make up` from cold, from warm and unchanged. Prints tables and writes docs/benchmarks.md;
everything else goes into a temporary folder. Takes about ten minutes on two idle cores; ratios hold on a
busy machine, seconds do not.
"""

PAGE = ROOT / "docs" / "benchmarks.md"
app = typer.Typer(help=HELP, add_completion=False, rich_markup_mode="markdown")
console = Console(stderr=True)


def _say(text: str) -> None:
    console.print(f"{time.strftime('%H:%M:%S')} {text}", style="dim", highlight=False, soft_wrap=True)


@app.command()
def bench(
    rounds: Annotated[int, typer.Option(min=1, help="Rounds of this program against the bare SDKs.")] = 7,
    model_rounds: Annotated[int, typer.Option(min=1, help="Rounds of 1, 10, 50 and 200 models.")] = 3,
    start_rounds: Annotated[int, typer.Option(min=1, help="Rounds of cold, unchanged and warm.")] = 3,
    output: Annotated[Path, typer.Option(help="The page that is written.")] = PAGE,
) -> None:
    """Measure everything; takes about ten minutes."""
    begun = time.monotonic()
    with workbench() as prepared:
        cli = subprocess.run(
            [prepared.engine.tools / "pulumi", "version"], capture_output=True, text=True, check=True
        )
        compared = overhead.measure(prepared, rounds, _say)
        growth = models.measure(prepared, model_rounds, _say)
    started = starts.measure(start_rounds, _say)
    minutes = (time.monotonic() - begun) / 60
    results = page.Results(_machine(cli.stdout), minutes, compared, growth, started)
    output.write_text(page.render(results), encoding="utf-8")
    _show(results)


def _machine(cli: str) -> page.Machine:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    version = cli.strip().removeprefix("v")
    return page.Machine(len(os.sched_getaffinity(0)), memory, platform.python_version(), version)


def _show(results: page.Results) -> None:
    table = Table("", "least", "median", "most")
    for name, spread in page.summary(results):
        table.add_row(name, *spread.shown(3 if "/" in name else 2))
    Console().print(table)


def main() -> None:
    """Run; what was printed by a run that failed is printed without a traceback."""
    try:
        app()
    except Failed as failed:
        console.print(f"[bold red]error:[/] {failed}", highlight=False, soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
