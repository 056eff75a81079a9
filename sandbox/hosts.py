"""From a cloud's registry host to the local registry that plays it (standard library only)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

SOURCE = "source"
CLOUDS = ("aws", "azure", "gcp")
REGISTRIES = (*CLOUDS, SOURCE)

_ECR = re.compile(r"(?P<account>\d{12})\.dkr\.ecr(-fips)?\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?")
_PATTERNS = {
    "aws": _ECR,
    "azure": re.compile(r"[a-z0-9-]+\.azurecr\.(io|cn|us)"),
    "gcp": re.compile(r"(?P<location>[a-z0-9-]+)-docker\.pkg\.dev"),
}
# https://github.com/distribution/reference: a first segment with a dot or a colon, or localhost, is a host.
_HOST = re.compile(r"(localhost|[A-Za-z0-9.-]*[.:][A-Za-z0-9.:-]*)")
_DEFAULT_HOST = "index.docker.io"


@dataclass(frozen=True)
class Reference:
    """An image's name taken apart; `tag` and `digest` are empty when not given."""

    host: str
    repository: str
    tag: str = ""
    digest: str = ""

    @property
    def name(self) -> str:
        """Host and repository."""
        return f"{self.host}/{self.repository}"

    @property
    def selector(self) -> str:
        """What picks one image of the repository: a digest, else a tag, else `latest`."""
        return self.digest or self.tag or "latest"


def parse(text: str) -> Reference:
    """Take apart `host/repository[:tag][@digest]`; a name without a host is Docker Hub's."""
    name, _, digest = text.partition("@")
    head, _, tail = name.rpartition("/")
    tail, _, tag = tail.partition(":")
    host, slash, repository = f"{head}/{tail}".lstrip("/").partition("/")
    if not slash:
        return Reference(_DEFAULT_HOST, f"library/{host}", tag, digest)
    if not _HOST.fullmatch(host):
        return Reference(_DEFAULT_HOST, f"{host}/{repository}", tag, digest)
    return Reference(host, repository, tag, digest)


def looks_like_reference(text: str) -> bool:
    """Tell whether a word of a command line names an image on a host: `host.tld/…`."""
    host, slash, rest = text.partition("/")
    return bool(slash and rest and host.strip(".") and _HOST.fullmatch(host))


def cloud_of(host: str) -> str | None:
    """Name the cloud whose registries have such a host; None for any other host."""
    return next((cloud for cloud, pattern in _PATTERNS.items() if pattern.fullmatch(host)), None)


def is_local(host: str) -> bool:
    """Tell whether a host is this machine: such a reference is already mapped."""
    return host.partition(":")[0] in {"127.0.0.1", "localhost"}


def account_of(host: str) -> str | None:
    """Account number in an ECR host."""
    found = _ECR.fullmatch(host)
    return found["account"] if found else None


def place_of(host: str) -> str | None:
    """Region of an ECR host or location of an Artifact Registry host."""
    for pattern, group in ((_ECR, "region"), (_PATTERNS["gcp"], "location")):
        if found := pattern.fullmatch(host):
            return found[group]
    return None


def local_repository(reference: Reference) -> str:
    """Path inside the local registry: the whole cloud path, its host first."""
    return f"{reference.host.replace(':', '-')}/{reference.repository}"


def to_local(text: str, addresses: Mapping[str, str]) -> str:
    """Rewrite a reference to the local registry that plays its host."""
    reference = parse(text)
    if is_local(reference.host):
        return text
    address = addresses[cloud_of(reference.host) or SOURCE]
    tag = f":{reference.tag}" if reference.tag else ""
    digest = f"@{reference.digest}" if reference.digest else ""
    return f"{address}/{local_repository(reference)}{tag}{digest}"


def to_cloud(text: str, addresses: Mapping[str, str]) -> str:
    """Rewrite what the real crane printed so that it speaks of the cloud's hosts again."""
    for address in addresses.values():
        text = text.replace(f"http://{address}/v2/", "https://\0/v2/").replace(f"{address}/", "")
    # A URL names host and path apart: https://HOST/v2/PATH.
    return re.sub(r"https://\0/v2/([^/\s]+)/", r"https://\1/v2/", text).replace("\0/v2/", "")
