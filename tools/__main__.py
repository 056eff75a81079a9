"""Command line of the tools: `python -m tools install`."""

import sys

from tools.bootstrap import use_the_environment

use_the_environment("tools")

# ruff: noqa: E402 - what follows is only in the environment
import typer

from tools.errors import ToolError
from tools.install import ensure
from tools.pins import TOOLS
from tools.versions import show

app = typer.Typer(add_completion=False, no_args_is_help=True, help="The programs this project needs.")


@app.callback()
def tools() -> None:
    """The programs this project needs: found on PATH, or built from their pinned Go modules."""


@app.command()
def install() -> None:
    """Find or build pulumi, crane and registry, and print the folder that holds them."""
    try:
        typer.echo(ensure())
    except ToolError as problem:
        typer.echo(f"error: {problem}", err=True)
        sys.exit(1)


@app.command("list")
def list_tools() -> None:
    """Print what is pinned, and the oldest version on PATH that will do."""
    for tool in TOOLS:
        typer.echo(f"{tool.name:<10}{tool.pinned:<12}{show(tool.minimum)} or newer")


if __name__ == "__main__":
    app()
