"""Starting and ending the gateway: one for all environments, which outlives the command that started it."""

import hashlib
import json
import os
import sys
import time
from pathlib import Path

import httpx

from recovery.processes import runs
from sandbox import environment, files, locks, ports, processes
from sandbox.errors import SandboxError
from sandbox.gateway.instance import MODEL
from sandbox.layout import ROOT, VARIABLE, Layout

IDLE = "MODELPORT_SANDBOX_IDLE"
"""Seconds after which what nobody asks for is stopped; 300 unless said."""
_MODULE = "sandbox.gateway"
_CODE = (".py", ".html", ".onnx")
_PATIENCE = 20.0


def start(layout: Layout) -> str:
    """Its address, `http://127.0.0.1:<port>`; one that runs is kept, unless it is of other code."""
    with locks.hold(layout.gateway / "lock", "starting the gateway", wait=True):
        known = files.read_json(_file(layout)) or {}
        stamp = _stamp()
        if _runs(known) and known.get("stamp") == stamp:
            return str(known["address"])
        stop(layout)
        port = _port(known)
        address = f"http://127.0.0.1:{port}"
        pid = _spawn(layout, port)
        made = {"address": address, "port": port, "pid": pid, "stamp": stamp}
        files.write(_file(layout), json.dumps(made) + "\n")
        _await(layout, address, pid)
        return address


def stop(layout: Layout) -> bool:
    """End it and all that it runs; tells whether it ran."""
    known = files.read_json(_file(layout)) or {}
    if not _runs(known):
        return False
    processes.end([known["pid"]])
    return True


def _stamp() -> str:
    """Of the gateway and the application, both of which stay in memory."""
    found = hashlib.sha256()
    for folder in (Path(__file__).parent, MODEL):
        for file in sorted(each for each in folder.rglob("*") if each.suffix in _CODE):
            found.update(file.read_bytes())
    return found.hexdigest()


def _file(layout: Layout) -> Path:
    return layout.gateway / "process.json"


def _log(layout: Layout) -> Path:
    return layout.gateway / "gateway.log"


def _runs(known: dict[str, int | str]) -> bool:
    return "pid" in known and runs(int(known["pid"]), _MODULE, str(known["port"]))


def _port(known: dict[str, int | str]) -> int:
    """The one of before, if it can be had."""
    before = int(known.get("port", 0))
    return before if before and ports.is_free(before) else ports.free()


def _spawn(layout: Layout, port: int) -> int:
    own = {VARIABLE: str(layout.folder), "PYTHONPATH": str(ROOT)}
    idle = {IDLE: os.environ[IDLE]} if IDLE in os.environ else {}
    words = [sys.executable, "-m", _MODULE, str(port)]
    return processes.background(words, {**environment.bare(), **idle, **own}, _log(layout))


def _await(layout: Layout, address: str, pid: int) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            httpx.get(address)
            return
        except httpx.TransportError:
            if time.monotonic() > deadline or os.waitpid(pid, os.WNOHANG)[0]:
                told = f"the gateway does not answer at {address}; its log: {_log(layout)}"
                raise SandboxError(told) from None
            time.sleep(0.05)
