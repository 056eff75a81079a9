"""Stack outputs, alike for all clouds, and the proof that all of them run the same image."""

from collections.abc import Mapping
from typing import Any

import pulumi

from components.core.digests import digest_of
from infra.parity import parity
from infra.settings import Settings
from stacks.platform import Platform


def exports(settings: Settings, platforms: Mapping[str, Platform]) -> dict[str, Any]:
    """Output name to value.

    - `endpoints`: cloud → model → where it is called; null where a private model is invoked by name
    - `functions`: cloud → model → that name
    - `images`: cloud → model → `repository@sha256:…`
    - `digests`: cloud → model → digest that the registry returned after the copy
    - `storage`: cloud → what every object's address begins with
    - `parity`: model → verdict and its evidence, see `infra/parity.py`
    """
    digests = {cloud: _each(platform.images, "digest") for cloud, platform in platforms.items()}
    runs = {cloud: _each(platform.functions, "reports") for cloud, platform in platforms.items()}
    return {
        "endpoints": {cloud: _each(platform.functions, "url") for cloud, platform in platforms.items()},
        "functions": {cloud: _each(platform.functions, "name") for cloud, platform in platforms.items()},
        "images": {cloud: _each(platform.images, "reference") for cloud, platform in platforms.items()},
        "digests": digests,
        "storage": {cloud: platform.storage.uri for cloud, platform in platforms.items()},
        # With unknowns, so that a preview says "unproven" rather than nothing.
        "parity": pulumi.Output.from_input({"registry": digests, "function": runs}).apply(
            lambda known: _judged(settings, known), True
        ),
    }


def _judged(settings: Settings, known: object) -> dict[str, Any]:
    """Every model on each of its clouds; a cloud that says nothing counts as unknown."""
    return {
        model: parity(
            digest_of(settings.image_of(model)),
            {cloud: _evidence(settings, known, cloud, model) for cloud in settings.clouds_of(model)},
        )
        for model in settings.models
    }


def _evidence(settings: Settings, known: object, cloud: str, model: str) -> dict[str, object]:
    """What the registry and every workload of one model said."""
    places = ["registry", *settings.models[model].targets]
    return {place: _inside(_inside(_inside(known, place), cloud), model) for place in places}


def _inside(known: object, key: str) -> object:
    return known.get(key) if isinstance(known, Mapping) else None


def _each(components: Mapping[str, Any], output: str) -> dict[str, pulumi.Output[str]]:
    return {model: getattr(component, output) for model, component in sorted(components.items())}
