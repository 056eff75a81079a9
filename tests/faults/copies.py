"""What goes wrong while an image is copied into a registry."""

import json
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import yaml

from sandbox import registries
from sandbox.world import Resource
from tests.engine.bench import Bench
from tests.faults import Fault
from tests.faults.acts import killed, plan

COMMAND = "command:local:Command"
_LOGIN = ".venv/bin/python -m sandbox login"


def _proven(bench: Bench, _: list[Resource]) -> bool:
    """The registry and the function tell the digest that was asked for."""
    return bool(bench.outputs()["parity"]["height"]["verdict"] == "equal")


def _only(bench: Bench, cloud: str) -> None:
    """The whole program, on one cloud."""
    bench.only(cloud)


def _killed(cloud: str, how: str) -> Callable[[Bench], str]:
    def happens(bench: Bench) -> str:
        _only(bench, cloud)
        plan(bench, COMMAND, "create", how)
        return killed(bench, "up")

    return happens


@contextmanager
def _dropping(address: str) -> Iterator[str]:
    """The address of a registry whose connection breaks as soon as something is written."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_accept, args=(server, address), daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}"


def _accept(server: socket.socket, address: str) -> None:
    with suppress(OSError):  # Closed: the test is over.
        while True:
            client, _ = server.accept()
            host, _, port = address.partition(":")
            real = socket.create_connection((host, int(port)))
            for source, target in ((client, real), (real, client)):
                threading.Thread(target=_hand_on, args=(source, target, client), daemon=True).start()


def _hand_on(source: socket.socket, target: socket.socket, client: socket.socket) -> None:
    with suppress(OSError):
        while chunk := source.recv(65536):
            if source is client and chunk.startswith((b"PUT ", b"PATCH ")):
                break
            target.sendall(chunk)
    for each in (source, target):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()


def _dropped(bench: Bench) -> str:
    """The connection breaks in the middle of the copy, each time that crane tries."""
    _only(bench, "gcp")
    file = bench.session.layout.addresses
    kept = file.read_text()
    addresses = json.loads(kept)
    with _dropping(addresses["gcp"]) as broken:
        file.write_text(json.dumps({**addresses, "gcp": broken}))
        done = bench.up()
    file.write_text(kept)
    assert done.code != 0, done.text
    return done.text


def _down(bench: Bench) -> str:
    """The registry is gone when the copy begins."""
    _only(bench, "aws")
    (pid,) = (each.pid for each in registries.status(bench.session.layout) if each.name == "aws")
    os.kill(int(pid or 0), signal.SIGKILL)
    done = bench.up()
    assert done.code != 0, done.text
    return done.text


def _logged_out(bench: Bench) -> str:
    _only(bench, "azure")
    bench.sandbox("logout").good()
    done = bench.up()
    assert done.code != 0, done.text
    return done.text


def _answers(**fault: object) -> Callable[[Bench], str]:
    """The registry answers as told until somebody mends it."""

    def happens(bench: Bench) -> str:
        _only(bench, "azure")
        file = bench.session.layout.folder / "faults.yaml"
        file.write_text(yaml.safe_dump({"registry": [{"match": "azurecr.io", **fault}]}))
        done = bench.sandbox("up")
        file.unlink()
        assert done.code != 0, done.text
        return done.text

    return happens


def rows() -> Iterator[Fault]:
    """Every way in which a copy may end too early, or with something else."""
    for cloud, how, when in (("aws", "hang-before", "before"), ("gcp", "hang-after", "after")):
        yield Fault(
            "`pulumi` is killed (SIGKILL)",
            f"{when} an image was copied",
            "removed the lock of a pulumi that was killed",
            ("make up",),
            "copied and proven",
            _killed(cloud, how),
            _proven,
        )
    yield Fault(
        "the connection to a registry breaks",
        "in the middle of a copy",
        "EOF",
        ("make up",),
        "copied and proven",
        _dropped,
        _proven,
    )
    yield Fault(
        "a registry is down",
        "when the copy begins",
        "does not answer",
        ("make up",),
        "copied and proven",
        _down,
        _proven,
    )
    yield Fault(
        "the login to a registry is gone",
        "when the copy begins",
        "no login for",
        (_LOGIN, "make up"),
        "copied and proven",
        _logged_out,
        _proven,
    )
    yield Fault(
        "a registry has no room",
        "in the middle of a copy",
        "no space left on device",
        ("make up",),
        "copied and proven",
        _answers(command="copy", error="PUT blob: 500: no space left on device"),
        _proven,
    )
    yield Fault(
        "a registry answers with another digest",
        "after the copy",
        "sha256:" + "0" * 64,
        ("make up",),
        "copied and proven",
        _answers(command="digest", digest="sha256:" + "0" * 64),
        _proven,
    )
