"""A candidate is compared with the current model, and a worse one is refused."""

from pathlib import Path

import evaluate
import pytest
import train
from click.testing import Result
from typer import Typer
from typer.testing import CliRunner

from tests.model.conftest import HEIGHT, MODEL


def _judged(candidate: Path) -> Result:
    app = Typer()
    app.command()(evaluate.main)
    return CliRunner().invoke(app, [str(candidate)])


def _candidate(tmp_path: Path, slope: float, intercept: float) -> Path:
    file = tmp_path / "candidate.onnx"
    file.write_bytes(train.graph(slope, intercept).SerializeToString())
    return file


def test_the_current_model_is_no_worse_than_itself() -> None:
    done = _judged(HEIGHT)
    assert (done.exit_code, done.output.count("off by 0.")) == (0, 2)


def test_a_better_one_is_accepted(tmp_path: Path) -> None:
    """Fitted to the rows that judge: nothing else can be surely better."""
    best = train.fit(train.read(MODEL / "data" / "holdout.csv"))
    assert _judged(_candidate(tmp_path, *best)).exit_code == 0


@pytest.mark.parametrize("intercept", [60.0, float("nan"), float("inf")])
def test_a_worse_one_is_refused(tmp_path: Path, intercept: float) -> None:
    done = _judged(_candidate(tmp_path, 0.0592, intercept))
    assert done.exit_code == 1
    assert "the candidate is worse" in done.output
