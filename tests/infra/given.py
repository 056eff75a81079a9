"""Settings that are right, to be spoilt one at a time."""

from collections.abc import Mapping
from typing import Any

import yaml

from components.core.errors import ConfigurationError
from infra.settings import parse

DIGEST = f"sha256:{'a' * 64}"
IMAGE = f"ghcr.io/example/height@{DIGEST}"

GOOD: Mapping[str, Any] = {
    "environment": "dev",
    "owner": "ml-platform@example.com",
    "clouds": ["aws", "azure", "gcp"],
    "aws": {"region": "eu-central-1", "account": "111111111111"},
    "azure": {
        "location": "westeurope",
        "subscription": "00000000-0000-4000-8000-000000000001",
        "tenant": "00000000-0000-4000-8000-00000000000a",
        "auth_client_id": "00000000-0000-4000-8000-0000000000a1",
    },
    "gcp": {"project": "example-models-dev", "region": "europe-west1"},
    "image": IMAGE,
    "models": {"height": {}},
}


def given(**changes: Any) -> dict[str, Any]:
    """Good settings with changes; None leaves a key out."""
    return {key: value for key, value in {**GOOD, **changes}.items() if value is not None}


def of_file(text: str) -> dict[str, Any]:
    """Settings as a stack's file has them."""
    config = yaml.safe_load(text)["config"]
    return {key.removeprefix("modelport:"): value for key, value in config.items()}


def lines(values: Mapping[str, Any], *, stack: str = "dev", secret: tuple[str, ...] = ()) -> tuple[str, ...]:
    """What is said about settings, line by line; nothing when they are right."""
    try:
        parse(values, stack=stack, secret=secret)
    except ConfigurationError as error:
        return error.lines
    return ()
