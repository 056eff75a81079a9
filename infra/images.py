"""Names of container images by content: `host/repository@sha256:<64 hex>`.

The grammar is that of github.com/distribution/reference, made stricter: a registry host is required, a tag is
not allowed (it would say one thing and the digest another), and the only algorithm is sha256.
"""

import re
from dataclasses import dataclass
from typing import Final

from components.core.errors import Refused

ALLOWED: Final = "<registry host>/<repository>@sha256:<64 lower-case hex digits>, no tag"
EXAMPLE: Final = f"ghcr.io/example/height@sha256:{'0' * 64}"

_HEX_DIGITS: Final = 64
_LONGEST_REPOSITORY: Final = 255
_LABEL: Final = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_HOST: Final = rf"(localhost(:[0-9]+)?|{_LABEL}(\.{_LABEL})+(:[0-9]+)?|{_LABEL}:[0-9]+)"
_PART: Final = r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*"
_REPOSITORY: Final = re.compile(rf"{_HOST}(/{_PART})+")
_TAG: Final = re.compile(r"(?P<repository>.*[^:/]):(?P<tag>\w[\w.-]{0,127})", re.ASCII)

PATTERN: Final = rf"^{_HOST}(/{_PART})+@sha256:[0-9a-f]{{{_HEX_DIGITS}}}$"
"""The same as a regular expression, for editors."""


@dataclass(frozen=True)
class ImageReference:
    """An image named by content."""

    repository: str
    """Host and path, without tag or digest."""

    digest: str
    """`sha256:` and 64 hex digits."""

    def __str__(self) -> str:
        return f"{self.repository}@{self.digest}"


def parse(text: str) -> ImageReference:
    """The image that `text` names; raises `Refused` with what is wrong and, if known, what was meant."""
    if text != "".join(text.split()):
        raise Refused("has white space in it", _if_good("".join(text.split())))
    name, found, digest = text.partition("@")
    if "://" in name:
        raise Refused("is a URL, not an image reference", _if_good(text.split("://", 1)[1]))
    if not found:
        raise _without_digest(name)
    _check_repository(name, digest)
    _check_digest(name, digest)
    return ImageReference(name, digest)


def _if_good(text: str) -> str | None:
    """A suggestion, unless it would be refused as well."""
    try:
        return str(parse(text))
    except Refused:
        return None


def _without_digest(name: str) -> Refused:
    """A tag can be moved to another image at any time, so the digest behind it is asked for once, by hand."""
    tagged = _TAG.fullmatch(name)
    repository, tag = (tagged["repository"], tagged["tag"]) if tagged else (name, "latest")
    what = f'names a tag ("{tag}") instead of a digest' if tagged else "has no digest"
    if re.fullmatch(rf"{_PART}(/{_PART})*", repository) and not _REPOSITORY.fullmatch(repository):
        what, repository = f"has no registry host and {what}", _on_hub(repository)
    try:
        _check_repository(repository, "")
    except Refused as refusal:
        return refusal
    # The platform, because AWS Lambda refuses the digest of an index over several.
    find = f"crane digest {repository}:{tag} --platform linux/amd64"
    return Refused(what, fix=f"pulumi config set {{key}} {repository}@$({find})")


def _on_hub(repository: str) -> str:
    """Where Docker would look for a repository without a host."""
    return f"docker.io/{repository}" if "/" in repository else f"docker.io/library/{repository}"


def _check_repository(name: str, digest: str) -> None:
    def suggest(better: str) -> str | None:
        return _if_good(f"{better}@{digest}")

    if _REPOSITORY.fullmatch(name):
        if len(name) > _LONGEST_REPOSITORY:
            raise Refused(f"has {len(name)} characters before the digest, {_LONGEST_REPOSITORY} at most")
    elif name != name.lower():
        raise Refused("has upper-case letters, which no registry allows", suggest(name.lower()))
    elif (tagged := _TAG.fullmatch(name)) and _REPOSITORY.fullmatch(tagged["repository"]):
        raise Refused(f'names a tag ("{tagged["tag"]}") beside the digest', suggest(tagged["repository"]))
    elif re.fullmatch(rf"({_PART}/)*{_PART}(:\w[\w.-]{{0,127}})?", name, re.ASCII):
        raise Refused("has no registry host", suggest(_on_hub(name)))
    else:
        raise Refused("is not an image reference")


def _check_digest(name: str, digest: str) -> None:
    algorithm, _, digits = digest.partition(":")
    if algorithm != "sha256":
        raise Refused(f'has a digest of the algorithm "{algorithm}", not sha256')
    if re.search(r"[^0-9a-fA-F]", digits):
        raise Refused("has a digest with characters that are not hex digits")
    if len(digits) != _HEX_DIGITS:
        raise Refused(f"has a digest of {len(digits)} hex digits, not {_HEX_DIGITS}")
    if digits != digits.lower():
        raise Refused("has upper-case hex digits", f"{name}@sha256:{digits.lower()}")
