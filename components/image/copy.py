"""The copy of an image, alike on every cloud: crane keeps the digest, and reads it back."""

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import pulumi
from pulumi_command import local

from components.core.digests import split, tag_of
from components.image.contract import Image, ImageArgs, ImageLinks

SCRIPT = Path(__file__).with_name("copy.sh")


class CopiedImage(Image):
    """Runs `copy.sh`, which takes everything from its environment and holds no credentials."""

    MAKES: ClassVar[Mapping[str, str]] = {
        "command:local:Command": "one copy by digest with crane, read back and compared"
    }

    def _build(self, name: str, args: ImageArgs, links: ImageLinks) -> None:
        repository = links.registry.repositories[args.model]
        _, digest = split(args.source)
        self.copy = local.Command(
            name,
            create=SCRIPT.read_text(encoding="utf-8"),
            environment={
                "SOURCE": args.source,
                "TARGET": repository,
                "TAG": tag_of(digest),
                "DIGEST": digest,
                # Not read by the script: a registry that was made anew is empty and needs the copy again.
                "MADE": links.registry.made[args.model],
            },
            # Another image is another copy; a change of the text alone runs it again, which changes nothing.
            triggers=[digest],
            logging=local.Logging.STDERR,
            opts=self.child,
        )
        self.digest = self.copy.stdout.apply(str.strip)
        self.reference = pulumi.Output.concat(repository, "@", self.digest)
