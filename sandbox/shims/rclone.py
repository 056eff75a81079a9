"""rclone for the sandbox: the clouds' storages are mapped to files, the rest is the real rclone.

It refuses what the clouds refuse: a caller who is not logged in, a bucket that does not exist, writing to
somebody else's bucket. Nothing is fetched over the network. Standard library only, for a quick start.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from sandbox import login, objects, reach
from sandbox.layout import layout
from sandbox.world import World

# Position of the word that a command writes.
_WRITES = {"copyto": 1, "copyurl": 1}
_COMMANDS = {"cat", "copyto", "copyurl", "version"}


class Refused(Exception):
    """The storage said no."""


def main(arguments: Sequence[str]) -> int:
    """Run one command line of rclone."""
    try:
        os.execv(_rclone(), [_rclone(), *mapped(arguments)])
    except Refused as refused:
        print(f"Error: {refused}", file=sys.stderr)
    return 1


def mapped(arguments: Sequence[str]) -> list[str]:
    """The same command line for files; raises `Refused`."""
    command, words = arguments[0] if arguments else "", list(arguments[1:])
    if command not in _COMMANDS:
        raise Refused(
            f"Sandbox: rclone {command} is not simulated; simulated: {', '.join(sorted(_COMMANDS))}"
        )
    paths = [
        str(_path(word, position == _WRITES.get(command))) if objects.parse(word) else word
        for position, word in enumerate(words)
    ]
    # What is an address outside is a file here.
    return ["copyto" if command == "copyurl" else command, *paths]


def _path(word: str, writes: bool) -> Path:
    found = objects.parse(word)
    assert found
    here = layout()
    own = objects.exists(World(here.world), found)
    if found.scheme != "https" and not login.logged_in(here):
        raise Refused(f"{word}: Forbidden: 403; log in: python -m sandbox login")
    if writes and not own:
        raise Refused(f"{word}: NoSuchBucket: {found.bucket} does not exist here, or is not yours")
    if own and (denied := reach.storage_denies(World(here.world), found.scheme, found.bucket)):
        raise Refused(f"{word}: {denied}; you come from {reach.address()}: modelport:network.allow_from")
    file = found.file(here.objects, own)
    if not own and not file.exists():
        seed = "python -m sandbox put FILE"
        raise Refused(
            f"{word}: not found; to put a file there: {seed} {found.scheme}://{found.bucket}/{found.key}"
        )
    return file


def _rclone() -> str:
    try:
        return os.environ["MODELPORT_RCLONE"]
    except KeyError:
        raise SystemExit(
            "MODELPORT_RCLONE is not set: it is built once a model has an artifact; run: make up"
        ) from None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
