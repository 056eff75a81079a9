"""Images named by content: `repository@sha256:<64 hex>`, and the tag under which a copy is kept."""

import re

from components.core.errors import InvalidArgument

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_SOURCE = re.compile(r"(?P<repository>[a-z0-9][a-z0-9._:/-]*)@(?P<digest>sha256:[0-9a-f]{64})")


def check_digest(argument: str, digest: str) -> None:
    """Raises `InvalidArgument` unless `digest` is `sha256:` and 64 hexadecimal digits in lower case."""
    if not _DIGEST.fullmatch(digest):
        raise InvalidArgument(argument, f'must be sha256: and 64 lower-case hex digits, came "{digest}"')


def split(source: str) -> tuple[str, str]:
    """Repository and digest of `repository@sha256:…`; raises `InvalidArgument` for a tag or anything else."""
    found = _SOURCE.fullmatch(source)
    if not found:
        advice = f"`crane digest {source.split('@')[0]}` finds the digest"
        raise InvalidArgument("source", f'must be repository@sha256:<64 hex>, came "{source}"; {advice}')
    return found["repository"], found["digest"]


def digest_of(source: str) -> str:
    """The digest of `repository@sha256:…`."""
    return split(source)[1]


def tag_of(digest: str) -> str:
    """The tag of a copy: a registry needs one to keep an image, and this one says what it points at."""
    return f"digest-{digest.removeprefix('sha256:')}"
