"""The random and command providers: nothing of theirs is on a cloud, the state is all there is."""

import base64
import contextlib
import os
import secrets
import signal
import string
import subprocess
import threading
from collections.abc import Mapping
from typing import Any

from sandbox import computed, facts, faults
from sandbox.needs import Refused
from sandbox.provider import Provider, Values, type_of
from sandbox.wire import has_unknown
from sandbox.world import Resource

_RANDOM_STRING = "random:index/randomString:RandomString"
_RANDOM_ID = "random:index/randomId:RandomId"
_SPECIAL = "!@#$%&*()-_=+[]{}<>:?"
_CLASSES = {"Lower": string.ascii_lowercase, "Upper": string.ascii_uppercase, "Numeric": string.digits}


class LocalProvider(Provider):
    """A provider whose resources live in Pulumi's state only."""

    def read(self, urn: str, id_: str, properties: Values, inputs: Values) -> Resource | None:
        """What the state says: there is nothing else to ask."""
        if not properties:
            raise Refused(f"{type_of(urn)} cannot be imported in the sandbox", code="UNIMPLEMENTED")
        return Resource(urn, type_of(urn), id_, self.package, inputs, properties)

    def delete(self, urn: str, id_: str, outputs: Values, inputs: Values) -> None:
        """Nothing to delete."""


class RandomProvider(LocalProvider):
    """Random text and bytes; a value is made once and stays."""

    def create(self, urn: str, inputs: Values) -> tuple[str, dict[str, Any]]:
        values = {name: value for name, value in inputs.items() if name != "__defaults"}
        make = {_RANDOM_STRING: _string, _RANDOM_ID: _bytes}[type_of(urn)]
        with faults.strike("create", self.situation(urn, inputs), self.sandbox):
            made = make(values)
        return made.pop("id"), {**values, **made}

    def check(
        self, urn: str, olds: Values, news: Values, seed: bytes = b""
    ) -> tuple[dict[str, Any], list[Refused]]:
        inputs, wrong = super().check(urn, olds, news, seed)
        if not wrong and type_of(urn) == _RANDOM_STRING and not has_unknown(inputs):
            wrong += [Refused(text, property="length", rule="random-length") for text in _too_short(inputs)]
        return inputs, wrong


def _on(inputs: Values, kind: str) -> bool:
    return bool(inputs.get(kind.lower(), True))


def _alphabets(inputs: Values) -> dict[str, str]:
    special = inputs.get("overrideSpecial") or _SPECIAL
    return {kind: letters for kind, letters in {**_CLASSES, "Special": special}.items() if _on(inputs, kind)}


def _too_short(inputs: Values) -> list[str]:
    least = sum(inputs.get(f"min{kind}", 0) for kind in (*_CLASSES, "Special"))
    found = [f"must be at least the sum of the minimums, {least}"] if inputs["length"] < least else []
    return (
        found
        if _alphabets(inputs)
        else [*found, "no kind of character is allowed: one of upper, lower, numeric, special"]
    )


def _string(inputs: Values) -> dict[str, Any]:
    alphabets = _alphabets(inputs)
    sure = [
        secrets.choice(letters)
        for kind, letters in alphabets.items()
        for _ in range(inputs.get(f"min{kind}", 0))
    ]
    every = "".join(alphabets.values())
    text = sure + [secrets.choice(every) for _ in range(inputs["length"] - len(sure))]
    secrets.SystemRandom().shuffle(text)
    flags = {kind.lower(): _on(inputs, kind) for kind in (*_CLASSES, "Special")}
    least = {f"min{kind}": inputs.get(f"min{kind}", 0) for kind in (*_CLASSES, "Special")}
    return {"id": "".join(text), "result": "".join(text), "number": flags["numeric"], **flags, **least}


def _bytes(inputs: Values) -> dict[str, Any]:
    raw = secrets.token_bytes(inputs["byteLength"])
    prefix = inputs.get("prefix", "")
    url = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    return {
        "id": url,
        "b64Std": prefix + base64.b64encode(raw).decode(),
        "b64Url": prefix + url,
        "hex": prefix + raw.hex(),
        "dec": prefix + str(int.from_bytes(raw)),
    }


class CommandProvider(LocalProvider):
    """Runs the commands of `command:local:Command` on this machine."""

    def create(self, urn: str, inputs: Values) -> tuple[str, dict[str, Any]]:
        with faults.strike("create", self.situation(urn, inputs), self.sandbox):
            outputs = _ran(urn, inputs, str(inputs.get("create", "")), {})
        name = {"name": urn.rpartition("::")[2]}
        return str(computed.render(facts.of(type_of(urn)).id, name, {})), outputs

    def update(self, urn: str, id_: str, outputs: Values, olds: Values, news: Values) -> dict[str, Any]:
        with faults.strike("update", self.situation(urn, news), self.sandbox):
            return _ran(urn, news, str(news.get("update") or news.get("create", "")), outputs)

    def plan(self, urn: str, inputs: Values, olds: Values | None = None) -> dict[str, Any]:
        """Nothing runs in a preview, so what it prints is not known, even where it ran before."""
        return {name: value for name, value in inputs.items() if name != "__defaults"}

    def delete(self, urn: str, id_: str, outputs: Values, inputs: Values) -> None:
        """Run `delete`, where given, with what the state recorded."""
        with faults.strike("delete", self.situation(urn, inputs), self.sandbox):
            _ran(urn, inputs, str(inputs.get("delete", "")), outputs)


WHO = "MODELPORT_COMMAND"
"""Tells the shims for which resource they run, so that what needs its result must depend on it."""

_running: set[subprocess.Popen[str]] = set()
_lock = threading.Lock()


def _ran(urn: str, inputs: Values, command: str, before: Values) -> dict[str, Any]:
    """Run a command and return the resource's outputs; raises `Refused` with what the command said."""
    outputs = {name: value for name, value in inputs.items() if name != "__defaults"}
    if not command:
        return {**outputs, "stdout": "", "stderr": ""}
    words = [*(inputs.get("interpreter") or ["/bin/sh", "-c"]), command]
    with _lock:  # Around both: what `stop` looks for must not be running before it can be found.
        process = _start(words, inputs, _environment(urn, inputs, before))
        _running.add(process)
    stdout, stderr = process.communicate(inputs.get("stdin"))
    with _lock:
        _running.discard(process)
    if process.returncode != 0:
        said = (stderr or stdout).strip()
        raise Refused(f"exit status {process.returncode}: running {command!r}:\n{said}", code="UNKNOWN")
    return {**outputs, "stdout": stdout.removesuffix("\n"), "stderr": stderr.removesuffix("\n")}


def _start(words: list[str], inputs: Values, environment: Mapping[str, str]) -> subprocess.Popen[str]:
    try:
        return subprocess.Popen(
            words,
            cwd=inputs.get("dir"),
            env=environment,
            stdin=subprocess.PIPE if inputs.get("stdin") is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
    except OSError as error:
        raise Refused(f"cannot start {words[0]!r}: {error}", code="UNKNOWN") from error


def _environment(urn: str, inputs: Values, before: Values) -> dict[str, str]:
    previous = {
        f"PULUMI_COMMAND_{name.upper()}": str(before[name]) for name in ("stdout", "stderr") if name in before
    }
    added = previous if inputs.get("addPreviousOutputInEnv", True) else {}
    return {**os.environ, **added, **(inputs.get("environment") or {}), WHO: urn}


def stop() -> None:
    """End the commands that still run, with everything they started."""
    with _lock:
        for process in _running:
            with contextlib.suppress(ProcessLookupError):  # It may have ended meanwhile.
                os.killpg(process.pid, signal.SIGTERM)
