"""What refuses to be deleted, and the way down."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def components(resources: Iterable[Mapping[str, Any]]) -> list[str]:
    """Names of the components with protected children, from an exported state."""
    parents = {str(each.get("parent", "")) for each in resources if each.get("protect")}
    return sorted({urn.rpartition("::")[2] for urn in parents})


def commands(held: Sequence[str]) -> list[list[str]]:
    """Arguments of `pulumi` that unprotect components, deploy that, and destroy."""
    marks = [
        ["config", "set", "--path", f"modelport:unprotect[{index}]", name] for index, name in enumerate(held)
    ]
    return [*marks, ["up"], ["destroy"]]


def refusal(held: Sequence[str], environment: str) -> str:
    """What is said instead of a destroy that would stop halfway."""
    quoted = [" ".join(f"'{word}'" if "[" in word else word for word in words) for words in commands(held)]
    lines = "\n".join(f"  pulumi {line}" for line in quoted)
    return (
        f"what {', '.join(held)} of {environment} hold is protected, so nothing was touched. To delete it "
        f"with everything in it:\n{lines}\nor, here: make down ENV={environment} FORCE=1"
    )
