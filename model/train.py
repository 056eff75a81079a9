"""Makes `height.onnx` from the data in `data/`: the same bytes from the same data, on every machine.

A line by least squares (Draper and Smith, Applied Regression Analysis, chapter 1), computed with exact
fractions, so that no library's rounding decides about the file.
"""

import csv
import statistics
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import onnx
import typer
from onnx import TensorProto, helper

HERE = Path(__file__).parent
DECIMALS = 2
"""Heights are told in hundredths of an inch: what is beyond is noise of floating point."""


def read(file: Path) -> list[tuple[Fraction, Fraction]]:
    """Weights in pounds and heights in inches, from a file with the columns `Weight` and `Height`."""
    with file.open(encoding="utf-8", newline="") as lines:
        return [(Fraction(row["Weight"]), Fraction(row["Height"])) for row in csv.DictReader(lines)]


def fit(rows: list[tuple[Fraction, Fraction]]) -> tuple[float, float]:
    """Slope and intercept of the line with the least squares; raises `ValueError` for a single weight."""
    x = statistics.mean(weight for weight, _ in rows)
    y = statistics.mean(height for _, height in rows)
    spread = sum((weight - x) ** 2 for weight, _ in rows)
    if not spread:
        raise ValueError("the data has one weight only: no line goes through it")
    slope = sum((weight - x) * (height - y) for weight, height in rows) / spread
    return float(slope), float(y - slope * x)


def graph(slope: float, intercept: float) -> onnx.ModelProto:
    """Input `Weight`, output `Height`: doubles of the shape [rows, 1]."""
    step = 10.0**DECIMALS
    constants = {"slope": slope, "intercept": intercept, "step": step}
    made = helper.make_graph(
        [
            helper.make_node("Mul", ["Weight", "slope"], ["rise"]),
            helper.make_node("Add", ["rise", "intercept"], ["exact"]),
            helper.make_node("Mul", ["exact", "step"], ["steps"]),
            helper.make_node("Round", ["steps"], ["whole"]),
            helper.make_node("Div", ["whole", "step"], ["Height"]),
        ],
        "height",
        [helper.make_tensor_value_info("Weight", TensorProto.DOUBLE, ["rows", 1])],
        [helper.make_tensor_value_info("Height", TensorProto.DOUBLE, ["rows", 1])],
        [helper.make_tensor(name, TensorProto.DOUBLE, [], [value]) for name, value in constants.items()],
    )
    opset = helper.make_opsetid("", 17)  # What every onnxruntime since 1.12 runs.
    model = helper.make_model(made, opset_imports=[opset], ir_version=8, producer_name="modelport")
    onnx.checker.check_model(model, full_check=True)
    return model


def main(
    data: Annotated[Path, typer.Option(help="Rows to learn from.")] = HERE / "data" / "train.csv",
    output: Annotated[Path, typer.Option(help="Where the model goes.")] = HERE / "height.onnx",
) -> None:
    """Make the model, and say what it has learned."""
    rows = read(data)
    slope, intercept = fit(rows)
    output.write_bytes(graph(slope, intercept).SerializeToString(deterministic=True))
    typer.echo(f"{output}: Height = {slope:.4f} × Weight + {intercept:.2f}, from {len(rows)} rows")


if __name__ == "__main__":
    typer.run(main)
