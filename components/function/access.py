"""Access: who may call a function."""

from dataclasses import dataclass
from typing import Literal

from components.core.errors import InvalidArgument

Mode = Literal["private", "authenticated", "public"]
MODES = ("private", "authenticated", "public")


@dataclass(frozen=True, kw_only=True)
class Access:
    """Who may call."""

    mode: Mode = "authenticated"
    """`authenticated`: the callers and nobody else; `public`: everybody; `private`: not without a network."""

    callers: tuple[str, ...] = ()
    """AWS: ARNs of roles; Azure: object ids; Google: members (`serviceAccount:<e-mail>`); none: nobody."""

    application: str | None = None
    """Azure: client id of the Entra application that callers ask a token for; required to authenticate."""

    tenant: str | None = None
    """Azure: the directory whose tokens count; required to authenticate."""

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise InvalidArgument("access", f'allowed: authenticated, public; came "{self.mode}"')
        if self.mode == "private":
            raise InvalidArgument("access", "private needs a network, which comes later; take authenticated")
        if self.mode == "public" and self.callers:
            raise InvalidArgument("callers", "everybody may call what is public; leave them out")
        if len(set(self.callers)) < len(self.callers):
            raise InvalidArgument("callers", "each caller once")
