"""crane for the sandbox: hosts of the clouds are mapped to local registries, the rest is the real crane.

It refuses what the clouds refuse and the local registries would take: a host without a login, a repository
that does not exist, an immutable tag that would move. Standard library only, for a quick start.
"""

import os
import subprocess
import sys
from collections.abc import Sequence

from sandbox import hosts, registry
from sandbox.layout import layout
from sandbox.shims import faults, refusals
from sandbox.shims.words import Words
from sandbox.world import World

# Commands whose standard output is content, handed on byte for byte.
_CONTENT = {"pull", "export", "blob", "manifest", "config"}
_PROVES = {"copy", "cp", "digest"}
_AS_IS = {"auth", "version", "help", "completion", "registry", ""}


def main(arguments: Sequence[str]) -> int:
    """Run one command line of crane."""
    words = Words.of(arguments)
    try:
        refusals.check_command(words)
        if words.command in _AS_IS or "--help" in arguments or "-h" in arguments:
            os.execv(_crane(), [_crane(), *arguments])
        return _run(words)
    except (refusals.Refused, registry.RegistryDown) as refused:
        print(f"Error: {refused}", file=sys.stderr)
        return 1


def _run(words: Words) -> int:
    addresses = registry.addresses()
    for reference in words.read:
        refusals.check_read(reference, _login)
    for reference in words.written:
        refusals.check_write(words, reference, _login, _digest_of)
    if fault := faults.of(words.command, [*words.read, *words.written]):
        if fault.error:
            raise refusals.Refused(fault.error)
        print(fault.digest)
        return 0
    code = _real(words.mapped(addresses), words.command in _CONTENT, addresses)
    if code == 0 and words.command in _PROVES:
        _remember([*words.read, *words.written])
    return code


def _remember(references: Sequence[hosts.Reference]) -> None:
    """Which resource of a program copied an image here, or read it back: what runs the image needs it."""
    urn = os.environ.get("MODELPORT_COMMAND")
    for reference in references if urn else ():
        cloud = hosts.cloud_of(reference.host)
        held = cloud and registry.digest(cloud, hosts.local_repository(reference), reference.selector)
        if held:
            World(layout().world).copied(f"{reference.name}@{held}", str(urn))


def _real(arguments: Sequence[str], content: bool, addresses: dict[str, str]) -> int:
    """Run the real crane and let what it prints speak of the clouds' hosts."""
    run = subprocess.run([_crane(), *arguments], stdout=None if content else -1, stderr=-1, check=False)
    for stream, text in ((sys.stdout, run.stdout), (sys.stderr, run.stderr)):
        stream.write(hosts.to_cloud((text or b"").decode(errors="replace"), addresses))
        stream.flush()
    return run.returncode


def _crane() -> str:
    try:
        return os.environ["MODELPORT_CRANE"]
    except KeyError:
        raise SystemExit('MODELPORT_CRANE is not set; step into the sandbox: eval "$(make -s env)"') from None


def _login(host: str) -> bool:
    """Ask the real crane, which asks the docker configuration and its credential helpers."""
    return subprocess.run([_crane(), "auth", "get", host], capture_output=True, check=False).returncode == 0


def _digest_of(words: Words) -> str | None:
    """Digest that a command is about to write, where that can be known beforehand."""
    if words.command == "push":
        arguments = ["digest", "--tarball", words.positional[0]]
    elif words.command in {"copy", "cp", "tag"}:
        arguments = ["digest", *words.platform, hosts.to_local(words.positional[0], registry.addresses())]
    else:
        return None
    run = subprocess.run([_crane(), *arguments], capture_output=True, text=True, check=False)
    return run.stdout.strip() or None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
