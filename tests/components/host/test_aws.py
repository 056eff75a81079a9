"""Host on AWS: nothing is shared, but how long logs are kept is known."""

from tests.components.builders import host


def test_it_makes_nothing_and_knows_the_region(cloud, deploy, context):
    seen = []

    def program():
        made = host("aws", context)
        made.home.apply(seen.append)
        seen.append(made.retention_days)

    deploy(program)
    assert not cloud.counts
    assert sorted(seen, key=str) == [30, "eu-central-1"]
