"""Artifact: a model file outside of the image, copied by hash."""

import re
from dataclasses import dataclass

from components.core.errors import InvalidArgument

# Nothing that rclone would read as more than a name: no comma, colon or `..`, and no credentials in a host.
_PATH = r"[A-Za-z0-9_][A-Za-z0-9._=+-]*(/[A-Za-z0-9_][A-Za-z0-9._=+-]*)*"
_BUCKET = r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]"
_CONTAINER = r"[a-z0-9]{3,24}/[a-z0-9][a-z0-9-]{1,61}[a-z0-9]"
_HOST = r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?"
URI = rf"^((s3|gs)://{_BUCKET}|az://{_CONTAINER}|https://{_HOST})/{_PATH}$"
SHA256 = r"^[0-9a-f]{64}$"
VERSION = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """A file from elsewhere, named by what is in it."""

    uri: str
    """Where it comes from: `s3://`, `gs://`, `az://<account>/<container>/` or `https://`, and a path."""

    sha256: str
    """What it is: 64 hex digits in lower case."""

    version: str
    """What it is called: letters, digits and `._-`, 64 at most."""

    def __post_init__(self) -> None:
        for name, pattern, allowed in (
            (
                "uri",
                URI,
                "s3:// or gs://<bucket>/<path>, az://<account>/<container>/<path>, https://<host>/<path>",
            ),
            ("sha256", SHA256, "64 hex digits in lower case"),
            ("version", VERSION, "letters, digits and ._-, 64 at most, a letter or digit first"),
        ):
            if not re.fullmatch(pattern, getattr(self, name), re.ASCII):
                raise InvalidArgument(f"artifact.{name}", f'allowed: {allowed}; came "{getattr(self, name)}"')

    @property
    def remote(self) -> str:
        """Where it comes from, as rclone names it (rclone.org/docs/#connection-strings)."""
        scheme, _, path = self.uri.partition("://")
        if scheme == "az":
            account, _, path = path.partition("/")
            return f":azureblob,env_auth,account={account}:{path}"
        kinds = {"s3": ":s3,provider=AWS,env_auth:", "gs": ":gcs,env_auth:"}
        return f"{kinds[scheme]}{path}" if scheme in kinds else self.uri
