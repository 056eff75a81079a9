"""Components that are deployed once and looked at by many tests."""

from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_aws
import pulumi_azure_native
import pulumi_gcp
import pytest

from components.core.context import Context
from tests.components.builders import Builder
from tests.programs import Deployed, deploy_alone

Look = Callable[..., Deployed]

PROVIDERS = {
    "aws": lambda: pulumi_aws.Provider("aws"),
    "azure": lambda: pulumi_azure_native.Provider("azure"),
    "gcp": lambda: pulumi_gcp.Provider("gcp"),
}
DEPLOYED: dict[tuple[str, ...], Deployed] = {}


@pytest.fixture
def deployed(context: Context, request: pytest.FixtureRequest) -> Look:
    """Deploys what a builder makes, with an explicit provider: once for all tests that ask for the same.

    A test that changes something, or whose program fails, uses `deploy` and has a mock of its own.
    """
    assert "loop" not in request.fixturenames, "either `deployed` or `deploy`: one would disturb the other"

    def look(build: Builder, cloud_name: str, **changes: Any) -> Deployed:
        def program() -> Any:
            opts = pulumi.ResourceOptions(provider=PROVIDERS[cloud_name]())
            return build(cloud_name, context, opts, **changes)

        key = (build.__name__, cloud_name, repr(sorted(changes.items())))
        if key not in DEPLOYED:
            DEPLOYED[key] = deploy_alone(program)
        return DEPLOYED[key]

    return look
