"""Access: who may call a function."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from components.core.errors import InvalidArgument
from components.network.contract import Side

# docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
# cloud.google.com/iam/docs/principal-identifiers
CALLERS: Mapping[str, tuple[str, str]] = {
    "aws": (
        r"^arn:aws:iam::[0-9]{12}:role/([A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]{1,64}$",
        "arn:aws:iam::<account>:role/<name>, one role each, without wildcards",
    ),
    "azure": (r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", "object ids"),
    "gcp": (
        r"^((serviceAccount|user):[a-z0-9._%+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+"
        r"|principal://iam\.googleapis\.com/[A-Za-z0-9_./-]+/subject/[A-Za-z0-9_./:@+=-]+)$",
        "serviceAccount:<e-mail>, user:<e-mail> in lower case, or principal://iam.googleapis.com/…/subject/…",
    ),
}
"""Cloud to the form of a caller there, and that form in words."""

Mode = Literal["private", "authenticated", "public"]
MODES = ("private", "authenticated", "public")


@dataclass(frozen=True, kw_only=True)
class Access:
    """Who may call."""

    mode: Mode = "authenticated"
    """`authenticated`: the callers and nobody else; `private`: they, and from inside the network only;
    `public`: everybody."""

    callers: tuple[str, ...] = ()
    """AWS: ARNs of roles; Azure: object ids; Google: members (`serviceAccount:<e-mail>`); none: nobody."""

    application: str | None = None
    """Azure: client id of the Entra application that callers ask a token for; required to authenticate."""

    tenant: str | None = None
    """Azure: the directory whose tokens count; required to authenticate."""

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise InvalidArgument("access", f'allowed: {", ".join(MODES)}; came "{self.mode}"')
        if self.mode == "public" and self.callers:
            raise InvalidArgument("callers", "everybody may call what is public; leave them out")
        if len(set(self.callers)) < len(self.callers):
            raise InvalidArgument("callers", "each caller once")

    @property
    def side(self) -> Side:
        """Where the address is."""
        return "internal" if self.mode == "private" else "external"


def refused(cloud: str, access: Access) -> Iterator[InvalidArgument]:
    """Callers that are none on a cloud."""
    form, allowed = CALLERS[cloud]
    for caller in access.callers:
        if not re.fullmatch(form, caller, re.ASCII):
            yield InvalidArgument("callers", f'allowed: {allowed}; came "{caller}"')
