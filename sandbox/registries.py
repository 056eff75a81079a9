"""Local OCI registries, one per simulated cloud and one that plays every other host."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from recovery.processes import runs
from sandbox import environment, files, hosts, locks, ports, processes, registry
from sandbox.errors import SandboxError
from sandbox.layout import Layout

_PATIENCE = 20.0
_DYING = 1.0
_OK = 200


@dataclass(frozen=True)
class Registry:
    """One background process of `distribution`, its folder and its address."""

    name: str
    folder: Path
    address: str

    @property
    def config(self) -> Path:
        """Configuration; its path in a command line also proves that a pid is ours."""
        return self.folder / "config.yml"

    @property
    def log(self) -> Path:
        """Log and access log."""
        return self.folder / "registry.log"

    @property
    def pid(self) -> int | None:
        """Its process, when it lives; a stale file or a pid given to another program is no process."""
        try:
            pid = int((self.folder / "pid").read_text())
        except (FileNotFoundError, ValueError):
            # A second one on the same storage would spoil it.
            return next(iter(processes.with_words("serve", str(self.config))), None)
        return pid if runs(pid, str(self.config)) else None

    def healthy(self) -> bool:
        """Tell whether it answers the base call of the registry API."""
        try:
            return registry.request(self.address, "GET", "/v2/")[0] == _OK
        except registry.RegistryDown:
            return False


def start(layout: Layout, binary: str) -> dict[str, str]:
    """Start what does not run yet and return the addresses; a running registry is kept."""
    layout.registry.mkdir(parents=True, exist_ok=True)
    with locks.hold(layout.registry / "lock", "starting the registries", wait=True):
        known = _known(layout)
        # Somebody removed the folder under them: nothing tells any more where they answer.
        lost = (
            Registry(name, layout.registry / name, "").pid for name in hosts.REGISTRIES if name not in known
        )
        processes.end(pid for pid in lost if pid)
        found = {name: _address(layout, name, known.get(name)) for name in hosts.REGISTRIES}
        files.write(layout.addresses, json.dumps(found, indent=2) + "\n")
        for each in status(layout):
            if each.pid is None:
                _spawn(each, binary)
        for each in status(layout):
            _await(each)
    return found


def stop(layout: Layout) -> list[str]:
    """End the registries and return the names of those that ran; what they hold stays."""
    running = {each.name: each.pid for each in status(layout)}
    processes.end(pid for pid in running.values() if pid)
    for each in status(layout):
        (each.folder / "pid").unlink(missing_ok=True)
    return [name for name, pid in running.items() if pid]


def status(layout: Layout) -> list[Registry]:
    """Every registry that has an address, running or not."""
    return [Registry(name, layout.registry / name, address) for name, address in _known(layout).items()]


def _known(layout: Layout) -> dict[str, str]:
    """Addresses of before; when their file is lost, those in the registries' own configurations."""
    if (found := files.read_json(layout.addresses)) is not None:
        return found
    configured = {name: files.read_json(layout.registry / name / "config.yml") for name in hosts.REGISTRIES}
    return {name: config["http"]["addr"] for name, config in configured.items() if config}


def _address(layout: Layout, name: str, known: str | None) -> str:
    """Keep the address of before when its process lives or its port is free; else choose a free one."""
    if known and (Registry(name, layout.registry / name, known).pid or _free(int(known.rpartition(":")[2]))):
        return known
    return f"127.0.0.1:{ports.free()}"


def _free(port: int) -> bool:
    """Tell whether a port can be had; one of a process that is just dying is waited for."""
    deadline = time.monotonic() + _DYING
    while True:
        if ports.is_free(port):
            return True
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)


def _spawn(each: Registry, binary: str) -> None:
    each.folder.mkdir(parents=True, exist_ok=True)
    files.write(each.config, json.dumps(_configuration(each), indent=2) + "\n")
    # REGISTRY_* of the user would change settings; and no traces to a collector.
    told = {**environment.bare(), "OTEL_TRACES_EXPORTER": "none"}
    pid = processes.background([binary, "serve", str(each.config)], told, each.log)
    files.write(each.folder / "pid", f"{pid}\n")


def _configuration(each: Registry) -> Mapping[str, object]:
    """Settings of distribution v3; JSON is YAML."""
    return {
        "version": "0.1",
        "log": {"level": "warn", "accesslog": {"disabled": False}},
        "storage": {
            "filesystem": {"rootdirectory": str(each.folder / "storage")},
            "delete": {"enabled": True},
        },
        "http": {"addr": each.address, "draintimeout": "1s"},
    }


def _await(each: Registry) -> None:
    begun = time.monotonic()
    while not each.healthy():
        waited = time.monotonic() - begun
        # A process has no command line yet in the moment in which it takes over the new program.
        if waited > _PATIENCE or (waited > _DYING and each.pid is None):
            last = each.log.read_text(errors="replace").splitlines()[-3:] if each.log.exists() else []
            raise SandboxError(
                f"the {each.name} registry does not answer at {each.address}: " + " | ".join(last),
                ".venv/bin/python -m sandbox registries stop && .venv/bin/python -m sandbox registries start",
            )
        time.sleep(0.05)
