"""Running the real `pulumi` in the work directory, and getting over what a killed one left behind."""

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import yaml

from recovery import locks
from recovery.locks import Lock
from sandbox import environment, processes
from sandbox.errors import SandboxError
from sandbox.layout import Layout

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_ORPHAN_PATIENCE = 30.0
_PR_SET_PDEATHSIG = 1
_SIGNATURE = "4dabf18193072939515e22adb298388d"
"""Marks what is more than its value in a state: a secret (`sdk/go/common/resource/sig`)."""


@dataclass(frozen=True)
class Engine:
    """`pulumi` for one stack of the sandbox."""

    layout: Layout
    tools: Path

    def run(self, *arguments: str) -> int:
        """Run with output to the terminal; return its exit code, or the signal that ended it, below zero.

        Ctrl-C reaches the CLI once, so that it ends in good order.
        """
        process = subprocess.Popen(
            self._command(arguments),
            cwd=self.layout.work,
            env=environment.child(self.layout, self.tools),
            stdin=subprocess.DEVNULL,
            process_group=0,
            preexec_fn=_interrupted_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - no threads here
        )
        with _forwarding(process) as interrupted:
            code = process.wait()
        processes.end(processes.left_over(self.layout.home))
        # The CLI may end with 0 although it has stopped half-way.
        return -interrupted[0] if interrupted else code

    def ask(self, *arguments: str) -> str:
        """Run quietly and return what it printed."""
        run = self._quiet(arguments)
        if run.returncode != 0:
            raise SandboxError(
                f"pulumi {' '.join(arguments)} failed: {run.stderr.strip() or run.stdout.strip()}"
            )
        return run.stdout

    def deployment(self) -> dict[str, Any]:
        """The stack's state in the backend: `resources`, `pending_operations`; empty without a stack.

        Read from its file, because starting the CLI takes longer than all that is looked at.
        """
        if not self.exists:
            return {}
        state = json.loads(self._state_file.read_text(encoding="utf-8"))
        return dict(state["checkpoint"].get("latest") or {})

    def resources(self) -> list[dict[str, Any]]:
        """Resources of the stack's state; none when there is no stack yet."""
        return list(self.deployment().get("resources") or [])

    def outputs(self) -> dict[str, Any]:
        """Outputs of the stack, secrets hidden; none before it was deployed."""
        stacks = [each for each in self.resources() if each["type"] == "pulumi:pulumi:Stack"]
        shown: dict[str, Any] = _hidden(stacks[0].get("outputs") or {}) if stacks else {}
        return shown

    @property
    def exists(self) -> bool:
        """Tell whether the stack was ever initialised here."""
        return (self.layout.work / "Pulumi.yaml").exists() and self._state_file.exists()

    def bring_back(self, live: Collection[object]) -> bool:
        """Take the copy of a state that is gone, while something of the stack lives: it was not removed."""
        backup = self._state_file.with_name(f"{self._state_file.name}.bak")
        if self.exists or not backup.exists() or not live:
            return False
        shutil.copyfile(backup, self._state_file)
        return True

    def select(self) -> None:
        """Make the stack when it does not exist, and select it."""
        stack = self.layout.environment
        self.ask("stack", "select", stack, "--create", "--secrets-provider", "passphrase")

    def await_idle(self) -> None:
        """Wait for a living CLI that holds the stack, as one whose parent was killed is about to end."""
        deadline = time.monotonic() + _ORPHAN_PATIENCE
        while alive := [lock for lock in self.locks() if lock.may_live()]:
            if alive[0].elsewhere or time.monotonic() > deadline:
                cancel = f"pulumi cancel --yes --stack {self.layout.environment}, in make shell"
                raise SandboxError(
                    f"stack {self.layout.environment!r} is locked by pulumi ({alive[0].holder})",
                    f"wait; or, once it is gone: {cancel}",
                )
            time.sleep(0.2)

    def unlock(self) -> list[str]:
        """Remove locks of CLIs that died on this machine; return what was found."""
        stale = [lock.holder for lock in self.locks() if not lock.may_live()]
        if stale:
            self.ask("cancel", "--yes", "--stack", self.layout.environment)
        return stale

    def locks(self) -> list[Lock]:
        """Who holds the stack."""
        return locks.of(self.layout.backend, self._project, self.layout.environment)

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        return [str(self.tools / "pulumi"), *arguments, "--non-interactive"]

    def _quiet(self, arguments: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self._command(arguments),
            cwd=self.layout.work,
            env=environment.child(self.layout, self.tools),
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def stack(self) -> str:
        """The stack as the world knows it: its URNs begin so."""
        return f"{self.layout.environment}::{self._project}"

    @property
    def _project(self) -> str:
        return str(yaml.safe_load((self.layout.work / "Pulumi.yaml").read_text())["name"])

    @property
    def _state_file(self) -> Path:
        return self.layout.backend / ".pulumi" / "stacks" / self._project / f"{self.layout.environment}.json"


def _interrupted_with_parent() -> None:
    """Have the kernel interrupt the CLI when this process is killed: it saves state and frees its lock."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


def _hidden(value: Any) -> Any:
    """A value of a state without its secrets, shown as the CLI shows them."""
    if isinstance(value, list):
        return [_hidden(each) for each in value]
    if not isinstance(value, dict):
        return value
    if _SIGNATURE in value:
        return "[secret]"
    return {key: _hidden(each) for key, each in value.items()}


@contextmanager
def _forwarding(process: subprocess.Popen[bytes]) -> Iterator[list[int]]:
    """Hand signals on, and list them: `subprocess.run` kills the CLI a quarter of a second after Ctrl-C."""
    came: list[int] = []

    def forward(number: int, _frame: FrameType | None) -> None:
        came.append(number)
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGINT)  # Of the three, the CLI ends in good order for this one.

    before = {number: signal.signal(number, forward) for number in _SIGNALS}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
