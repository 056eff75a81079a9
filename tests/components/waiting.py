"""What an output waits for: the resources that it comes from, whatever its value."""

from collections.abc import Callable

import pulumi

from tests.conftest import Deploy


def waits_for(deploy: Deploy, program: Callable[[], pulumi.Output[str]]) -> set[str]:
    """Deploys a program; `type::name` of each resource that must be there before its output is known."""
    found: set[str] = set()

    def run() -> None:
        output = program()

        async def look() -> None:
            for each in await output.resources():
                found.add(f"{each.pulumi_resource_type}::{each.pulumi_resource_name}")

        output.apply(lambda _: look())

    deploy(run)
    return found
