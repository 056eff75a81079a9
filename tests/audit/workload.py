"""What runs: every workload by digest, and the same one on every cloud."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.audit import State, named

_BY_DIGEST = re.compile(r"[a-z0-9./_-]+@(sha256:[0-9a-f]{64})")

IMAGES: dict[str, Callable[[Mapping[str, Any]], list[str]]] = {
    "aws:lambda/function:Function": lambda inputs: [inputs["imageUri"]],
    "azure-native:app:ContainerApp": lambda inputs: [
        each["image"] for each in inputs["template"]["containers"]
    ],
    "gcp:cloudrunv2/service:Service": lambda inputs: [
        each["image"] for each in inputs["template"]["containers"]
    ],
}
"""Type to the images that it runs."""


def running(state: State) -> Iterator[tuple[str, str]]:
    """Every workload with each image that it runs."""
    for each in state:
        for image in IMAGES.get(each["type"], lambda _: [])(each.get("inputs", {})):
            yield named(each), image


def by_name(state: State) -> list[str]:
    """Workloads that run what somebody could exchange: an image that is not named by digest."""
    return sorted(f"{who}: runs {image}" for who, image in running(state) if not _BY_DIGEST.fullmatch(image))


def digests(state: State) -> set[str]:
    """Every digest that runs somewhere."""
    found = (_BY_DIGEST.fullmatch(image) for _, image in running(state))
    return {match[1] for match in found if match}
