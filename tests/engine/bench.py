"""What a test does with the engine: settings, previews, deployments, and what they printed."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sandbox import environment, hosts, locks, order
from sandbox.engine import Engine
from sandbox.layout import ROOT
from sandbox.session import Session

PLANTED = """\
import runpy

from tests.engine.mistakes import plant

plant({name!r})
runpy.run_path({program!r})
"""

_REPLACED = {"create-replacement": "replace", "delete-replaced": "replace"}
"""Parts of one operation, as a preview has it."""


@dataclass(frozen=True)
class Run:
    """One finished command: its exit code and all it printed."""

    code: int
    text: str

    def good(self) -> "Run":
        """Itself; fails with what it printed unless it went well."""
        assert self.code == 0, self.text
        return self


@dataclass(frozen=True)
class Bench:
    """One prepared sandbox."""

    session: Session
    engine: Engine
    shelf: Path
    """Where all benches of a run keep what they have made once."""

    def wipe(self) -> None:
        """Forget the stack, the clouds and the images; plugins and caches stay."""

        def empty() -> None:
            self.session.prepare()
            self.engine.select()  # Which also writes down, outside of what is kept, that it is selected.

        self._clear()
        self._kept(self.session.layout.folder / self._title("empty"), empty)
        self.session.prepare()  # A test may have stopped the registries.

    def deployed(self, name: str = "deployed", **settings: object) -> None:
        """The tracked program is up; with other settings it has another name."""

        def up() -> None:
            for key, value in settings.items():
                self.edit(key, value)
            self.up().good()

        self.kept(name, up)

    def deployed_on(self, cloud: str) -> None:
        """The tracked program is up on one cloud, which takes a third of the time."""

        def up() -> None:
            self.only(cloud)
            self.up().good()

        self.kept(f"deployed.{cloud}", up)

    def kept(self, name: str, make: Callable[[], None]) -> None:
        """What `make` leads to: made once, and brought back as it was wherever a test starts so."""
        with locks.hold(self.shelf / f"{self._title(name)}.lock", name, wait=True):
            self._kept(self.shelf / self._title(name), make)

    def _kept(self, place: Path, make: Callable[[], None]) -> None:
        folder = self.session.layout.folder
        if place.exists():
            self._clear()
            _copy(self._own(place), place, folder)
        else:
            make()
            _copy(self._own(folder), folder, place)

    def _title(self, name: str) -> str:
        return f"{self.session.layout.environment}.{name}"

    def _own(self, folder: Path) -> list[Path]:
        """What differs from one test to the next, in the sandbox's folder or a copy of it."""
        layout = self.session.layout
        there = [folder / path.relative_to(layout.folder) for path in (layout.backend, layout.work)]
        images = [folder / layout.registry.name / cloud / "storage" for cloud in hosts.CLOUDS]
        return [*there, *filter(Path.exists, images), *folder.glob("world.sqlite*")]

    def _clear(self) -> None:
        folder = self.session.layout.folder
        for path in (*self._own(folder), folder / "faults.yaml"):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def run(self, *words: str, **extra: str) -> Run:
        """Run a command in the work directory, with the sandbox's variables and `extra` ones."""
        layout = self.session.layout
        done = subprocess.run(
            words,
            cwd=layout.work,
            env={**environment.child(layout, self.engine.tools), **extra},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return Run(done.returncode, done.stdout)

    def pulumi(self, *words: str, **extra: str) -> Run:
        """Run `pulumi`."""
        return self.run("pulumi", *words, "--non-interactive", **extra)

    def sandbox(self, *words: str) -> Run:
        """Run a command of the sandbox."""
        return self.run("python", "-m", "sandbox", *words)

    def up(self, *words: str, **extra: str) -> Run:
        """Deploy."""
        return self.pulumi("up", "--yes", "--skip-preview", *words, **extra)

    def down(self) -> Run:
        """Destroy."""
        return self.pulumi("destroy", "--yes", "--skip-preview")

    def steps(self) -> dict[str, str]:
        """What a preview would do: `type::name` to operation, without what stays as it is."""
        shown = json.loads(self.pulumi("preview", "--json").good().text)
        return {
            _short(step["urn"]): step["op"] for step in shown["steps"] if step["op"] not in ("same", "read")
        }

    def changes(self) -> dict[str, str]:
        """Deploy, and return what was done, as `steps` tells what would be."""
        events = map(json.loads, self.up("--json").good().text.splitlines())
        done = [each["resOutputsEvent"]["metadata"] for each in events if "resOutputsEvent" in each]
        return {
            _short(step["urn"]): _REPLACED.get(step["op"], step["op"])
            for step in done
            if step["op"] not in ("same", "read")
        }

    def set(self, path: str, value: str) -> None:
        """Change one setting, as a user does."""
        self.pulumi("config", "set", "--path", f"modelport:{path}", value).good()

    def edit(self, key: str, value: object) -> None:
        """Change one setting in the file, as an editor does."""
        file = self.session.layout.work_settings
        content = yaml.safe_load(file.read_text())
        content["config"][f"modelport:{key}"] = value
        file.write_text(yaml.safe_dump(content))

    def only(self, *clouds: str) -> None:
        """From now on it is on these clouds, where its models' callers are."""
        models = self.settings()["modelport:models"]
        for each in models.values():
            each["callers"] = {cloud: each["callers"][cloud] for cloud in clouds}
        self.edit("clouds", list(clouds))
        self.edit("models", models)

    def settings(self) -> dict[str, Any]:
        """The settings of the stack, as they are now."""
        found: dict[str, Any] = yaml.safe_load(self.session.layout.work_settings.read_text())["config"]
        return found

    def outputs(self) -> dict[str, Any]:
        """Outputs of the stack."""
        return self.engine.outputs()

    def exported(self) -> list[dict[str, Any]]:
        """Resources of the state as `pulumi stack export` prints it."""
        return list(json.loads(self.pulumi("stack", "export").good().text)["deployment"]["resources"])

    def luck(self) -> list[order.Luck]:
        """Needs that were met by luck."""
        return order.check(self.engine.resources(), self.session.needs())

    def plant(self, mistake: str) -> None:
        """From now on the program has this mistake."""
        self.write(PLANTED.format(name=mistake, program=str(ROOT / "__main__.py")))

    def write(self, program: str) -> None:
        """From now on this is the program."""
        folder = self.session.layout.work / "program"
        folder.mkdir(exist_ok=True)
        (folder / "__main__.py").write_text(program)
        self._main("program")

    def mend(self) -> None:
        """From now on it is the repository's program again."""
        self._main(os.path.relpath(ROOT, self.session.layout.work))

    def _main(self, folder: str) -> None:
        file = self.session.layout.work / "Pulumi.yaml"
        project = yaml.safe_load(file.read_text())
        file.write_text(yaml.safe_dump({**project, "main": folder}))


def _copy(paths: Iterable[Path], source: Path, target: Path) -> None:
    """Files and folders of a folder to where they are in another one."""
    for path in paths:
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            shutil.copytree(path, copy)
        else:
            shutil.copy2(path, copy)


def _short(urn: str) -> str:
    """Type and name of a URN."""
    kind, name = urn.split("::")[2:4]
    return f"{kind.rpartition('$')[2]}::{name}"
