"""Simulated providers for the tests of the sandbox."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sandbox.playing import Stage

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here tests the simulated clouds themselves."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.simulation)


@pytest.fixture
def stage(tmp_path: Path, schemas: Path) -> Callable[..., Stage]:
    """Makes the provider of a package; all of one test share one world."""

    def make(package: str, **config: object) -> Stage:
        link = tmp_path / "schema"
        if not link.exists():
            link.symlink_to(schemas)
        return Stage(package, tmp_path, **config)

    return make
