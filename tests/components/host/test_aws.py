"""Host on AWS: nothing is shared, but how long logs are kept is known."""

import pytest

from tests.components.builders import host


@pytest.mark.parametrize("days", [30, 60])
def test_it_makes_nothing_and_knows_the_region(days, cloud, deploy, context):
    seen = []

    def program():
        made = host("aws", context, retention_days=days)
        made.homes["external"].apply(seen.append)
        seen.append(made.retention_days)

    deploy(program)
    assert not cloud.counts
    assert sorted(seen, key=str) == [days, "eu-central-1"]
