"""Sizes: the smallest one that each cloud sells and that is at least what was asked for."""

import math
from dataclasses import dataclass

from components.core.errors import InvalidArgument

MIB = 1024
"""In a GiB."""

# docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html: 1,769 MB are one vCPU
LAMBDA_MIB_PER_CPU = 1769
LAMBDA_LARGEST_MIB = 10_240
LAMBDA_SMALLEST_MIB = 128

# learn.microsoft.com/azure/container-apps/containers#allocations: steps of 0.25 vCPU with twice as many GiB
CONTAINER_APP_STEP = 0.25
CONTAINER_APP_LARGEST_CPU = 4.0
CONTAINER_APP_GIB_PER_CPU = 2

# cloud.google.com/run/docs/configuring/services/cpu and …/memory-limits: vCPU, least and most GiB with it.
# Less than one vCPU would allow one request at a time only.
CLOUD_RUN = ((1, 0.5, 4), (2, 0.5, 8), (4, 2, 16), (6, 4, 24), (8, 4, 32))


@dataclass(frozen=True)
class Size:
    """Processors and memory, as asked for or as sold."""

    cpu: float
    """vCPU, more than 0."""

    memory_gib: float
    """GiB of memory, more than 0."""

    def __post_init__(self) -> None:
        for name in ("cpu", "memory_gib"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise InvalidArgument(f"size.{name}", f"more than 0, not {value}")


def lambda_mib(size: Size) -> int:
    """Memory of a Lambda function in MiB, from which its processors follow; raises `InvalidArgument`."""
    memory = max(
        math.ceil(size.memory_gib * MIB), math.ceil(size.cpu * LAMBDA_MIB_PER_CPU), LAMBDA_SMALLEST_MIB
    )
    if memory > LAMBDA_LARGEST_MIB:
        raise _too_large(
            "a Lambda function", LAMBDA_LARGEST_MIB / LAMBDA_MIB_PER_CPU, LAMBDA_LARGEST_MIB / MIB
        )
    return memory


def container_app(size: Size) -> Size:
    """Size of a container app on the Consumption plan; raises `InvalidArgument`."""
    cpu = max(size.cpu, size.memory_gib / CONTAINER_APP_GIB_PER_CPU)
    cpu = math.ceil(cpu / CONTAINER_APP_STEP) * CONTAINER_APP_STEP
    if cpu > CONTAINER_APP_LARGEST_CPU:
        largest = CONTAINER_APP_LARGEST_CPU
        raise _too_large("a container app", largest, largest * CONTAINER_APP_GIB_PER_CPU)
    return Size(cpu, cpu * CONTAINER_APP_GIB_PER_CPU)


def cloud_run(size: Size) -> Size:
    """Size of a Cloud Run instance; raises `InvalidArgument`."""
    for cpu, least, most in CLOUD_RUN:
        if size.cpu <= cpu and size.memory_gib <= most:
            return Size(cpu, max(size.memory_gib, least))
    largest, _, most = CLOUD_RUN[-1]
    raise _too_large("a Cloud Run instance", largest, most)


def _too_large(what: str, cpu: float, memory_gib: float) -> InvalidArgument:
    return InvalidArgument(
        "size", f"{what} has {cpu:.3g} vCPU and {memory_gib:.3g} GiB at most; ask for less"
    )
