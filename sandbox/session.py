"""What the commands do: prepare a sandbox, bring a stack up, take it down."""

import shutil
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recovery.repair import repair
from recovery.state import Settled, current, in_a_cloud, unknown
from sandbox import files, images, locks, login, order, processes, protection, registries, workspace
from sandbox.engine import Engine
from sandbox.errors import SandboxError
from sandbox.gateway import process as gateway
from sandbox.layout import Layout
from sandbox.world import World

API = "gcp:projects/service:Service"
AUDIT = "gcp:projects/iAMAuditConfig:IAMAuditConfig"
"""What a program of ours leaves switched on in a project when its stack goes."""

Say = Callable[[str], None]
# Outputs are shown afterwards, and only when they are new.
_AT_ONCE = ("--yes", "--skip-preview", "--suppress-outputs")


@dataclass(frozen=True)
class Remains:
    """Objects of a stack: those that live, and those that are deleted and still hold their names."""

    live: list[str]
    tombstones: list[str]
    enabled: list[str]
    """APIs of Google Cloud and what it records, which stay on: others in the project may use them."""


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
        if workspace.artifacts(layout):
            self._rclone()
        return Engine(layout, tools)

    def must_exist(self) -> None:
        """Refuse what makes no sense before the first `make up`."""
        environment = self.layout.environment
        if not Engine(self.layout, self.layout.bin).exists:
            raise SandboxError(f"stack {environment!r} was never deployed here", f"make up ENV={environment}")

    def _rclone(self) -> None:
        """The tool that copies models' files, which most stacks do without."""
        from tools import install, pins

        link = self.layout.folder / "rclone"
        link.unlink(missing_ok=True)
        link.symlink_to(install.place(pins.RCLONE))

    def engine(self) -> Engine:
        """The CLI for a sandbox that was prepared before."""
        return Engine(self.layout, self.tools())

    def _work(self, tools: Path, wanted: list[str]) -> None:
        with locks.hold(self.layout.folder / "image.lock", "building the image", wait=True):
            digest = images.publish(self.layout, str(tools / "crane"), wanted)
        if workspace.prepare(self.layout, digest):
            self.say(f"work directory {self.layout.work} made from {self.layout.settings.name}")
        for key in workspace.edited(self.layout, digest):
            self.say(
                f"{key} was changed by hand in {self.layout.work_settings}, and differs from "
                f"{self.layout.settings.name}, which counts again once it changes"
            )

    def busy(self, purpose: str) -> Any:
        """Hold the environment for one command at a time."""
        return locks.hold(self.layout.folder / f"{self.layout.environment}.lock", purpose)

    def up(self) -> tuple[int, list[order.Luck]]:
        """Deploy, or continue what was interrupted; return pulumi's exit code and needs met by luck."""
        with self.busy("make up"):
            engine = self.prepare()
            self._clear(engine)
            if not engine.exists:
                engine.select()
            self.say("pulumi up")
            self._recover(engine)
            code = engine.run("up", *_AT_ONCE, "--stack", self.layout.environment)
            return code, order.check(engine.resources(), self.needs()) if code == 0 else []

    def gone(self) -> list[str]:
        """What the state holds and the clouds do not: somebody deleted it, or the world was lost."""
        live = {each.urn for each in self.world().live()}
        held = current(self.engine().resources()).values()
        return [each["urn"] for each in held if in_a_cloud(each) and each["urn"] not in live]

    def down(self, force: bool = False) -> tuple[int, Remains]:
        """Destroy, keep the stack, and return pulumi's exit code and what is left in the world.

        What is protected is refused before anything is touched; `force` runs the commands that unprotect it.
        """
        with self.busy("make down"):
            engine = self.prepare()
            self._clear(engine)
            self.must_exist()
            self._recover(engine)
            held = protection.components(engine.resources())
            if held and not force:
                raise SandboxError(protection.refusal(held, self.layout.environment))
            if held:
                self._unprotect(engine, held)
            code = self._destroy(engine)
            if not self.world().live():
                registries.stop(self.layout)  # They keep what they hold.
                gateway.stop(self.layout)
            return code, self.remains()

    def _destroy(self, engine: Engine) -> int:
        """Destroy, again and again while that takes more away.

        Some things are free only a while after what used them is gone: Cloud Run keeps addresses for hours,
        which pass at once here.
        """
        while True:
            lived = len(self.world().live(self.layout.environment))
            code = engine.run("destroy", *_AT_ONCE, "--stack", self.layout.environment)
            left = len(self.world().live(self.layout.environment))
            if code <= 0 or not left or left >= lived:  # Well done, killed, or nothing more to gain.
                return code
            self.say("something was still in use: a cloud lets go of it within hours, here at once; going on")

    def _unprotect(self, engine: Engine, held: list[str]) -> None:
        """What a person would type; afterwards the tracked settings count again."""
        for words in protection.commands(held)[:-1]:
            self.say(f"pulumi {' '.join(words)}")
            if words[0] == "up":
                code = engine.run("up", *_AT_ONCE, "--stack", self.layout.environment)
                if code != 0:
                    raise SandboxError("what is protected could not be unprotected", "see what pulumi said")
            else:
                engine.ask(*words, "--stack", self.layout.environment)
        workspace.forget(self.layout)

    def _clear(self, engine: Engine) -> None:
        """End what a killed run left: its plugins, then its lock."""
        processes.end(processes.left_over(self.layout.home))
        engine.await_idle()
        self._mend()
        if engine.bring_back(self.world().live(engine.stack)):
            self.say("the state was gone: took its copy, the state one step before")
        for holder in engine.unlock():
            self.say(f"removed the lock of a pulumi that was killed ({holder})")

    def _mend(self) -> None:
        """Files that a killed CLI left half written keep every later one from reading the state."""
        for file in filter(files.cut_off, self.layout.backend.rglob("*")):
            backup = file.with_name(f"{file.name}.bak")
            if backup.exists() and not files.cut_off(backup):
                shutil.copyfile(backup, file)
                self.say(f"{file.name} was cut off: took {backup.name}, the state one step before")
            else:
                file.replace(file.with_name(f"{file.name}.broken"))
                self.say(f"{file.name} was cut off, and there is no copy: it is {file.name}.broken now")

    def recover(self) -> Settled | None:
        """Bring the state in accord with the clouds after a deployment was killed; None: it was already."""
        with self.busy("make recover"):
            engine = self.prepare()
            self._clear(engine)
            if not engine.exists and self.unrecorded(engine):  # The whole state is lost.
                engine.select()
            self.must_exist()
            return self._recover(engine)

    def _recover(self, engine: Engine) -> Settled | None:
        """Take into the state what exists; refuse to go on when something exists that has no place in it."""
        found = self.unrecorded(engine)
        if not (found or engine.deployment().get("pending_operations")):
            return None
        settled = repair(lambda *words: engine.ask(*words, "--stack", self.layout.environment), found)
        if settled is None:
            return None
        for what, urns in (
            ("exists and is recorded now", settled.recorded),
            ("exists twice; the next up deletes the copy that holds nothing", settled.surplus),
            ("was begun and does not exist", settled.absent),
        ):
            for urn in urns:
                self.say(f"interrupted: {urn} {what}")
        if settled.orphans:
            raise SandboxError(*_orphaned(settled.orphans))
        return settled

    def unrecorded(self, engine: Engine) -> list[tuple[str, str]]:
        """URNs and ids of what lives and is not in the state, but for what was left on purpose."""
        live = [each for each in self.world().live(engine.stack) if each.type != AUDIT]
        return unknown({"deployment": engine.deployment()}, [(each.urn, each.id) for each in live])

    def world(self) -> World:
        """What exists on the simulated clouds."""
        return World(self.layout.world)

    def needs(self) -> Mapping[str, list[str]]:
        """Needs the world met, by the URN of the resource that had them; of what is gone, no more is said."""
        world, stack = self.world(), self.engine().stack
        live = {each.urn for each in world.live()}
        return {
            dependent: [urn for urn in needed if urn in live]
            for dependent, needed in world.needs(stack).items()
        }

    def remains(self) -> Remains:
        """What the world holds of this stack."""
        world, stack = self.world(), self.engine().stack
        return Remains(
            [each.urn for each in world.live(stack) if each.type != AUDIT],
            [f"{each.type} {each.id}" for each in world.tombstones(stack) if each.type != API],
            [
                *(each.id for each in world.tombstones(stack) if each.type == API),
                *(each.id for each in world.live(stack) if each.type == AUDIT),
            ],
        )

    def reset(self) -> bool:
        """End every process and remove the sandbox's folder; return whether there was one."""
        folder = self.layout.folder
        if not folder.exists():
            return False
        if self.layout.root.is_relative_to(folder) or not self._ours(folder):
            raise SandboxError(
                f"{folder} does not look like a sandbox: it has no registries.json", f"rm -r {folder}"
            )
        with ExitStack() as held:
            for lock in folder.glob("*.lock"):
                held.enter_context(locks.hold(lock, "reset"))
            processes.end(processes.left_over(self.layout.home))
            registries.stop(self.layout)
            gateway.stop(self.layout)
            shutil.rmtree(folder)
        return True

    def _ours(self, folder: Path) -> bool:
        """Whether it may be removed: it has a file that nobody else makes, and until it is whole no other."""
        layout = self.layout
        helper = layout.bin / f"docker-credential-{login.HELPER}"
        marks = (layout.world, layout.objects / "own", layout.objects / "elsewhere", helper)
        folders = (layout.home, layout.backend, layout.registry, layout.objects, layout.bin, layout.docker)
        made = {*folders, layout.gateway}
        begun = [each for each in folder.iterdir() if each not in made]
        known = all(each.suffix == ".lock" or each.name.startswith(layout.world.name) for each in begun)
        return layout.addresses.exists() or (known and bool(begun or any(map(Path.exists, marks))))


def _orphaned(orphans: list[tuple[str, str]]) -> tuple[str, str]:
    """What is wrong, and the commands that mend it."""
    named = "\n".join(f"  {urn}\n    {id_}" for urn, id_ in orphans)
    text = f"these exist on the clouds, and nothing tells where in the state they belong:\n{named}"
    return text, "bring back the state they were in, or: " + "; ".join(
        f".venv/bin/python -m sandbox drift delete '{id_ if len(orphans) > len(dict(orphans)) else urn}'"
        for urn, id_ in orphans
    )
