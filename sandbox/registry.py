"""A small HTTP client of the local registries (standard library only)."""

import http.client
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sandbox.layout import folder

_ACCEPT = ", ".join(
    (
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
    )
)
_PAGE = 1000
START = ".venv/bin/python -m sandbox registries start"


class RegistryDown(ConnectionError):
    """A local registry does not answer."""


def addresses(sandbox: Path | None = None) -> dict[str, str]:
    """Addresses (`127.0.0.1:PORT`) by cloud, with `source` for every other host."""
    path = (sandbox or folder()) / "registries.json"
    try:
        found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RegistryDown(f"no local registries yet; start them: {START}") from None
    return found


def request(address: str, method: str, path: str) -> tuple[int, Mapping[str, str], bytes]:
    """Ask one registry and return status, headers (lower case) and body.

    `http.client` rather than urllib: a proxy in the environment must not see loopback traffic.
    """
    connection = http.client.HTTPConnection(address, timeout=10)
    try:
        connection.request(method, path, headers={"Accept": _ACCEPT})
        answer = connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, headers, answer.read()
    except OSError as error:
        raise RegistryDown(
            f"the local registry at {address} does not answer ({error}); start it: {START}"
        ) from error
    finally:
        connection.close()


def _json(cloud: str, path: str) -> dict[str, Any] | None:
    status, _, body = request(addresses()[cloud], "GET", path)
    if status == http.client.NOT_FOUND:
        return None
    found: dict[str, Any] = json.loads(body)
    return found


def tags(cloud: str, repository: str) -> list[str]:
    """Tags of a repository (full path, the cloud's host first); none when it does not exist."""
    return sorted((_json(cloud, f"/v2/{repository}/tags/list?n={_PAGE}") or {}).get("tags") or [])


def repositories(cloud: str) -> list[str]:
    """Repositories of a local registry, the cloud's host as first segment."""
    return sorted((_json(cloud, f"/v2/_catalog?n={_PAGE}") or {}).get("repositories") or [])


def digest(cloud: str, repository: str, reference: str) -> str | None:
    """Digest that the registry reports for a tag or digest; None when it has no such image."""
    status, headers, _ = request(addresses()[cloud], "HEAD", f"/v2/{repository}/manifests/{reference}")
    return headers.get("docker-content-digest") if status == http.client.OK else None


def purge(cloud: str, repository: str) -> int:
    """Delete every tagged image of a repository and return how many there were."""
    address = addresses()[cloud]
    found = {digest(cloud, repository, tag) for tag in tags(cloud, repository)} - {None}
    for each in found:
        request(address, "DELETE", f"/v2/{repository}/manifests/{each}")
    return len(found)
