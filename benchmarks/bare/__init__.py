"""The resources of `dev` for one model, written with the classes of the SDKs and nothing else.

No components, no contract, no checks: what somebody who knows the three clouds would write in an afternoon.
`tests/benchmarks/test_bare.py` compares what it registers with what the real program does.
"""

import pulumi

from benchmarks.bare import aws, azure, gcp
from benchmarks.bare.common import settings


def deploy() -> None:
    """Make everything on the three clouds."""
    given = settings()
    made = {"aws": aws.deploy(given), "azure": azure.deploy(given), "gcp": gcp.deploy(given)}
    pulumi.export("endpoints", {cloud: each.endpoint for cloud, each in made.items()})
    pulumi.export("images", {cloud: each.image for cloud, each in made.items()})
    pulumi.export("storage", {cloud: each.storage for cloud, each in made.items()})
