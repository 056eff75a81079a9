"""What is predicted, and which files are refused."""

from pathlib import Path

import msgspec
import pytest
from app.errors import Refusal, StartRefused
from app.predictor import Predictor
from onnx import TensorProto, helper

from tests.model.conftest import HEIGHT

GOLDEN = {180: 72.43, 200: 73.61, 225: 75.09, 400: 85.45}


@pytest.fixture(scope="module")
def height() -> Predictor:
    return Predictor(HEIGHT)


def _model(folder: Path, type_: int, shape: list[object]) -> Path:
    """A model that returns what it is given."""
    ends = [helper.make_tensor_value_info(name, type_, shape) for name in ("it", "same")]
    graph = helper.make_graph([helper.make_node("Identity", ["it"], ["same"])], "same", ends[:1], ends[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    file = folder / "model.onnx"
    file.write_bytes(model.SerializeToString())
    return file


def test_the_golden_predictions(height: Predictor) -> None:
    rows = [height.row(weight) for weight in GOLDEN]
    assert [each.column_0 for each in height.predict(rows)] == list(GOLDEN.values())


def test_rows_do_not_influence_each_other(height: Predictor) -> None:
    alone = [height.predict([height.row(weight)])[0] for weight in GOLDEN]
    assert height.predict([height.row(weight) for weight in GOLDEN]) == alone


def test_what_is_no_finite_number_is_refused(height: Predictor) -> None:
    with pytest.raises(Refusal, match="Height would be no finite number"):
        height.predict([height.row(200.0), height.row(1e308)])


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (TensorProto.DOUBLE, 0.1),
        (TensorProto.FLOAT, 0.5),
        (TensorProto.INT64, 2**63 - 1),
        (TensorProto.BOOL, True),
        (TensorProto.STRING, "ä"),
    ],
)
def test_columns_of_each_type_come_back_as_they_went_in(tmp_path: Path, type_: int, value: object) -> None:
    same = Predictor(_model(tmp_path, type_, ["rows", 1]))
    row = msgspec.convert({"it": value}, same.row)
    assert msgspec.to_builtins(same.predict([row])) == [{"same": value}]


def test_integers_that_do_not_fit_are_refused_by_their_type(tmp_path: Path) -> None:
    same = Predictor(_model(tmp_path, TensorProto.INT64, ["rows", 1]))
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"it": 2**63}, same.row)


@pytest.mark.parametrize("content", [b"", b"no model", HEIGHT.read_bytes()[:100]])
def test_a_file_that_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "model.onnx"
    file.write_bytes(content)
    with pytest.raises(StartRefused, match="is no model in ONNX"):
        Predictor(file)


def test_a_model_that_takes_no_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StartRefused, match=r"it: columns of the shape \[rows, 1\] are served.*came tensor"):
        Predictor(_model(tmp_path, TensorProto.DOUBLE, ["rows", 3]))


def test_a_type_that_json_does_not_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StartRefused, match=r"of tensor\(double\), .*came tensor\(float16\)"):
        Predictor(_model(tmp_path, TensorProto.FLOAT16, ["rows", 1]))
