"""Who may be granted something: the one identity a workload runs as."""

import re
from dataclasses import dataclass

import pulumi

from components.core.errors import InvalidArgument


@dataclass(frozen=True, kw_only=True)
class Principal:
    """A single identity, never a group and never everybody."""

    id: pulumi.Input[str]
    """AWS: the role's name; Azure: the object id; Google: the member, such as `serviceAccount:a@b.c`."""

    def matching(self, pattern: str, allowed: str) -> pulumi.Input[str]:
        """The id; raises `InvalidArgument` unless all of it matches, now if it is known, else when it is."""

        def checked(value: str) -> str:
            if not re.fullmatch(pattern, value, re.ASCII):
                raise InvalidArgument("principal.id", f'allowed: {allowed}; came "{value}"')
            return value

        if isinstance(self.id, str):
            return checked(self.id)
        later: pulumi.Output[str] = pulumi.Output.from_input(self.id)
        return later.apply(checked)
