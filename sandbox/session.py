"""What the commands do: prepare a sandbox, bring a stack up, take it down."""

import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox import images, locks, login, order, processes, recovery, registries, workspace
from sandbox.engine import Engine
from sandbox.errors import SandboxError
from sandbox.layout import Layout
from sandbox.world import World

Say = Callable[[str], None]
_AT_ONCE = ("--yes", "--skip-preview")


@dataclass(frozen=True)
class Remains:
    """Objects of a stack: those that live, and those that are deleted and still hold their names."""

    live: list[str]
    tombstones: list[str]


@dataclass(frozen=True)
class Session:
    """One environment of the sandbox; `say` tells progress."""

    layout: Layout
    say: Say

    def tools(self) -> Path:
        """Folder with pulumi, crane and registry, installed when missing."""
        from tools import install  # The installer is needed by commands that run tools, not by `--help`.

        return install.ensure()

    def prepare(self) -> Engine:
        """Bring everything but the stack itself to where `pulumi` can run in the work directory."""
        from sandbox.home import prepare  # Reads the installed SDKs: not needed by `--help`.

        layout = self.layout
        tracked = workspace.tracked(layout)
        wanted = workspace.repositories(tracked)
        tools = self.tools()
        for folder in (layout.backend, layout.docker, layout.work):
            folder.mkdir(parents=True, exist_ok=True)
        prepare(layout.folder, Path(sys.executable))
        login.install(layout)
        registries.start(layout, str(tools / "registry"))
        if not login.known(layout):
            login.login(layout)
        # A fork has accounts of its own; settings changed by hand in the work directory are not trusted.
        self.world().own(**workspace.identities(tracked))
        self._work(tools, wanted)
        return Engine(layout, tools)

    def engine(self) -> Engine:
        """The CLI for a sandbox that was prepared before."""
        return Engine(self.layout, self.tools())

    def _work(self, tools: Path, wanted: list[str]) -> None:
        with locks.hold(self.layout.folder / "image.lock", "building the image", wait=True):
            digest = images.publish(self.layout, str(tools / "crane"), wanted)
        if workspace.prepare(self.layout, digest):
            self.say(f"work directory {self.layout.work} made from {self.layout.settings.name}")

    def busy(self, purpose: str) -> Any:
        """Hold the environment for one command at a time."""
        return locks.hold(self.layout.folder / f"{self.layout.environment}.lock", purpose)

    def up(self) -> tuple[int, list[order.Luck]]:
        """Deploy, or continue what was interrupted; return pulumi's exit code and needs met by luck."""
        with self.busy("make up"):
            engine = self.prepare()
            self._clear(engine)
            engine.select()
            self.say("pulumi up")
            self._recover(engine)
            code = engine.run("up", *_AT_ONCE, "--stack", self.layout.environment)
            return code, order.check(engine.resources(), self.needs()) if code == 0 else []

    def down(self) -> tuple[int, Remains]:
        """Destroy, keep the stack, and return pulumi's exit code and what is left in the world."""
        with self.busy("make down"):
            engine = self.prepare()
            self._clear(engine)
            if not engine.exists:
                raise SandboxError(f"stack {self.layout.environment!r} was never deployed here", "make up")
            self._recover(engine)
            code = engine.run("destroy", *_AT_ONCE, "--stack", self.layout.environment)
            return code, self.remains()

    def _clear(self, engine: Engine) -> None:
        """End what a killed run left: its plugins, then its lock."""
        processes.end(processes.left_over(self.layout.home))
        for holder in engine.unlock():
            self.say(f"removed the lock of a pulumi that was killed ({holder})")

    def _recover(self, engine: Engine) -> None:
        """Settle creations that were begun and not recorded: what the world holds is taken into the state."""
        if not engine.exists:
            return
        settled = recovery.settle(engine.export(), self.world().live(self.layout.environment))
        if settled is None:
            return
        engine.load(settled.state)
        self.say(
            f"creations that were interrupted: {len(settled.recorded)} exist and are recorded now, "
            f"{len(settled.absent)} do not exist"
        )
        for urn in settled.orphaned:
            self.say(f"made twice, and recorded once: {urn}")

    def world(self) -> World:
        """What exists on the simulated clouds."""
        return World(self.layout.world)

    def needs(self) -> Mapping[str, list[str]]:
        """Needs the world met, by the URN of the resource that had them."""
        return self.world().needs(self.layout.environment)

    def remains(self) -> Remains:
        """What the world holds of this stack."""
        world, stack = self.world(), self.layout.environment
        return Remains(
            [each.urn for each in world.live(stack)],
            [f"{each.type} {each.id}" for each in world.tombstones(stack)],
        )

    def reset(self) -> bool:
        """End every process and remove the sandbox's folder; return whether there was one."""
        folder = self.layout.folder
        if not folder.exists():
            return False
        if not self.layout.addresses.exists() or self.layout.root.is_relative_to(folder):
            raise SandboxError(
                f"{folder} does not look like a sandbox: it has no registries.json", f"rm -r {folder}"
            )
        processes.end(processes.left_over(self.layout.home))
        registries.stop(self.layout)
        shutil.rmtree(folder)
        return True
