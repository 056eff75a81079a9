"""A docker credential helper for the registries that exist on the simulated clouds (standard library only).

Protocol: https://github.com/docker/docker-credential-helpers; one word says what to do, the rest is on stdin.
"""

import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

from sandbox.layout import folder
from sandbox.shims import clouds

# What the helpers of the three clouds answer: a user name that says "this is a token".
_USERS = {"aws": "AWS", "azure": "00000000-0000-0000-0000-000000000000", "gcp": "oauth2accesstoken"}
_NOT_FOUND = "credentials not found in native keychain"


def get(server: str) -> dict[str, str] | None:
    """Credentials for a host: a stored login, else a token where the simulated cloud has such a registry."""
    host = _host(server)
    if stored := _stored().get(host):
        return {"ServerURL": server, **stored}
    found = clouds.registry_of(host)
    if not found:
        return None
    return {"ServerURL": server, "Username": _USERS[found], "Secret": f"sandbox-token-{found}"}


def store(credentials: dict[str, str]) -> None:
    """Keep what `crane auth login` was given."""
    host = _host(credentials["ServerURL"])
    entry = {"Username": credentials["Username"], "Secret": credentials["Secret"]}
    _keep({**_stored(), host: entry})


def erase(server: str) -> None:
    """Forget a stored login."""
    _keep({host: entry for host, entry in _stored().items() if host != _host(server)})


def main(words: list[str]) -> int:
    """Answer one request of docker or crane."""
    match words:
        case ["get"]:
            found = get(sys.stdin.read().strip())
            print(json.dumps(found) if found else _NOT_FOUND)
            return 0 if found else 1
        case ["store"]:
            store(json.load(sys.stdin))
        case ["erase"]:
            erase(sys.stdin.read().strip())
        case ["list"]:
            print(json.dumps({host: entry["Username"] for host, entry in _stored().items()}))
        case _:
            print("usage: docker-credential-modelport get|store|erase|list", file=sys.stderr)
            return 1
    return 0


def _host(server: str) -> str:
    return urlsplit(server).netloc if "://" in server else server.partition("/")[0]


def _file() -> Path:
    return folder() / "docker" / "stored.json"


def _stored() -> dict[str, dict[str, str]]:
    try:
        found: dict[str, dict[str, str]] = json.loads(_file().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


def _keep(entries: dict[str, dict[str, str]]) -> None:
    _file().parent.mkdir(parents=True, exist_ok=True)
    _file().touch(mode=0o600)
    _file().write_text(json.dumps(entries), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
