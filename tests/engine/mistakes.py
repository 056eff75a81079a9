"""Planted mistakes that need the engine: each is one change of a program that passes.

All others are in `tests/mistakes`, where they cost no engine.
"""

from typing import Any

from components.image.copy import SCRIPT
from tests import mistakes
from tests.mistakes import Mistake, registry

COPY = "command:local:Command"
ARTIFACTS = "gcp:artifactregistry/repository:Repository"


def _without_the_copy(props: dict[str, Any]) -> None:
    if "DIGEST" in props["environment"]:
        props["create"] = SCRIPT.read_text().replace("until crane copy", "until true")


def _claimed(props: dict[str, Any]) -> None:
    props["create"] = 'printf %s "$DIGEST"'


MISTAKES = {
    **{
        name: {**registry.AWS_MISTAKES, **registry.AZURE_MISTAKES}[name]
        for name in (
            "repository policy for any function",
            "unknown nested property",
            "region of another cloud",
            "another account",
            "registry name taken by somebody else",
        )
    },
    "image not copied": Mistake(COPY, _without_the_copy, ("holds another image", "came nothing")),
    # The next two deploy: what finds them is the check after `up`.
    "copy that is only claimed": Mistake(COPY, _claimed, ()),
    "project without waiting for its API": Mistake(
        ARTIFACTS, lambda props: props.update(project="example-models-dev"), ()
    ),
}


def plant(name: str) -> None:
    """Make one mistake in the program that runs next."""
    mistakes.plant(MISTAKES[name])
