"""For whom and where something is made; every tag comes from here."""

from dataclasses import dataclass

MANAGED_BY = "pulumi"


@dataclass(frozen=True, kw_only=True)
class Context:
    """What every component of one stack has in common."""

    project: str
    """Name of the Pulumi project; the first word of every physical name."""

    environment: str
    """Name of the environment (`dev`, `prod`, …); the second word of every physical name."""

    owner: str
    """Who answers for it: an e-mail address or the name of a team."""

    def tags_for(self, capability: str, component: str, model: str | None = None) -> dict[str, str]:
        """The tags of a resource, before a cloud's own rules for labels are applied."""
        tags = {
            "project": self.project,
            "environment": self.environment,
            "owner": self.owner,
            "capability": capability,
            "component": component,
            "managed-by": MANAGED_BY,
        }
        return tags if model is None else {**tags, "model": model}
