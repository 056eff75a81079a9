"""A model in ONNX, whose inputs and outputs make the types of requests and responses."""

from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, Union

import msgspec
import numpy as np
import onnxruntime

from app.errors import Refusal, StartRefused

_KINDS: dict[str, tuple[Any, Any]] = {
    "tensor(double)": (float, np.float64),
    "tensor(float)": (float, np.float32),
    "tensor(int64)": (int, np.int64),
    "tensor(bool)": (bool, np.bool_),
    "tensor(string)": (str, np.object_),
}
"""Types of columns, in JSON and in memory; a row has one value of each (onnx.ai/onnx/intro/concepts.html)."""
_INT64 = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]


class Predictor:
    """Predicts rows; safe to be called by several threads at once."""

    def __init__(self, file: Path) -> None:
        """Raises `StartRefused` for a file that is no model, or one that does not take rows."""
        options = onnxruntime.SessionOptions()
        # One request is one small step: threads that hand it to each other cost more than it does.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        try:
            self._session = onnxruntime.InferenceSession(str(file), options, ["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's own errors have no common type.
            raise StartRefused(f"{file} is no model in ONNX: {error}") from error
        inputs = {each.name: _kind(each) for each in self._session.get_inputs()}
        outputs = {each.name: _kind(each) for each in self._session.get_outputs()}
        self.row = _struct("Row", inputs)
        self.prediction = _struct("Prediction", outputs)
        self.rows = _one_or_many(self.row)
        self.predictions = _one_or_many(self.prediction)
        self._outputs = list(outputs)
        self._inputs = [
            (name, field, dtype)
            for field, (name, (_, dtype)) in zip(self.row.__struct_fields__, inputs.items(), strict=True)
        ]

    def predict(self, rows: Sequence[Any]) -> list[Any]:
        """A prediction for each row; raises `Refusal` where one is no finite number: JSON has no such."""
        feeds = {
            name: np.array([[getattr(row, field)] for row in rows], dtype)
            for name, field, dtype in self._inputs
        }
        columns = self._session.run(self._outputs, feeds)
        for name, column in zip(self._outputs, columns, strict=True):
            if column.dtype.kind == "f" and not np.isfinite(column).all():
                raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, f"{name} would be no finite number")
        values = [column.reshape(-1).tolist() for column in columns]
        return [self.prediction(*row) for row in zip(*values, strict=True)]


def _kind(column: Any) -> tuple[Any, Any]:
    """Type of an input or output; raises `StartRefused` for what is not a column."""
    if column.type not in _KINDS or len(column.shape) not in (1, 2) or column.shape[1:] not in ([], [1]):
        allowed = ", ".join(_KINDS)
        raise StartRefused(
            f"{column.name}: columns of the shape [rows, 1] are served, of {allowed}; "
            f"came {column.type} of {column.shape}"
        )
    return _KINDS[column.type]


def _one_or_many(type_: Any) -> Any:
    return Union[type_, list[type_]]  # noqa: UP007 - of a type that is only known when a model is there


def _struct(name: str, columns: dict[str, tuple[Any, Any]]) -> Any:
    """A type with a field for each column, called in JSON as the column, which may be no word of Python's."""
    fields = {f"column_{index}": column for index, column in enumerate(columns)}
    kinds = [_INT64 if kind is int else kind for kind, _ in columns.values()]
    return msgspec.defstruct(
        name,
        list(zip(fields, kinds, strict=True)),
        rename=fields,
        frozen=True,
        forbid_unknown_fields=True,
        gc=False,
    )
