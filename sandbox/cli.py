"""Commands of the sandbox."""

import errno
import hashlib
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from sandbox import drift as drifting
from sandbox import environment, evidence, objects, order, registries, report, workspace
from sandbox import login as logins
from sandbox.errors import SandboxError
from sandbox.gateway import endpoints, process
from sandbox.gateway.call import call
from sandbox.layout import folder, layout
from sandbox.registry import RegistryDown
from sandbox.session import Session
from tools.errors import ToolError

HELP = """
Deploy to three simulated clouds with the real Pulumi engine: same program, same commands, no account.

Start with `python -m sandbox up` (or `make up`). It installs the pinned tools, starts local image
registries, builds a small image, and runs plain `pulumi up`. Only the provider plugins are simulated; they
refuse what the clouds refuse. Nothing reaches a real cloud: credentials are removed from the environment.

Everything it writes lies in `.sandbox/`, never in a tracked file; `reset` removes it. Then look around with
`status`, work by hand with `shell`, change something behind Pulumi's back with `drift`, and end with `down`.
"""

app = typer.Typer(help=HELP, no_args_is_help=True, add_completion=False, rich_markup_mode="markdown")
console = Console(stderr=True)
Environment = Annotated[
    str, typer.Option("--env", help="Environment: the part after `Pulumi.` of a settings file.")
]


class Action(StrEnum):
    """What to do with the local registries."""

    START = "start"
    STOP = "stop"
    STATUS = "status"


def _say(text: str) -> None:
    console.print(f"sandbox: {text}", style="dim", highlight=False, soft_wrap=True)


def _ending(code: int) -> str:
    """Popen tells a signal as a negative code."""
    return f"ended with code {code}" if code > 0 else f"was ended by signal {-code}"


def _session(env: str, say: Callable[[str], None] = _say) -> Session:
    return Session(layout(env), say)


@app.command()
def up(env: Environment = "dev") -> None:
    """Deploy; run it again to continue after a failure or an interruption."""
    session = _session(env)
    code, luck = session.up()
    if code != 0:
        if code > 0:
            _say(f"where modelport:… is named above, mend it in Pulumi.{env}.yaml")
        _say(f"pulumi {_ending(code)}; to go on, with all that was made: make up ENV={env}")
        raise typer.Exit(abs(code))
    report.luck(console, luck)
    outputs = session.engine().outputs()
    absent = evidence.absent(outputs)
    for reference in absent:
        console.print(f"[bold red]error:[/] no registry holds {reference}", highlight=False, soft_wrap=True)
    if absent:
        _say("to copy again what a registry lost: pulumi up --replace <URN of the copy>, in make shell")
    gone = session.gone()
    _tell_gone(gone)
    if not absent and not gone:  # What the stack says of itself is proven, or is not shown at all.
        report.outputs(Console(), outputs)
        _serve(session)
    console.print(
        f"Next: `.venv/bin/python -m sandbox status` shows what exists, `make shell ENV={env}` opens a shell "
        f"in which `pulumi preview` works, `make down ENV={env}` takes it down again, or says what holds it.",
        highlight=False,
        soft_wrap=True,
    )
    raise typer.Exit(1 if luck or absent or gone else 0)


def _serve(session: Session) -> None:
    """Let what has an address answer here, and say how it is asked."""
    if served := endpoints.endpoints(session.world(), session.layout.environment):
        report.served(Console(), process.start(session.layout), served)


@app.command()
def down(
    env: Environment = "dev",
    force: Annotated[bool, typer.Option("--force", help="Unprotect what holds data, too.")] = False,
) -> None:
    """Destroy the stack and prove that nothing of it lives; what is protected is refused, unless forced."""
    code, remains = _session(env).down(force)
    if code != 0:
        _say(f"pulumi {_ending(code)}; to go on: make down ENV={env}")
        raise typer.Exit(abs(code))
    for urn in remains.live:
        console.print(f"[red]still lives:[/] {urn}", highlight=False, soft_wrap=True)
    for name in remains.tombstones:
        console.print(f"tombstone (deleted, its name stays taken): {name}", highlight=False, soft_wrap=True)
    for name in remains.enabled:
        console.print(f"stays enabled in the project: {name}", highlight=False, soft_wrap=True)
    if remains.live:
        raise SandboxError("destroy went well, but the world still holds objects of this stack")
    console.print("Nothing of this stack lives on the simulated clouds.", style="green")


@app.command()
def recover(env: Environment = "dev") -> None:
    """After a killed deployment: end what it left, free its lock, record what it made. `up` does it, too."""
    session = _session(env)
    settled = session.recover()
    gone = session.gone()
    _tell_gone(gone)
    if settled:
        console.print(
            f"recorded: {len(settled.recorded)}, not there: {len(settled.absent)}, there twice and to be "
            f"deleted: {len(settled.surplus)}. Next: make up ENV={env}",
            highlight=False,
            soft_wrap=True,
        )
    elif not gone:
        console.print("Nothing was interrupted: the state and the clouds agree on what exists.")
    raise typer.Exit(1 if gone else 0)


def _tell_gone(gone: list[str]) -> None:
    """Name what the state has and the clouds do not."""
    for urn in gone:
        console.print(f"[bold red]error:[/] the clouds do not have {urn}", highlight=False, soft_wrap=True)
    if gone:
        _say("to make again what was deleted: pulumi refresh, then pulumi up, in make shell")


@app.command()
def shell(env: Environment = "dev") -> None:
    """Open a shell in which `pulumi …` and `crane …` work by hand; leave it with `exit`."""
    session = _session(env)
    engine = session.prepare()
    engine.select()
    program = os.environ.get("SHELL", "/bin/sh")
    _say(f"a shell for stack {env} in {session.layout.work}; try `pulumi preview`, leave with `exit`")
    os.chdir(session.layout.work)
    words = environment.shell_words(session.layout, engine.tools, program)
    os.execve(program, words, environment.child(session.layout, engine.tools))


@app.command()
def env(env: Environment = "dev") -> None:
    """Print shell lines for scripts: `eval "$(make -s env)"`; nothing else goes to standard output."""
    session = _session(env)
    with _stdout_to_stderr():
        engine = session.prepare()
        engine.select()
    print("\n".join(environment.shell_lines(session.layout, engine.tools)))


@contextmanager
def _stdout_to_stderr() -> Iterator[None]:
    """Whatever a step or a tool it starts prints must not end up in the caller's `eval`."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


@app.command()
def status() -> None:
    """Show what exists on the simulated clouds, tombstones included, and the registries."""
    session = _session("dev")
    world = session.world() if session.layout.world.exists() else None
    report.world(Console(), world.live() if world else [], world.tombstones() if world else [])
    report.registries(Console(), registries.status(session.layout))


@app.command()
def drift(
    target: Annotated[str, typer.Argument(help="URN, id or type of a live object; or the word `delete`.")],
    path: Annotated[str, typer.Argument(help="Property (`tags.owner`); after `delete`: URN, id or type.")],
    value: Annotated[str | None, typer.Argument(help="New value, JSON or text.")] = None,
) -> None:
    """Change something behind Pulumi's back: `drift TYPE|URN PROPERTY VALUE` or `drift delete URN`."""
    world = _session("dev").world()
    if target == "delete" and value is None:
        print(f"deleted {drifting.delete(world, path).urn}\nPulumi finds it with: pulumi refresh")
        return
    if value is None:
        raise SandboxError("drift needs a value", f".venv/bin/python -m sandbox drift {target} {path} VALUE")
    changed, old, new = drifting.change(world, target, path, value)
    print(f"{changed.urn}\n  {path}: {old!r} -> {new!r}\nPulumi finds it with: pulumi refresh")


@app.command()
def put(
    file: Annotated[Path, typer.Argument(help="A file.", exists=True, dir_okay=False)],
    address: Annotated[str, typer.Argument(help="s3://, gs://, az://account/container/ or https://…")],
) -> None:
    """Let somebody else's storage hold a file, from which a model's `artifact` may come."""
    found = objects.parse(address)
    if found is None:
        raise SandboxError(f"{address!r} is no address of an object", "put FILE s3://bucket/key")
    target = found.file(layout().objects, own=False)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)
    print(f"{address} holds {hashlib.sha256(file.read_bytes()).hexdigest()}")


@app.command("registries")
def local_registries(action: Annotated[Action, typer.Argument()] = Action.STATUS) -> None:
    """Start, stop or show the local registries; they keep what they hold."""
    session = _session("dev")
    if action is Action.START:
        registries.start(session.layout, str(session.tools() / "registry"))
    elif action is Action.STOP:
        stopped = registries.stop(session.layout)
        _say(f"stopped: {', '.join(stopped) or 'none ran'}")
    report.registries(Console(), registries.status(session.layout))


app.command()(call)


@app.command()
def login() -> None:
    """Log in to the simulated clouds' registries, as a pipeline does before `pulumi up`."""
    paths = layout()
    logins.install(paths)
    logins.login(paths)
    _say(f"logged in: {paths.docker / 'config.json'} names a credential helper for the clouds' registries")


@app.command()
def logout() -> None:
    """Forget the logins: from now on copies to the clouds' registries are refused."""
    logins.logout(layout())
    _say("logged out; log in again with: .venv/bin/python -m sandbox login")


@app.command("order")
def check_order(env: Environment = "dev") -> None:
    """Check that every need the clouds met is a dependency in the state."""
    session = _session(env)
    workspace.tracked(session.layout)
    session.must_exist()
    luck = order.check(session.engine().resources(), session.needs())
    report.luck(console, luck)
    raise typer.Exit(1 if luck else 0)


@app.command()
def reset() -> None:
    """Stop every process and remove `.sandbox/`: clouds, state, registries and logins."""
    session = _session("dev")
    _say(f"removed {session.layout.folder}" if session.reset() else "there is no sandbox to remove")


def main() -> None:
    """Run a command; what the user can put right is printed without a traceback."""
    try:
        app()
    except (SandboxError, RegistryDown, ToolError) as error:
        _refuse(error)
    except sqlite3.DatabaseError as error:
        what = f"{folder() / 'world.sqlite'}, which holds the simulated clouds, cannot be used: {error}"
        anew = "start anew: .venv/bin/python -m sandbox reset"
        _refuse(SandboxError(what, f"wait while another command is at work; else bring it back, or {anew}"))
    except OSError as error:
        if not Path(str(error.filename)).is_relative_to(folder()) and error.errno != errno.ENOSPC:
            raise
        _refuse(SandboxError(str(error), f"{folder()} must be a folder that you may write, with room left"))


def _refuse(error: Exception) -> NoReturn:
    console.print(f"[bold red]error:[/] {error}", highlight=False, soft_wrap=True)
    sys.exit(1)
