"""What the clouds' registries refuse and a plain local registry would take (standard library only)."""

from collections.abc import Callable

from sandbox import hosts, reach, registry
from sandbox.hosts import Reference
from sandbox.shims import clouds
from sandbox.shims.words import Words

_HINT = "\n  Sandbox: no login for {host}; log in: {command}"
_FROM = (
    "\n  Sandbox: you come from {address}, which modelport:network.allow_from does not name. Fix: "
    "pulumi config set --path 'modelport:network.allow_from[0]' {address}/32, or deploy from inside"
)
_UNAUTHORIZED = {
    "aws": "unexpected status code 401 Unauthorized: Not Authorized",
    "azure": (
        "UNAUTHORIZED: authentication required, visit https://aka.ms/acr/authorization for more information."
    ),
    "gcp": 'DENIED: Unauthenticated request. Unauthenticated requests do not have permission "{permission}".',
    hosts.SOURCE: "DENIED: requested access to the resource is denied",
}
_PERMISSION = {
    True: "artifactregistry.repositories.uploadArtifacts",
    False: "artifactregistry.repositories.downloadArtifacts",
}
_UNKNOWN = {
    "aws": (
        "NAME_UNKNOWN: The repository with name '{path}' does not exist in the registry with id '{account}'"
    ),
    "azure": "NAME_UNKNOWN: repository name not known to registry; map[name:{path}]",
    "gcp": 'NAME_UNKNOWN: Repository "{path}" not found',
}
_IMMUTABLE = {
    "aws": (
        "TAG_INVALID: The image tag '{tag}' already exists in the '{path}' repository "
        "and cannot be overwritten because the tag is immutable."
    ),
    "gcp": "DENIED: cannot update tag {tag}. The repository has enabled tag immutability",
}


Login = Callable[[str], bool]
DigestOf = Callable[[Words], str | None]


class Refused(Exception):
    """The registry said no."""


def check_command(words: Words) -> None:
    """Refuse commands that would leave for the real host."""
    if words.command == "catalog" or words.arguments[:2] == ["auth", "token"]:
        raise Refused(
            f"Sandbox: crane {' '.join(words.arguments[:2])} is not simulated; try: crane ls REPOSITORY"
        )


def check_read(reference: Reference, login: Login) -> None:
    """Refuse to read from a cloud's registry what it would not show; other hosts are read without a login."""
    cloud = hosts.cloud_of(reference.host)
    if cloud:
        _check(cloud, "GET", reference, login)


def check_write(
    words: Words,
    reference: Reference,
    login: Login,
    digest_of: DigestOf,
) -> None:
    """Refuse a push that the registry of this host would refuse."""
    cloud = hosts.cloud_of(reference.host)
    if cloud is None:
        if not login(reference.host):
            raise Refused(_denied(hosts.SOURCE, "POST", reference))
        return
    if _check(cloud, "DELETE" if words.command == "delete" else "POST", reference, login).immutable:
        _check_tag(cloud, words, reference, digest_of)


def _check(cloud: str, method: str, reference: Reference, login: Login) -> clouds.Repository:
    if not clouds.registry_of(reference.host):
        host = reference.host
        raise Refused(f'Get "https://{host}/v2/": dial tcp: lookup {host}: no such host')
    if not login(reference.host):
        raise Refused(_denied(cloud, method, reference))
    found = clouds.repository(reference)
    if not found:
        account = hosts.account_of(reference.host)
        raise Refused(
            f"{_url(method, reference)}: "
            + _UNKNOWN[cloud].format(path=reference.repository, account=account)
        )
    if denied := reach.registry_denies(clouds.world(), reference.host, reference.repository):
        raise Refused(f"{_url(method, reference)}: {denied}{_FROM.format(address=reach.address())}")
    return found


def _check_tag(
    cloud: str, words: Words, reference: Reference, digest_of: Callable[[Words], str | None]
) -> None:
    if words.command == "delete":
        return
    if words.all_tags:
        raise Refused(
            "Sandbox: copying all tags into a repository with immutable tags is not simulated; copy each tag"
        )
    tag = words.positional[1] if words.command == "tag" else reference.tag or "latest"
    if reference.digest and words.command != "tag":
        return
    held = registry.digest(cloud, hosts.local_repository(reference), tag)
    if held and held != digest_of(words):
        message = _IMMUTABLE[cloud].format(tag=tag, path=reference.repository)
        raise Refused(f"PUT https://{reference.host}/v2/{reference.repository}/manifests/{tag}: {message}")


def _denied(cloud: str, method: str, reference: Reference) -> str:
    text = _UNAUTHORIZED[cloud].format(permission=_PERMISSION[method != "GET"])
    command = f"crane auth login {reference.host}" if cloud == hosts.SOURCE else "python -m sandbox login"
    return f"{_url(method, reference)}: {text}{_HINT.format(host=reference.host, command=command)}"


def _url(method: str, reference: Reference) -> str:
    end = "blobs/uploads/" if method == "POST" else f"manifests/{reference.selector}"
    return f"{method} https://{reference.host}/v2/{reference.repository}/{end}"
