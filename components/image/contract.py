"""Image: one digest, copied from where it was built to the registry of a cloud."""

from dataclasses import dataclass

import pulumi

from components.core import naming
from components.core.component import Component, ComponentArgs
from components.core.digests import split
from components.registry.contract import Registry


@dataclass(frozen=True, kw_only=True)
class ImageArgs(ComponentArgs):
    """Inputs of an image."""

    model: str
    """The model it belongs to; one of the registry's models."""

    source: str
    """Where it comes from and what it is: `repository@sha256:<64 hex>`; a tag is refused."""

    def __post_init__(self) -> None:
        naming.check("model", naming.MODEL, self.model)
        split(self.source)


@dataclass(frozen=True)
class ImageLinks:
    """What an image needs from other components."""

    registry: Registry


class Image(Component[ImageArgs, ImageLinks]):
    """The same bytes in each cloud's registry, and the proof."""

    CAPABILITY = "image"
    ARGS = ImageArgs
    OUTPUTS = ("digest", "reference")

    digest: pulumi.Output[str]
    """What the registry said it holds, read back after the copy: `sha256:<64 hex>`."""

    reference: pulumi.Output[str]
    """What a workload runs: `repository@sha256:<64 hex>`; resolves after the read-back."""
