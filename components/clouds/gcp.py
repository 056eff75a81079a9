"""Google Cloud as a whole: its rules for labels, and its landing."""

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

import pulumi
from pulumi_gcp import projects

from components.clouds.landing import Landing, LandingArgs, LandingLinks
from components.core.errors import InvalidArgument, ModelportError
from components.core.outputs import once
from components.core.principal import Principal

# cloud.google.com/resource-manager/docs/labels-overview#requirements
_LABEL_KEY = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_NOT_IN_A_LABEL = re.compile(r"[^a-z0-9_-]")
_LONGEST_LABEL = 63
_SECONDS_A_DAY = 86_400

APIS: Mapping[str, tuple[str, ...]] = {
    "key": ("cloudkms",),
    # Scanning of a repository is "inherited": it runs once the scanning API is on in the project.
    "registry": ("artifactregistry", "containerscanning"),
    "image": (),
    "storage": ("storage", "logging"),
    "identity": ("iam",),
    "network": ("compute", "dns", "logging"),
    "host": ("logging",),
    "function": ("run",),
}
"""APIs that each capability needs, without `.googleapis.com`."""


def days(number: int) -> str:
    """So many days, as Google's APIs take them."""
    return f"{number * _SECONDS_A_DAY}s"


def receiver(principal: Principal) -> pulumi.Input[str]:
    """Who is granted something: one identity as a member; raises `InvalidArgument` for anything else."""
    return principal.matching(
        r"(serviceAccount:|principal://)[^*\s]+", "serviceAccount:<e-mail> or principal://<one identity>"
    )


class OnGcp:
    """What every component on Google Cloud has."""

    CLOUD: ClassVar[str] = "gcp"

    @staticmethod
    def label(tags: Mapping[str, str]) -> dict[str, str]:
        """Labels in Google's form: lower case, `_` for all but letters, digits and hyphens; 63 at most."""
        labels = {key: _NOT_IN_A_LABEL.sub("_", value.lower()) for key, value in tags.items()}
        for key, value in labels.items():
            if not _LABEL_KEY.fullmatch(key) or len(value) > _LONGEST_LABEL:
                allowed = f"a lower-case key, {_LONGEST_LABEL} characters for key and for value"
                raise InvalidArgument("tags", f'Google does not allow {key}="{value}"; allowed: {allowed}')
        return labels


class GcpLanding(OnGcp, Landing):
    """The APIs that the capabilities need, enabled in the project."""

    MAKES: ClassVar[Mapping[str, str]] = {
        "gcp:projects/service:Service": "each API that a capability needs; it stays enabled on destroy"
    }

    @classmethod
    def refusals(cls, name: str, args: LandingArgs) -> Iterator[ModelportError]:
        if not args.account:
            yield InvalidArgument("account", "Google Cloud needs a project")
        yield from super().refusals(name, args)

    def _build(self, name: str, args: LandingArgs, links: LandingLinks) -> None:
        needed = sorted({api for capability in args.capabilities for api in APIS[capability]})
        self.services = {
            api: projects.Service(
                f"{name}-{api}",
                project=args.account,
                service=f"{api}.googleapis.com",
                # Others in the project may use the API; switching it off would take it from them.
                disable_on_destroy=False,
                opts=self.child,
            )
            for api in needed
        }
        self.region = pulumi.Output.from_input(args.region)
        self.account = pulumi.Output.from_input(args.account or "")

    def home(self, capability: str) -> pulumi.Output[str]:
        return once(self.account, *(self.services[api].project for api in APIS[capability]))
