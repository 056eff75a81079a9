"""Mistakes are planted on the simulated clouds, without the engine."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs the simulated clouds."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.simulation)
