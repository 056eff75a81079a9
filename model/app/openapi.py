"""What can be asked, as OpenAPI 3.1, made from the types that requests are checked with."""

from typing import Any

import msgspec

from app.predictor import Predictor
from app.settings import Settings

_PROBLEM = {
    "type": "object",
    "required": ["title", "status", "detail"],
    "properties": {"title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"}},
}
_REFUSED = {
    "400": "no JSON",
    "413": "too long",
    "415": "not JSON",
    "422": "other fields, other types, no rows or too many",
    "503": "no room, or not ready: come again",
    "504": "not done in time",
}


def document(settings: Settings, predictor: Predictor) -> dict[str, Any]:
    """The whole description."""
    (asked, answered), schemas = msgspec.json.schema_components(
        [predictor.rows, predictor.predictions],
        ref_template="#/components/schemas/{name}",
    )
    rows = next(each for each in asked["anyOf"] if each.get("type") == "array")
    rows |= {"minItems": 1, "maxItems": settings.max_rows}
    return {
        "openapi": "3.1.0",
        "info": {"title": settings.model, "version": settings.model_version},
        "paths": {
            "/predict": {
                "post": {
                    "summary": "Predict one row, or many",
                    "operationId": "predict",
                    "requestBody": {"required": True, "content": {"application/json": {"schema": asked}}},
                    "responses": {"200": _response("predicted", "application/json", answered), **_refusals()},
                }
            }
        },
        "components": {"schemas": {**schemas, "Problem": _PROBLEM}},
    }


def _refusals() -> dict[str, Any]:
    problem = {"$ref": "#/components/schemas/Problem"}
    return {status: _response(what, "application/problem+json", problem) for status, what in _REFUSED.items()}


def _response(what: str, kind: str, schema: Any) -> dict[str, Any]:
    return {"description": what, "content": {kind: {"schema": schema}}}
