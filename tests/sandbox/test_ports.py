"""Ports that are given are free, and given once."""

import socket

import pytest

from sandbox import ports
from sandbox.errors import SandboxError


def test_what_is_given_can_be_listened_on_and_is_given_once():
    given = [ports.free() for _ in range(50)]
    assert len({*given}) == 50
    for port in given:
        socket.create_server(("127.0.0.1", port)).close()


def test_what_somebody_listens_on_is_not_free(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert not ports.is_free(port)
        monkeypatch.setattr(ports, "_RANGE", range(port, port + 1))
        monkeypatch.setattr(ports, "_TRIES", 1)
        with pytest.raises(SandboxError, match=f"no port of {port} to {port + 1} is free"):
            ports.free()
    assert ports.is_free(port)


def test_no_connection_takes_one_meanwhile():
    """Linux gives them 32768 and up (docs.kernel.org/networking/ip-sysctl.html, ip_local_port_range)."""
    assert ports._RANGE.stop <= 32768
