"""Host on Google Cloud: the logs of a stack's Cloud Run services, apart from all others of the project."""

from collections.abc import Mapping
from typing import ClassVar

from pulumi_gcp import logging

from components.clouds.gcp import OnGcp
from components.clouds.gcp_logs import encryption, keep
from components.core import naming
from components.core.context import Context
from components.core.outputs import once
from components.host.contract import Host, HostArgs, HostLinks


class GcpHost(OnGcp, Host):
    """A log bucket with a retention of its own, which a sink fills instead of the project's `_Default`."""

    MAKES: ClassVar[Mapping[str, str]] = {
        "gcp:logging/projectBucketConfig:ProjectBucketConfig": "one: logs, kept as long as asked",
        "gcp:logging/projectSink:ProjectSink": "brings the logs of this stack's services there",
        "gcp:logging/projectExclusion:ProjectExclusion": "keeps them out of the project's `_Default` logs",
        "random:index/randomString:RandomString": "the end of the log bucket's name, held for 7 days",
    }
    GAPS: ClassVar[Mapping[str, str]] = {
        "logs": "services are told apart by name: in a project shared with a Pulumi project whose name "
        "begins with `<project>-<environment>-`, its logs come here, too"
    }

    @classmethod
    def names(cls, name: str, args: HostArgs) -> tuple[naming.Name, ...]:
        return (naming.full(naming.LOG_BUCKET, args.context, name),)

    def _build(self, name: str, args: HostArgs, links: HostLinks) -> None:
        super()._build(name, args, links)
        kept = keep(name, self._bucket(name, args, links), _logs(args.context), self.child)
        self.homes = dict.fromkeys(args.sides, once(links.landing.home("host"), kept))

    def _bucket(self, name: str, args: HostArgs, links: HostLinks) -> logging.ProjectBucketConfig:
        return logging.ProjectBucketConfig(
            name,
            bucket_id=self.unique(name, args, links.landing.region, encrypted=bool(links.key)),
            project=links.landing.home("host"),
            location=links.landing.region,
            retention_days=args.retention_days,
            cmek_settings=encryption(name, links.key),
            # Log buckets take no labels.
            description=f"Functions of {args.context.project} in {args.context.environment}",
            opts=self.child,
        )


def _logs(context: Context) -> str:
    """The filter for what this stack's services log: their names begin alike.

    cloud.google.com/logging/docs/view/logging-query-language
    """
    start = naming.fit(naming.RUN_SERVICE, (context.project, context.environment))
    return f'resource.type="cloud_run_revision" AND resource.labels.service_name=~"^{start}-"'
