"""The tools this project needs: which versions will do, and how the pinned one is built."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from tools.versions import Version, parse

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, kw_only=True)
class Tool:
    """A program, built from `tools/<name>/go.mod` unless a good one is on PATH."""

    name: str
    package: str
    """Import path of the main package, which go.mod lists as a tool; `.` for one of ours."""
    module: str
    """The module in go.mod that has the version we pin."""
    minimum: Version
    """The oldest version on PATH that will do."""
    ask: tuple[str, ...]
    """Arguments that make the program print its version."""
    answer: str = ""
    """What that answer must hold, for names that other programs bear too."""
    ldflags: str = "-s -w"
    """`{version}` stands for the pinned version."""

    @property
    def folder(self) -> Path:
        """Where go.mod and go.sum are."""
        return HERE / self.name

    @property
    def pinned(self) -> str:
        """The version in go.mod, as Go writes it: "v3.258.0"."""
        match = re.search(rf"\s{re.escape(self.module)} (v\S+)", self._text("go.mod"))
        if match is None:
            raise ValueError(f"{self.folder / 'go.mod'} does not require {self.module}")
        return match[1]

    @property
    def go(self) -> Version:
        """The oldest Go that can build it, from go.mod."""
        match = re.search(r"^go (\S+)$", self._text("go.mod"), re.MULTILINE)
        version = parse(match[1]) if match else None
        if version is None:
            raise ValueError(f"{self.folder / 'go.mod'} has no go directive")
        return version

    @property
    def build_flags(self) -> list[str]:
        """Flags of `go build`; a change of them is another build."""
        ldflags = self.ldflags.format(version=self.pinned)
        return ["-mod=readonly", "-trimpath", "-buildvcs=false", f"-ldflags={ldflags}"]

    @property
    def key(self) -> str:
        """Name of the build in the cache; another go.mod, go.sum or flag makes another name."""
        sources = [path.read_text(encoding="utf-8") for path in sorted(self.folder.glob("*.go"))]
        parts = [self._text("go.mod"), self._text("go.sum"), *sources, self.package, *self.build_flags]
        return f"{self.name}-{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:16]}"

    def _text(self, file: str) -> str:
        return (self.folder / file).read_text(encoding="utf-8")


PULUMI = Tool(
    name="pulumi",
    package="github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    module="github.com/pulumi/pulumi/pkg/v3",
    minimum=(3, 249, 0),
    ask=("version",),
    ldflags="-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version={version}",
)
CRANE = Tool(
    name="crane",
    package="github.com/google/go-containerregistry/cmd/crane",
    module="github.com/google/go-containerregistry",
    minimum=(0, 20, 0),
    ask=("version",),
    ldflags="-s -w -X github.com/google/go-containerregistry/cmd/crane/cmd.Version={version}",
)
REGISTRY = Tool(
    name="registry",
    package="github.com/distribution/distribution/v3/cmd/registry",
    module="github.com/distribution/distribution/v3",
    minimum=(3, 0, 0),
    ask=("--version",),
    answer="github.com/distribution/distribution/v3",
    ldflags="-s -w -X github.com/distribution/distribution/v3/version.version={version}",
)
RCLONE = Tool(
    name="rclone",
    package=".",
    module="github.com/rclone/rclone",
    minimum=(1, 65, 0),
    ask=("version",),
    answer="rclone v",
    ldflags="-s -w -X github.com/rclone/rclone/fs.Version={version}",
)
"""Only for models whose file is not inside the image."""

TOOLS = (PULUMI, CRANE, REGISTRY)
"""What every start needs."""
