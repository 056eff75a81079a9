"""What the three clouds of the bare program share: settings, tags, names and the copy of the image."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
import pulumi_random as random
from pulumi_command import local

SCRIPT = Path(__file__).parents[2] / "components" / "image" / "copy.sh"
"""The same script as the real program's: what it does is no part of the comparison."""

VARIABLES = {"TIMEOUT_SECONDS": "30", "CONCURRENCY": "40"}
"""What the application is told, beside the name of its model."""


@dataclass(frozen=True)
class Settings:
    """What the bare program reads of the same configuration, without a check of its own."""

    environment: str
    owner: str
    image: str
    """`repository@sha256:<64 hex>`."""
    model: str
    aws: Mapping[str, Any]
    azure: Mapping[str, Any]
    gcp: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """`sha256:<64 hex>`."""
        return self.image.partition("@")[2]

    @property
    def tag(self) -> str:
        """Under which a registry keeps the copy."""
        return f"digest-{self.digest.removeprefix('sha256:')}"

    @property
    def start(self) -> str:
        """How physical names begin."""
        return f"modelport-{self.environment}"

    def tags(self, capability: str, component: str, model: str | None = None) -> dict[str, str]:
        """The tags of one resource."""
        tags = {
            "project": "modelport",
            "environment": self.environment,
            "owner": self.owner,
            "capability": capability,
            "component": component,
            "managed-by": "pulumi",
        }
        return tags if model is None else {**tags, "model": model}


@dataclass(frozen=True)
class Made:
    """What the stack tells of one cloud."""

    endpoint: pulumi.Output[str]
    image: pulumi.Output[str]
    storage: pulumi.Output[str]


def settings() -> Settings:
    """Read the configuration of the stack."""
    config = pulumi.Config("modelport")
    (model,) = config.require_object("models")
    return Settings(
        environment=config.require("environment"),
        owner=config.require("owner"),
        image=config.require("image"),
        model=model,
        aws=config.require_object("aws"),
        azure=config.require_object("azure"),
        gcp=config.require_object("gcp"),
    )


def ending(name: str, length: int, region: str | None) -> pulumi.Output[str]:
    """The random end of a physical name: `length` letters and digits, others in another region."""
    keepers = None if region is None else {"region": region}
    end = random.RandomString(name, length=length, special=False, upper=False, keepers=keepers)
    return end.result


def copy(
    name: str,
    given: Settings,
    repository: pulumi.Output[str],
    made: pulumi.Output[str],
    opts: pulumi.ResourceOptions | None = None,
) -> pulumi.Output[str]:
    """Copies the image into `repository`; returns `repository@sha256:…`, as the registry answered."""
    command = local.Command(
        name,
        create=SCRIPT.read_text(encoding="utf-8"),
        environment={
            "SOURCE": given.image,
            "TARGET": repository,
            "TAG": given.tag,
            "DIGEST": given.digest,
            "MADE": made,
        },
        triggers=[given.digest],
        logging=local.Logging.STDERR,
        opts=opts,
    )
    return pulumi.Output.concat(repository, "@", command.stdout.apply(str.strip))


def revision(digest: str, *parts: Any) -> pulumi.Output[str]:
    """The name of a revision: 8 digits of the digest and 8 of a hash of all else it is made of."""
    return pulumi.Output.json_dumps(list(parts), sort_keys=True).apply(
        lambda text: f"{digest[7:15]}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    )
