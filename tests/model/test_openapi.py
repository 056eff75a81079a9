"""What the application says of itself is so, whatever is asked."""

from collections.abc import Iterator

import httpx
import pytest
import schemathesis
from hypothesis import given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.model.conftest import Served, serving


@pytest.fixture(scope="module")
def small() -> Iterator[Served]:
    """With limits that are tried out in little time; a body that is too long is tried elsewhere."""
    with serving(MAX_ROWS=20, MAX_BODY_BYTES=32 * 2**20) as made:
        yield made


def test_every_answer_is_as_described(small: Served) -> None:
    """Good requests and bad ones; answers of a status, a type or a shape that is not described fail."""
    schema = schemathesis.openapi.from_url(f"{small.url}/openapi.json")
    (predict,) = (each.ok() for each in schema.get_all_operations())
    statuses = set()

    @settings(max_examples=200, deadline=None)
    @given(predict.as_strategy())
    def good(case: schemathesis.Case) -> None:
        answer = case.call_and_validate(excluded_checks=[positive_data_acceptance])
        assert answer.status_code == 200 or "no finite number" in answer.text
        statuses.add(answer.status_code)

    @settings(max_examples=200, deadline=None)
    @given(predict.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE))
    def bad(case: schemathesis.Case) -> None:
        statuses.add(case.call_and_validate().status_code)

    good()
    bad()
    assert {200, 422} <= statuses


def test_the_document_names_the_columns_and_the_limits(served: Served) -> None:
    document = httpx.get(f"{served.url}/openapi.json").json()
    schemas = document["components"]["schemas"]
    assert schemas["Row"]["properties"] == {"Weight": {"type": "number"}}
    assert schemas["Row"]["required"] == ["Weight"]
    assert schemas["Prediction"]["properties"] == {"Height": {"type": "number"}}
    asked = document["paths"]["/predict"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert {
        "type": "array",
        "items": {"$ref": "#/components/schemas/Row"},
        "minItems": 1,
        "maxItems": 10_000,
    } in (asked["anyOf"])
