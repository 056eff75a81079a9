"""An empty cache and a PATH with nothing on it but what a test puts there."""

from collections.abc import Callable
from pathlib import Path

import pytest

Program = Callable[[str, str], Path]


@pytest.fixture(autouse=True)
def no_users_cache(request: pytest.FixtureRequest) -> None:
    """Only the engine's tests, which need real tools, look at the user's cache."""
    if request.node.get_closest_marker("engine") is None:
        request.getfixturevalue("store")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache of tools, empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("MODELPORT_SANDBOX", raising=False)
    return tmp_path / "cache" / "modelport" / "tools"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Makes `name` on an otherwise empty PATH a shell script."""
    folder = tmp_path / "path"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def make(name: str, script: str) -> Path:
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    return make
