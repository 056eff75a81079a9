"""Compares a candidate with the current model on rows that neither has learned from; refuses a worse one."""

import statistics
from pathlib import Path
from typing import Annotated

import numpy as np
import onnxruntime
import typer
from train import HERE, read


def error(model: Path, data: Path) -> float:
    """Root mean square error in inches, on the rows of a file."""
    rows = read(data)
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    weights = np.array([[float(weight)] for weight, _ in rows])
    (heights,) = session.run(["Height"], {"Weight": weights})
    return float(
        statistics.mean(
            (float(height) - told) ** 2
            for (_, height), told in zip(rows, heights.reshape(-1).tolist(), strict=True)
        )
        ** 0.5
    )


def main(
    candidate: Annotated[Path, typer.Argument(help="The model that would be shipped.")],
    current: Annotated[Path, typer.Option(help="The model that is.")] = HERE / "height.onnx",
    holdout: Annotated[Path, typer.Option(help="Rows to judge by.")] = HERE / "data" / "holdout.csv",
) -> None:
    """Say how wrong each of them is; ends with 1 when the candidate is more so."""
    now, then = error(current, holdout), error(candidate, holdout)
    typer.echo(f"current    {current}: off by {now:.3f} inches")
    typer.echo(f"candidate  {candidate}: off by {then:.3f} inches")
    if not then <= now:  # What is no number is refused, too.
        typer.echo("error: the candidate is worse, and is not shipped")
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
