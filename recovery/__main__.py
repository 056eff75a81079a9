"""`python -m recovery`: continue after a deployment to real clouds was killed."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer
import yaml

from recovery import answers, locks, questions
from recovery.errors import RecoveryError
from recovery.look import look
from recovery.repair import Found, Pulumi, planned, repair
from recovery.state import Entry, Settled, creations

HELP = """
Bring a stack's state in accord with its clouds after `pulumi up` was killed, so that nothing is made twice.

Run it where `pulumi` runs. It frees the lock of a `pulumi` that died on this machine, and lists creations
that were begun, each with the question to the cloud and what to type for either answer. With all answers it
records what exists and forgets what does not; then `pulumi up` goes on. Exit code 2: answers are missing.
"""

Stack = Annotated[str, typer.Option("--stack", help="Name of the stack.", show_default="the selected one")]
Exists = Annotated[
    list[str], typer.Option("--exists", metavar="URN=ID", help="It exists under this id.", show_default=False)
]
Copy = Annotated[
    list[str],
    typer.Option(
        "--copy",
        metavar="URN=ID",
        help="It exists beside the one that the state has: the next `pulumi up` deletes this one.",
        show_default=False,
    ),
]
Absent = Annotated[
    list[str], typer.Option("--absent", metavar="URN", help="It does not exist.", show_default=False)
]

app = typer.Typer(add_completion=False, rich_markup_mode="markdown")


@app.command(help=HELP)
def recover(
    stack: Stack = "",
    exists: Exists = [],  # noqa: B006 - typer copies them
    copy: Copy = [],  # noqa: B006
    absent: Absent = [],  # noqa: B006
) -> None:
    """Free the lock, ask, and record."""
    stack = stack or _selected()
    given = answers.parse(exists, copy, absent)
    _unlock(stack)
    state = json.loads(_pulumi("stack", "export", "--stack", stack))
    answers.check(given, state, stack)
    if unanswered := [each for urn, each in creations(state).items() if urn not in given.urns]:
        _ask(state, unanswered, stack)

    def pulumi(*words: str) -> str:
        return _pulumi(*words, "--stack", stack)

    _look(pulumi, state, given.found)
    _tell(repair(pulumi, given.found), stack)


def _look(pulumi: Pulumi, state: Entry, found: Found) -> None:
    """Find a wrong id before anything changes."""
    begun = creations(state)
    if any(urn not in begun for urn, _ in found):
        begun = {**planned(pulumi), **begun}
    look(pulumi, found, begun, state["deployment"].get("resources") or [])


def _tell(settled: Settled | None, stack: str) -> None:
    if settled is None:
        print(f"Nothing was interrupted: no operation is pending. Next: pulumi up --stack {stack}")
        return
    done = (
        ()
        if settled.orphans
        else (
            ("recorded", settled.recorded),
            ("to be deleted by the next up, because the state has another one", settled.surplus),
            ("does not exist, and will be made", settled.absent),
        )
    )
    orphans = [f"{urn} as {id_}" for urn, id_ in settled.orphans]
    for what, urns in (*done, ("exists, and has no place in the state", orphans)):
        for urn in urns:
            print(f"{what}: {urn}")
    if settled.orphans:
        print(
            "The state is as it was. Where a URN is mistyped, answer again; else delete these in the cloud,"
        )
        print("and run this again without them.")
        raise typer.Exit(1)
    print(f"Next: pulumi up --stack {stack}")


def _ask(state: Entry, unanswered: list[Entry], stack: str) -> None:
    print(f"Interrupted creations, of which only the clouds know whether they were done: {len(unanswered)}")
    print("\n".join(questions.of(state, unanswered)))
    print(f"\nThen run this again with all answers: python -m recovery --stack {stack} --exists … --absent …")
    raise typer.Exit(2)


def _unlock(stack: str) -> None:
    """Free what a dead process holds; only for a state in files can that be told from here."""
    url = json.loads(_pulumi("whoami", "--json")).get("url", "")
    if not url.startswith("file://"):
        print(f"The state is at {url}: once you know that no deployment is at work, pulumi cancel frees it.")
        return
    project = _project()
    place = urlsplit(url)  # file://~ and file:///folder, both perhaps with options after a question mark.
    held = locks.of(Path(place.netloc + place.path).expanduser(), project, stack)
    if living := [lock for lock in held if lock.may_live()]:
        raise RecoveryError(
            f"stack {stack!r} is locked by pulumi ({living[0].holder}), which may be at work\n"
            f"  Fix: wait; if that machine is gone: pulumi cancel --yes --stack {stack}"
        )
    if held:
        _pulumi("cancel", "--yes", "--stack", stack)
        print(f"Freed the lock of {held[0].holder}.")


def _project() -> str:
    file = Path("Pulumi.yaml")
    if not file.exists():
        raise RecoveryError("there is no Pulumi.yaml here\n  Fix: run it where pulumi up is run")
    return str(yaml.safe_load(file.read_text(encoding="utf-8"))["name"])


def _selected() -> str:
    for each in json.loads(_pulumi("stack", "ls", "--json")):
        if each["current"]:
            return str(each["name"])
    raise RecoveryError("no stack is selected\n  Fix: python -m recovery --stack NAME")


def _pulumi(*words: str) -> str:
    try:
        run = subprocess.run(
            ["pulumi", *words, "--non-interactive"], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise RecoveryError("there is no pulumi on PATH") from None
    if run.returncode != 0:
        raise RecoveryError(f"pulumi {' '.join(words)} failed:\n{run.stderr.strip() or run.stdout.strip()}")
    return run.stdout


if __name__ == "__main__":
    try:
        app()
    except RecoveryError as error:
        sys.exit(f"error: {error}")
