"""Sides of a host, alike on every cloud."""

import pytest

from components import catalog
from components.core.errors import InvalidArgument
from tests.components.builders import host


@pytest.mark.parametrize("where", catalog.CLOUDS)
def test_an_internal_side_needs_a_network(where, cloud, deploy, context):
    with pytest.raises(InvalidArgument, match="sides: internal needs a network"):
        deploy(lambda: host(where, context, sides=("internal", "external")))
    assert not [each for each in cloud.counts if "ManagedEnvironment" in each or "BucketConfig" in each]
