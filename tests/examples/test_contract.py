"""Whatever container is deployed: what is asked of it, asked of ours and of the plain example."""

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from components.function.contract import ALIVE, PORT, READY
from sandbox import ports
from sandbox.layout import ROOT
from tests.model.conftest import HEIGHT, MODEL, SHA256

PAGE = (ROOT / "docs" / "container.md").read_text(encoding="utf-8")
PLAIN = ROOT / "examples" / "plain"
_PATIENCE = 20.0


@dataclass(frozen=True)
class Container:
    """How one is started, and what it is asked."""

    words: tuple[str, ...]
    folder: Path
    path: str
    asked: bytes
    answer: bytes
    wrong: bytes

    def start(self, folder: Path, **variables: str) -> "tuple[subprocess.Popen[bytes], str]":
        port = ports.free()
        environment = {
            "PORT": str(port),
            "METRICS_PORT": "0",
            "MODEL": "height",
            "TIMEOUT_SECONDS": "30",
            "CONCURRENCY": "40",
            "MODEL_URI": str(HEIGHT),
            "MODEL_SHA256": SHA256,
            **variables,
        }
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(self.words, cwd=self.folder, env=environment, stdout=log, stderr=log)
        return process, f"http://127.0.0.1:{port}"


OURS = Container(
    (sys.executable, "-m", "app"),
    MODEL,
    "/predict",
    b'{"Weight": 200}',
    b'{"Height":73.61}',
    b'{"Weight": "a"}',
)
THEIRS = Container((sys.executable, "server.py"), PLAIN, "/", b'{"x": 1.5}', b'{"y": 3.0}', b'{"x": "a"}')
BOTH = pytest.mark.parametrize("container", [OURS, THEIRS], ids=["ours", "plain"])
JSON = {"content-type": "application/json"}


@pytest.fixture
def running(container: Container, tmp_path: Path) -> "Iterator[tuple[subprocess.Popen[bytes], str]]":
    process, url = container.start(tmp_path)
    _await(url)
    yield process, url
    process.kill()
    process.wait()


def _await(url: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            if httpx.get(f"{url}{READY}").is_success:
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline, "it was never ready"
        time.sleep(0.05)


@BOTH
def test_it_answers_probes_and_its_own(
    container: Container, running: "tuple[subprocess.Popen[bytes], str]"
) -> None:
    _, url = running
    assert [httpx.get(f"{url}{path}").status_code for path in (ALIVE, READY, "/")] == [200] * 3
    answer = httpx.post(f"{url}{container.path}", content=container.asked, headers=JSON)
    assert (answer.status_code, answer.content) == (200, container.answer)
    assert httpx.post(f"{url}{container.path}", content=container.wrong, headers=JSON).status_code == 422


@BOTH
def test_it_ends_in_time_and_answers_whom_it_let_in(
    container: Container, running: "tuple[subprocess.Popen[bytes], str]"
) -> None:
    process, url = running
    port = int(url.rpartition(":")[2])
    with _connected(port), _connected(port) as inside:  # The first one says nothing.
        head = (
            f"POST {container.path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
            f"content-length: {len(container.asked)}\r\n\r\n"
        )
        inside.sendall(head.encode() + container.asked[:4])
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        inside.sendall(container.asked[4:])
        answer = b"".join(iter(lambda: inside.recv(4096), b""))
        assert process.wait(10) == 0
    assert answer.startswith((b"HTTP/1.0 200", b"HTTP/1.1 200"))
    assert answer.endswith(container.answer)


def _connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE)


@BOTH
def test_it_is_reached_from_outside_the_container(
    container: Container, running: "tuple[subprocess.Popen[bytes], str]"
) -> None:
    port = int(running[1].rpartition(":")[2])
    listening = Path("/proc/net/tcp").read_text().splitlines()[1:]
    ours = [each.split()[1] for each in listening if each.split()[1].endswith(f":{port:04X}")]
    assert f"00000000:{port:04X}" in ours


@BOTH
def test_its_log_is_json(container: Container, running: object, tmp_path: Path) -> None:
    lines = (tmp_path / "log").read_text().splitlines()
    assert lines
    assert all(line.startswith("{") and line.endswith("}") for line in lines)


def test_the_page_names_what_the_program_asks_for() -> None:
    for told in (f"`PORT`, {PORT}", f"`GET {ALIVE}`", f"`GET {READY}`"):
        assert told in PAGE
    assert re.findall(r"`(MODEL\w*|TIMEOUT_SECONDS|CONCURRENCY)`", PAGE)


def test_the_example_is_for_a_user_who_is_not_root_and_has_the_adapter() -> None:
    text = (PLAIN / "Containerfile").read_text(encoding="utf-8")
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", text, re.MULTILINE)
    assert "/opt/extensions/lambda-adapter" in text
    assert re.search(r"^ENTRYPOINT \[", text, re.MULTILINE)
