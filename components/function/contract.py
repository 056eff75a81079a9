"""Function: a model behind an address, that costs nothing while nobody asks."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi

from components.clouds.landing import Landing
from components.core import naming
from components.core.component import Component, ComponentArgs
from components.core.digests import check_digest
from components.core.errors import InvalidArgument, check_range
from components.core.sizes import Size
from components.function.access import Access
from components.function.scale import Scale
from components.host.contract import Host
from components.identity.contract import Identity
from components.image.contract import Image
from components.registry.contract import Registry

PORT = 8080
"""Where the application listens on every cloud."""
ALIVE = "/livez"
READY = "/readyz"
"""Paths that answer 200 while the application lives, and once it can work."""

_VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
# What a cloud sets or refuses to be set, and what the function itself tells the application:
# docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
# learn.microsoft.com/azure/container-apps/environment-variables
# cloud.google.com/run/docs/container-contract
_TAKEN = re.compile(
    r"PORT|HOSTNAME|MODEL(_.*)?|TIMEOUT_SECONDS|CONCURRENCY|K_.*|CLOUD_RUN_.*|CONTAINER_APP_.*|IDENTITY_.*"
    r"|MSI_.*|KUBERNETES_.*|AWS_.*|AZURE_.*|GOOGLE_.*|GCP_.*|LAMBDA_.*|X_GOOGLE_.*"
)
_TEXT = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]*")
# AWS: 4 KB for all of them, of which the function's own take some.
_LONGEST_ENVIRONMENT = 3072


@dataclass(frozen=True, kw_only=True)
class FunctionArgs(ComponentArgs):
    """Inputs of a function."""

    model: str
    """The model it serves; lower-case letters, digits and single hyphens, 24 at most."""

    digest: str
    """What it runs: `sha256:<64 hex>`; names the revision."""

    size: Size = field(default_factory=lambda: Size(1, 2))
    """vCPU and GiB of one instance; each cloud gives the smallest size that is at least that."""

    scale: Scale = field(default_factory=Scale)
    """How many instances there may be, and how much each does at once."""

    timeout_seconds: int = 30
    """How long a request may take, 1 to 240 seconds: what the strictest cloud lets through."""

    access: Access = field(default_factory=Access)
    """Who may call."""

    environment: Mapping[str, str] = field(default_factory=dict)
    """Environment variables of the application; no secrets."""

    def __post_init__(self) -> None:
        naming.check("model", naming.MODEL, self.model)
        check_digest("digest", self.digest)
        # learn.microsoft.com/azure/container-apps/ingress-overview: requests end after 240 seconds
        check_range("timeout_seconds", self.timeout_seconds, 1, 240)
        for name in self.environment:
            check_variable(name)
        _check_values(self.environment)


def _check_values(environment: Mapping[str, str]) -> None:
    """Text without control characters, and not too much of it: Lambda measures all of it as JSON."""
    for name, value in environment.items():
        if not _TEXT.fullmatch(value):
            raise InvalidArgument("environment", f"{name}: text without control characters")
    length = len(json.dumps(dict(environment), separators=(",", ":"), ensure_ascii=False).encode())
    if length > _LONGEST_ENVIRONMENT:
        raise InvalidArgument(
            "environment", f"at most {_LONGEST_ENVIRONMENT} bytes in all, as JSON; came {length}"
        )


def check_variable(name: str) -> None:
    """Raises `InvalidArgument` for what names no variable, or one that a cloud or the function sets."""
    if not _VARIABLE.fullmatch(name):
        raise InvalidArgument("environment", f'letters, digits and "_", a letter first; came "{name}"')
    if _TAKEN.fullmatch(name):
        raise InvalidArgument("environment", f'"{name}" is set by a cloud or the function; take another name')


@dataclass(frozen=True, kw_only=True)
class FunctionLinks:
    """What a function needs from other components."""

    landing: Landing
    host: Host
    registry: Registry
    image: Image
    identity: Identity

    variables: Mapping[str, pulumi.Output[str]] = field(default_factory=dict)
    """Environment variables that come from other components; the function waits for them."""


class Function(Component[FunctionArgs, FunctionLinks]):
    """One model behind an address of its own."""

    CAPABILITY = "function"
    ARGS = FunctionArgs
    OUTPUTS = ("name", "url", "revision", "reports")

    name: pulumi.Output[str]
    """What the cloud calls it, where it is called by name."""

    url: pulumi.Output[str | None]
    """Where it is called, `https://…` without a slash at the end; resolves once the callers may call. None
    where a private function has no address, and is invoked by name."""

    revision: pulumi.Output[str]
    """Which making of it runs: begins with the digest, changes with everything in its template."""

    reports: pulumi.Output[str]
    """The image that the provider says it runs: `repository@sha256:<64 hex>`."""

    @staticmethod
    def check(args: FunctionArgs, links: FunctionLinks) -> None:
        """Raises `InvalidArgument` for an address that its host cannot give it."""
        if args.access.mode == "private" and links.host.network is None:
            raise InvalidArgument("access", "private needs a network; take authenticated")

    @staticmethod
    def variables(args: FunctionArgs, links: FunctionLinks) -> dict[str, pulumi.Input[str]]:
        """What the application is told on every cloud; the identity's own variables are among them.

        Some clouds cannot limit time or requests, so the application always does.
        """
        return {
            **args.environment,
            "MODEL": args.model,
            "TIMEOUT_SECONDS": str(args.timeout_seconds),
            "CONCURRENCY": str(args.scale.concurrency),
            **links.identity.variables,
            **links.variables,
        }

    @staticmethod
    def suffix(args: FunctionArgs, template: Mapping[str, object]) -> pulumi.Output[str]:
        """Name of a revision: `<8 of the digest>-<8 of a hash of the rest>`, lower-case letters and digits.

        `template` holds everything else whose change makes another revision; plain values and outputs.
        """
        start = args.digest.removeprefix("sha256:")[:8]
        return pulumi.Output.json_dumps(dict(template), sort_keys=True).apply(
            lambda text: f"{start}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
        )

    @staticmethod
    def short(caller: str) -> str:
        """What tells callers apart in logical names, whatever their order: 8 hex digits."""
        return hashlib.sha256(caller.encode()).hexdigest()[:8]
