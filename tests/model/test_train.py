"""The model is made from its data, the same bytes each time."""

from fractions import Fraction
from pathlib import Path

import pytest
import train
from typer.testing import CliRunner

from tests.model.conftest import HEIGHT, MODEL


def _made(tmp_path: Path, *words: str) -> bytes:
    output = tmp_path / "made.onnx"
    app = train.typer.Typer()
    app.command()(train.main)
    done = CliRunner().invoke(app, ["--output", str(output), *words])
    assert done.exit_code == 0, done.output
    return output.read_bytes()


def test_the_model_in_the_repository_is_made_from_the_data_beside_it(tmp_path: Path) -> None:
    assert _made(tmp_path) == HEIGHT.read_bytes()


def test_other_data_makes_another_model(tmp_path: Path) -> None:
    lines = (MODEL / "data" / "train.csv").read_text().splitlines()
    (tmp_path / "less.csv").write_text("\n".join(lines[:50]) + "\n")
    assert _made(tmp_path, "--data", str(tmp_path / "less.csv")) != HEIGHT.read_bytes()


def test_a_line_is_found_exactly() -> None:
    rows = [(Fraction(x), Fraction(x, 4) + 60) for x in (100, 200, 400)]
    assert train.fit(rows) == (0.25, 60.0)


def test_a_single_weight_makes_no_line() -> None:
    with pytest.raises(ValueError, match="one weight only"):
        train.fit([(Fraction(100), Fraction(60)), (Fraction(100), Fraction(61))])


def test_nothing_that_is_learned_from_is_judged_by() -> None:
    learned, judged = (set(train.read(MODEL / "data" / f"{name}.csv")) for name in ("train", "holdout"))
    assert not learned & judged
