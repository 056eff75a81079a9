"""Stack outputs, alike for all clouds, and the proof that every registry holds the same image."""

import re
from collections.abc import Mapping
from typing import Any, Final

import pulumi

from components.core.digests import digest_of
from infra.settings import Settings
from stacks.platform import Platform

EQUAL: Final = "equal"
DIFFERENT: Final = "different"
UNPROVEN: Final = "unproven"
UNKNOWN: Final = "unknown"

_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")


def exports(settings: Settings, platforms: Mapping[str, Platform]) -> dict[str, Any]:
    """Output name to value.

    - `images`: cloud → model → `repository@sha256:…`
    - `digests`: cloud → model → digest that the registry returned after the copy
    - `parity`: model → verdict and its evidence, see `parity`
    """
    digests = {cloud: _each(platform, "digest") for cloud, platform in platforms.items()}
    return {
        "images": {cloud: _each(platform, "reference") for cloud, platform in platforms.items()},
        "digests": digests,
        # With unknowns, so that a preview says "unproven" rather than nothing.
        "parity": pulumi.Output.from_input(digests).apply(lambda known: _judged(settings, known), True),
    }


def parity(expected: str, registries: Mapping[str, object]) -> dict[str, Any]:
    """The verdict on one model, from what each registry answered; anything but a digest is not an answer.

    `different` as soon as one registry holds another image (`differing` names the clouds), `equal` only when
    every registry returned the expected digest, else `unproven` (`unknown` names the clouds).
    """
    answers = {cloud: answer if _is_digest(answer) else None for cloud, answer in sorted(registries.items())}
    differing = [cloud for cloud, answer in answers.items() if answer not in (None, expected)]
    unknown = [cloud for cloud, answer in answers.items() if answer is None]
    proven = DIFFERENT if differing else UNPROVEN if unknown or not answers else EQUAL
    evidence = {"differing": differing, "unknown": unknown}
    return {
        "verdict": proven,
        "expected": expected,
        "registries": {cloud: answer or UNKNOWN for cloud, answer in answers.items()},
        **{name: clouds for name, clouds in evidence.items() if clouds},
    }


def _judged(settings: Settings, digests: Any) -> dict[str, Any]:
    """Every model on each of its clouds; a cloud that says nothing counts as unknown."""
    known = digests if isinstance(digests, Mapping) else {}
    return {
        model: parity(
            digest_of(settings.image_of(model)),
            {cloud: _inside(_inside(known, cloud), model) for cloud in settings.clouds_of(model)},
        )
        for model in settings.models
    }


def _inside(known: object, key: str) -> object:
    return known.get(key) if isinstance(known, Mapping) else None


def _is_digest(answer: object) -> bool:
    return isinstance(answer, str) and _DIGEST.fullmatch(answer) is not None


def _each(platform: Platform, output: str) -> dict[str, pulumi.Output[str]]:
    return {model: getattr(image, output) for model, image in sorted(platform.images.items())}
