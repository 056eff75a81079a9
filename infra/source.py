"""Reads the configuration that Pulumi hands to the program, before anything is believed about it."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pulumi
from pulumi.runtime import config
from pydantic import BaseModel

from components.core.errors import Problem, nearest

NAMESPACE: Final = "modelport"
# The program makes its providers itself and they read no configuration, so these keys would do nothing.
_WITHOUT_EFFECT: Final = {
    "aws": "aws",
    "aws-native": "aws",
    "azure-native": "azure",
    "azure": "azure",
    "gcp": "gcp",
    "google-native": "gcp",
    "kubernetes": None,
}


@dataclass(frozen=True)
class Given:
    """What was given, by its name without the namespace; none of it is checked."""

    values: Mapping[str, Any]
    secret: frozenset[str] = frozenset()
    """Names whose values must never be shown."""

    problems: tuple[Problem, ...] = ()
    """Keys that are wrong in themselves."""

    stack: str | None = None
    """Name of the stack, which the environment must agree with."""


def read(model: type[BaseModel]) -> Given:
    """Everything in the namespace; objects arrive from the engine as JSON text, text as it is."""
    everything = {**config.get_config_env(), **config.CONFIG.get()}
    texts = {field.alias or name for name, field in model.model_fields.items() if _is_text(field.annotation)}
    ours = {
        key.partition(":")[2]: value for key, value in everything.items() if key.startswith(f"{NAMESPACE}:")
    }
    hidden = config.get_config_secret_keys_env()
    secret = {name for name in ours if config.is_config_secret(key := f"{NAMESPACE}:{name}") or key in hidden}
    known = {field.alias or name for name, field in model.model_fields.items()}
    return Given(
        {name: value if name in texts else _parsed(value) for name, value in ours.items()},
        frozenset(secret),
        tuple(_foreign(everything, known)),
        pulumi.get_stack(),
    )


def _is_text(annotation: Any) -> bool:
    return annotation is str or annotation == str | None


def _parsed(value: Any) -> Any:
    """The object behind JSON text; anything else stays, to be refused as what it is."""
    try:
        return json.loads(value)
    except (TypeError, ValueError):
        return value


def _foreign(keys: Collection[str], known: Collection[str]) -> Iterator[Problem]:
    """Keys outside the namespace that were surely meant to be inside, or that would silently do nothing."""
    for key in sorted(keys):
        namespace, _, name = key.partition(":")
        if namespace in _WITHOUT_EFFECT:
            section = _WITHOUT_EFFECT[namespace]
            meant = (
                f"{NAMESPACE}:{section}.{name}"
                if section and name in ("region", "project", "location")
                else None
            )
            what = "has no effect: providers are made from modelport settings only"
            yield Problem(key, what, nearest=meant, fix=f"pulumi config rm {key}")
        elif namespace not in (NAMESPACE, "pulumi") and (name in known or nearest(namespace, [NAMESPACE])):
            meant = name if name in known else nearest(name, known)
            what = f'is not read: the settings are in the namespace "{NAMESPACE}"'
            where = f"{NAMESPACE}:{meant}" if meant else None
            yield Problem(key, what, nearest=where, fix=f"pulumi config rm {key}")
