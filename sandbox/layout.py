"""Where everything of the sandbox lies on disk."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VARIABLE = "MODELPORT_SANDBOX"


def folder() -> Path:
    """The sandbox's folder: what MODELPORT_SANDBOX names, else `.sandbox` in the repository."""
    return Path(os.environ.get(VARIABLE) or ROOT / ".sandbox").absolute()


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Paths of one sandbox, seen from one environment (`dev`, `prod`, …)."""

    environment: str
    folder: Path
    root: Path = ROOT

    @property
    def home(self) -> Path:
        """PULUMI_HOME: the simulated plugins, and nothing of the user's own."""
        return self.folder / "home"

    @property
    def backend(self) -> Path:
        """State of all stacks, in Pulumi's file format."""
        return self.folder / "backend"

    @property
    def world(self) -> Path:
        """What exists on the simulated clouds."""
        return self.folder / "world.sqlite"

    @property
    def addresses(self) -> Path:
        """Addresses of the local registries, by cloud."""
        return self.folder / "registries.json"

    @property
    def registry(self) -> Path:
        """Storage, logs and process files of the local registries."""
        return self.folder / "registry"

    @property
    def gateway(self) -> Path:
        """Process file and logs of the gateway and of the models behind it."""
        return self.folder / "gateway"

    @property
    def objects(self) -> Path:
        """Content of the simulated storages."""
        return self.folder / "objects"

    @property
    def bin(self) -> Path:
        """The shims and the credential helper, first on PATH."""
        return self.folder / "bin"

    @property
    def docker(self) -> Path:
        """DOCKER_CONFIG: logins of this sandbox only."""
        return self.folder / "docker"

    @property
    def image(self) -> Path:
        """Digest of the image built from this repository."""
        return self.folder / "image.json"

    @property
    def work(self) -> Path:
        """Where `pulumi` runs, so that it never writes a tracked file."""
        return self.folder / self.environment

    @property
    def project(self) -> Path:
        """The tracked project file."""
        return self.root / "Pulumi.yaml"

    @property
    def settings(self) -> Path:
        """The tracked settings of the environment."""
        return self.root / f"Pulumi.{self.environment}.yaml"

    @property
    def work_settings(self) -> Path:
        """The settings `pulumi` reads and writes in the sandbox."""
        return self.work / self.settings.name


def layout(environment: str = "dev") -> Layout:
    """Return the paths for an environment."""
    return Layout(environment=environment, folder=folder())
