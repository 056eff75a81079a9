"""Simulated providers for the tests of the sandbox."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sandbox.playing import Stage


@pytest.fixture
def stage(tmp_path: Path, schemas: Path) -> Callable[..., Stage]:
    """Makes the provider of a package; all of one test share one world."""

    def make(package: str, **config: object) -> Stage:
        link = tmp_path / "schema"
        if not link.exists():
            link.symlink_to(schemas)
        return Stage(package, tmp_path, **config)

    return make
