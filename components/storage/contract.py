"""Object storage: what it takes and gives on every cloud."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pulumi
from pulumi_command import local

from components.clouds.landing import Landing
from components.core.component import Component, ComponentArgs
from components.core.errors import InvalidArgument, check_range
from components.core.principal import Principal
from components.key.contract import Key
from components.network.contract import Network
from components.storage.artifact import Artifact

Action = Literal["read", "write"]
ACTIONS = ("read", "write")

# The shortest stay in S3's infrequent-access classes is 30 days, so a second move needs 30 more:
# docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
SHORTEST_STAY = 30
LONGEST_DAYS = 3650
ABORT_UPLOADS_DAYS = 7

HOLD = Path(__file__).with_name("hold.sh")

_PREFIX = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*/)*")
_LONGEST_PREFIX = 200


@dataclass(frozen=True, kw_only=True)
class StorageArgs(ComponentArgs):
    """Inputs of a storage."""

    keep_versions_days: int = 30
    """After how many days an object that was overwritten or deleted goes for good, 1 to 3650."""

    infrequent_after_days: int = 30
    """After how many days an object moves to a class that is cheaper to keep, 30 to 3650."""

    archive_after_days: int = 90
    """After how many days it moves to the cheapest class that is still read at once; at least 30 later."""

    access_logs_days: int | None = None
    """How many days it is kept who read and wrote what, 30 to 3650; None: not at all."""

    protect: bool = True
    """Whether it refuses to be deleted; without, it is deleted with everything in it."""

    def __post_init__(self) -> None:
        stay = self.infrequent_after_days + SHORTEST_STAY
        check_range("keep_versions_days", self.keep_versions_days, 1, LONGEST_DAYS)
        check_range("infrequent_after_days", self.infrequent_after_days, SHORTEST_STAY, LONGEST_DAYS)
        check_range("archive_after_days", self.archive_after_days, stay, LONGEST_DAYS)
        if self.access_logs_days is not None:
            check_range("access_logs_days", self.access_logs_days, 30, LONGEST_DAYS)


@dataclass(frozen=True)
class StorageLinks:
    """What a storage needs from other components."""

    landing: Landing

    key: Key | None = None
    """What to encrypt with; without it, with a key of the provider."""

    network: Network | None = None
    """Where it answers; without one, everywhere, to those who have a right."""


class Storage(Component[StorageArgs, StorageLinks]):
    """A private place for objects, versioned and encrypted."""

    CAPABILITY = "storage"
    ARGS = StorageArgs
    OUTPUTS = ("name", "uri")

    name: pulumi.Output[str]
    """What the cloud calls it: the bucket's name, or `<account>/<container>`."""

    uri: pulumi.Output[str]
    """What every object's address begins with (`s3://…`, `https://…`, `gs://…`), without a slash at the end;
    resolves once versions, encryption and access are settled."""

    remote: pulumi.Output[str]
    """What rclone calls it, ending in `:<bucket>`; credentials are those at hand. Resolves like `uri`."""

    def grant(self, name: str, principal: Principal, action: Action, prefix: str = "") -> pulumi.Output[str]:
        """Lets one identity read, or write, what is below `prefix` (`""` or `a/b/`); `name` is logical.

        "read" is to get and to list, "write" is to put, never to delete.
        Returns the prefix's address without a slash at the end, resolved once the grant is attached.
        Raises `InvalidArgument` for another action, a prefix that is none, or no single identity.
        """
        if action not in ACTIONS:
            raise InvalidArgument("action", f'allowed: {", ".join(ACTIONS)}; came "{action}"')
        if not _PREFIX.fullmatch(prefix) or len(prefix) > _LONGEST_PREFIX:
            raise InvalidArgument(
                "prefix", f'allowed: nothing, or words that each end in "/"; came "{prefix}"'
            )
        return self._grant(name, principal, action, prefix)

    def hold(self, name: str, prefix: str, artifact: Artifact) -> pulumi.Output[str]:
        """Copies a file here by hash, below `prefix` (`a/b/`); `name` is the copy's logical name.

        Returns the file's name below the prefix, which is its SHA-256, resolved once it was read back.
        """
        copy = local.Command(
            name,
            create=HOLD.read_text(encoding="utf-8"),
            environment={
                "SOURCE": artifact.remote,
                "TARGET": pulumi.Output.concat(self.remote, "/", prefix, artifact.sha256),
                "SHA256": artifact.sha256,
            },
            # Another file is another copy; a change of the text alone runs it again, which changes nothing.
            triggers=[artifact.sha256],
            logging=local.Logging.STDERR,
            opts=self.child,
        )
        return copy.stdout.apply(str.strip)

    def _grant(self, name: str, principal: Principal, action: Action, prefix: str) -> pulumi.Output[str]:
        """The grant of one cloud."""
        raise NotImplementedError


def below(uri: pulumi.Output[str], prefix: str) -> pulumi.Output[str]:
    """The address of a prefix, without a slash at the end."""
    return pulumi.Output.concat(uri, f"/{prefix}".rstrip("/"))
