"""Files and functions stay small enough to be read at once."""

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = ("infra", "stacks", "components", "model", "sandbox", "recovery", "tools", "benchmarks", "tests")
FILE = 300
FUNCTION = 60
MEDIAN = 10


def files() -> Iterator[Path]:
    for folder in CODE:
        yield from sorted((ROOT / folder).rglob("*.py"))


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """Everything under a node but expressions, which hold no functions and are most of a file."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
            yield child
            yield from statements(child)


@pytest.fixture(scope="module")
def functions() -> list[tuple[str, int]]:
    """Every function with its length; all files are read once."""
    return [
        (f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", (node.end_lineno or 0) - node.lineno + 1)
        for path in files()
        for node in statements(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_no_file_is_too_long() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in files()
    }
    assert {name: length for name, length in lengths.items() if length > FILE} == {}


def test_no_function_is_too_long(functions: list[tuple[str, int]]) -> None:
    assert {name: length for name, length in functions if length > FUNCTION} == {}


def test_most_functions_are_short(functions: list[tuple[str, int]]) -> None:
    assert statistics.median(length for _, length in functions) <= MEDIAN
