"""Images that a simulated registry holds, asked from the local registries."""

from sandbox import registry
from sandbox.needs import Refused, Situation


def tags(situation: Situation, cloud: str, repository: str) -> list[str]:
    """Tags under a repository's full path (host first); none where no local registries run (unit tests)."""
    return registry.tags(cloud, repository) if _running(situation) else []


def purge(situation: Situation, cloud: str, prefix: str) -> None:
    """Delete the images of a repository, or of all repositories under a prefix that ends with `/`."""
    if not _running(situation):
        return
    try:
        found = [each for each in registry.repositories(cloud) if each == prefix or _under(each, prefix)]
        for each in found:
            registry.purge(cloud, each)
    except registry.RegistryDown as down:
        raise Refused(str(down), code="UNAVAILABLE") from down


def _under(repository: str, prefix: str) -> bool:
    return prefix.endswith("/") and repository.startswith(prefix)


def _running(situation: Situation) -> bool:
    return (situation.world.path.parent / "registries.json").exists()
