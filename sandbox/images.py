"""The image that the sandbox deploys: a real OCI image of files in this repository, with a fixed digest."""

import hashlib
import io
import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable
from pathlib import Path

from sandbox import files, hosts, registry
from sandbox.errors import SandboxError
from sandbox.layout import ROOT, Layout

FILES = ROOT / "sandbox" / "image"
PLATFORM = "linux/amd64"
_READABLE, _EXECUTABLE = 0o644, 0o755


def layer(folder: Path = FILES) -> bytes:
    """Pack a folder: sorted, no owners, no times, so that equal files give an equal digest."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path in sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
            content = path.read_bytes()
            entry = tarfile.TarInfo(f"srv/{path.relative_to(folder).as_posix()}")
            entry.size = len(content)
            entry.mode = _EXECUTABLE if os.access(path, os.X_OK) else _READABLE
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def publish(layout: Layout, crane: str, repositories: Iterable[str]) -> str:
    """Build the image once, push it to each repository of the source registry, and return its digest."""
    content = layer()
    key = hashlib.sha256(content).hexdigest()
    wanted = sorted(set(repositories))
    known = files.read_json(layout.image) or {}
    if known.get("layer") == key and all(_held(name, known["digest"]) for name in wanted):
        return str(known["digest"])
    digest = _build(layout, crane, content)
    for name in wanted:
        _crane(layout, crane, "copy", _local(f"modelport.local/built@{digest}"), _local(f"{name}:sandbox"))
    files.write(layout.image, json.dumps({"digest": digest, "layer": key}) + "\n")
    return digest


def _held(repository: str, digest: str) -> bool:
    local = hosts.local_repository(hosts.parse(repository))
    return registry.digest(hosts.SOURCE, local, digest) == digest


def _local(reference: str) -> str:
    return hosts.to_local(reference, registry.addresses())


def _build(layout: Layout, crane: str, content: bytes) -> str:
    target = _local("modelport.local/built")
    with tempfile.TemporaryDirectory(dir=layout.folder) as scratch:
        file = Path(scratch) / "layer.tar"
        file.write_bytes(content)
        _crane(layout, crane, "append", "--oci-empty-base", "-f", str(file), "-t", f"{target}:layer")
    made = _crane(
        layout, crane, "mutate", "--set-platform", PLATFORM, "-t", f"{target}:latest", f"{target}:layer"
    )
    return made.strip().rpartition("@")[2]


def _crane(layout: Layout, crane: str, *arguments: str) -> str:
    """Run the real crane on the local registries, without any login."""
    run = subprocess.run(
        [crane, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(layout.folder),
            "DOCKER_CONFIG": str(layout.folder),
        },
    )
    if run.returncode != 0:
        raise SandboxError(
            f"crane {arguments[0]} failed: {run.stderr.strip()}",
            ".venv/bin/python -m sandbox registries status",
        )
    return run.stdout
