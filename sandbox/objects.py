"""Objects of the simulated storages: files below `.sandbox/objects` (standard library only).

`own` holds what is in this world's buckets, `elsewhere` what others have: `python -m sandbox put`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.world import World

_BUCKETS = {
    "s3": "aws:s3/bucket:Bucket",
    "az": "azure-native:storage:BlobContainer",
    "gs": "gcp:storage/bucket:Bucket",
}
_REMOTES = {"s3": "s3", "gcs": "gs", "azureblob": "az"}
_REMOTE = re.compile(r":(?P<backend>s3|gcs|azureblob)(?P<options>(,[^:]*)?):(?P<path>.*)", re.DOTALL)
_ADDRESS = re.compile(r"(?P<scheme>s3|gs|az|https)://(?P<path>[^?#]+)")


@dataclass(frozen=True)
class Object:
    """One object: `s3`, `gs`, `az` or `https`, its bucket (`<account>/<container>` on Azure) and its key."""

    scheme: str
    bucket: str
    key: str

    def file(self, objects: Path, own: bool) -> Path:
        """Where its content lies."""
        return objects / ("own" if own else "elsewhere") / self.scheme / self.bucket / self.key


def parse(text: str) -> Object | None:
    """An object from an address (`s3://bucket/key`) or a remote of rclone; None for anything else."""
    if match := _REMOTE.fullmatch(text):
        options = dict(part.partition("=")[::2] for part in match["options"].split(",") if part)
        return _object(_REMOTES[match["backend"]], match["path"], options.get("account", ""))
    if match := _ADDRESS.fullmatch(text):
        return _object(match["scheme"], match["path"])
    return None


def _object(scheme: str, path: str, account: str = "") -> Object | None:
    parts = [part for part in (account, *path.split("/")) if part]
    buckets = 2 if scheme == "az" else 1
    if len(parts) <= buckets or ".." in parts:
        return None
    return Object(scheme, "/".join(parts[:buckets]), "/".join(parts[buckets:]))


def exists(world: World, found: Object) -> bool:
    """Whether the bucket is one of this world."""
    type_ = _BUCKETS.get(found.scheme)
    return bool(type_) and any(_name(each.properties) == found.bucket for each in world.all(type_))


def _name(properties: Mapping[str, Any]) -> str:
    """A bucket's name; of a container with its account."""
    if "containerName" in properties:
        return f"{properties.get('accountName')}/{properties['containerName']}"
    return str(properties.get("bucket") or properties.get("name"))
