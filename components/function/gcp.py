"""Function on Google Cloud: a Cloud Run service."""

import math
from collections.abc import Iterator, Mapping
from typing import ClassVar, NamedTuple

import pulumi
from pulumi_gcp import cloudrunv2

from components.clouds.gcp import OnGcp
from components.core import naming
from components.core.errors import ModelportError, caught
from components.core.outputs import once
from components.core.sizes import MIB, cloud_run
from components.function.access import refused
from components.function.contract import ALIVE, PORT, READY, Function, FunctionArgs, FunctionLinks

INVOKE = "roles/run.invoker"
EVERYBODY = "allUsers"


class _Probe(NamedTuple):
    """How a path is asked."""

    path: str
    period_seconds: int
    timeout_seconds: int
    failure_threshold: int


# Left out beside limits, the two would be off: paid for between requests, and slow to start.
_BILLING = {"cpu_idle": True, "startup_cpu_boost": True}
# Who may reach the address, whoever may call; "inside" is the project's networks, and what is routed there.
# cloud.google.com/run/docs/securing/ingress
_INGRESS = {"external": "INGRESS_TRAFFIC_ALL", "internal": "INGRESS_TRAFFIC_INTERNAL_ONLY"}
# What leaves goes through the network, wherever it goes: else only what is for private addresses would.
_EGRESS = "ALL_TRAFFIC"

# A model may take two minutes to load; one that hangs for half a minute is started anew.
_STARTUP = _Probe(READY, period_seconds=5, timeout_seconds=4, failure_threshold=24)
_LIVENESS = _Probe(ALIVE, period_seconds=10, timeout_seconds=4, failure_threshold=3)


class GcpFunction(OnGcp, Function):
    """One service; the agent of Cloud Run pulls within a project without a grant.

    cloud.google.com/artifact-registry/docs/integrate-cloud-run
    """

    MAKES: ClassVar[Mapping[str, str]] = {
        "gcp:cloudrunv2/service:Service": "one: runs the image by digest; every change is a new revision",
        "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": "one per caller, or one for everybody if public",
        "random:index/randomString:RandomString": "the end of the service's name",
    }
    GAPS: ClassVar[Mapping[str, str]] = {
        "readiness": f"`{READY}` is asked while an instance starts; Cloud Run asks later in a preview only",
        "private": "its `run.app` address answers to every network of the project, and to all inside a "
        "perimeter of VPC Service Controls: callers need their right there, too",
    }

    @classmethod
    def names(cls, name: str, args: FunctionArgs) -> tuple[naming.Name, ...]:
        return (naming.full(naming.RUN_SERVICE, args.context, name),)

    @classmethod
    def refusals(cls, name: str, args: FunctionArgs) -> Iterator[ModelportError]:
        yield from super().refusals(name, args)
        yield from caught(lambda: cloud_run(args.size))
        yield from refused(cls.CLOUD, args.access)

    def _build(self, name: str, args: FunctionArgs, links: FunctionLinks) -> None:
        self.check(args, links)
        service = self.unique(name, args, links.landing.region)
        self.service = cloudrunv2.Service(
            name,
            name=service,
            # The host's, once it keeps the logs and Cloud Run is enabled.
            project=once(links.host.homes[args.access.side], links.landing.home("function")),
            location=links.landing.region,
            template=self._template(args, links, service),
            traffics=[
                cloudrunv2.ServiceTrafficArgs(type="TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent=100)
            ],
            ingress=_INGRESS[args.access.side],
            # It holds no data; with the provider's default, a destroy would fail.
            deletion_protection=False,
            labels=self.tags_with(args.model),
            opts=self.child,
        )
        self.name = self.service.name
        self.url = once(self.service.uri, *self._callers(name, args))
        self.revision = pulumi.Output.all(self.service.latest_ready_revision, self.name).apply(
            lambda known: _revision(*known)
        )
        self.reports = self.service.template.apply(lambda template: str((template.containers or [])[0].image))

    def _template(
        self, args: FunctionArgs, links: FunctionLinks, service: pulumi.Output[str]
    ) -> cloudrunv2.ServiceTemplateArgs:
        """What a revision is made of; its name changes with each part of it, or the cloud refuses it."""
        size = cloud_run(args.size)
        limits = {"cpu": f"{size.cpu:g}", "memory": _memory(size.memory_gib)}
        variables = self.variables(args, links)
        parts = {
            "image": links.image.reference,
            "identity": links.identity.id,
            "variables": variables,
            "limits": limits,
            "scale": vars(args.scale),
            "timeout": args.timeout_seconds,
            # Every constant of the template, too: a release that changes one must be able to deploy.
            "constants": [PORT, _STARTUP, _LIVENESS, _BILLING],
        }
        network = links.host.network
        if network:
            # Only then: what has none keeps its revision.
            parts["network"] = [network.subnets[args.access.side], _EGRESS]
        return cloudrunv2.ServiceTemplateArgs(
            revision=pulumi.Output.concat(service, "-", self.suffix(args, parts)),
            service_account=links.identity.id,
            vpc_access=_vpc_access(network.id, network.subnets[args.access.side]) if network else None,
            max_instance_request_concurrency=args.scale.concurrency,
            timeout=f"{args.timeout_seconds}s",
            scaling=cloudrunv2.ServiceTemplateScalingArgs(
                min_instance_count=args.scale.min, max_instance_count=args.scale.max
            ),
            containers=[_container(links.image.reference, variables, limits)],
        )

    def _callers(self, name: str, args: FunctionArgs) -> list[pulumi.Output[str]]:
        """The right to call, for each caller; resolved once it is given."""
        wanted = {f"{name}-{self.short(caller)}": caller for caller in args.access.callers}
        if args.access.mode == "public":
            wanted = {f"{name}-public": EVERYBODY}
        return [
            cloudrunv2.ServiceIamMember(
                logical,
                project=self.service.project,
                location=self.service.location,
                name=self.service.name,
                role=INVOKE,
                member=caller,
                opts=self.child,
            ).etag
            for logical, caller in wanted.items()
        ]


def _vpc_access(
    network: pulumi.Output[str], subnets: pulumi.Output[list[str]]
) -> cloudrunv2.ServiceTemplateVpcAccessArgs:
    """One interface in the network; Cloud Run knows no more.

    cloud.google.com/run/docs/configuring/vpc-direct-vpc
    """
    inside = cloudrunv2.ServiceTemplateVpcAccessNetworkInterfaceArgs(
        network=network, subnetwork=subnets.apply(lambda known: known[0])
    )
    return cloudrunv2.ServiceTemplateVpcAccessArgs(network_interfaces=[inside], egress=_EGRESS)


def _container(
    image: pulumi.Output[str], variables: Mapping[str, pulumi.Input[str]], limits: Mapping[str, str]
) -> cloudrunv2.ServiceTemplateContainerArgs:
    """The one container: PORT comes from Cloud Run itself, which refuses it among the variables."""
    return cloudrunv2.ServiceTemplateContainerArgs(
        image=image,
        ports=cloudrunv2.ServiceTemplateContainerPortsArgs(container_port=PORT),
        envs=[
            cloudrunv2.ServiceTemplateContainerEnvArgs(name=variable, value=variables[variable])
            for variable in sorted(variables)
        ],
        resources=cloudrunv2.ServiceTemplateContainerResourcesArgs(limits=dict(limits), **_BILLING),
        startup_probe=cloudrunv2.ServiceTemplateContainerStartupProbeArgs(
            http_get=cloudrunv2.ServiceTemplateContainerStartupProbeHttpGetArgs(
                path=_STARTUP.path, port=PORT
            ),
            period_seconds=_STARTUP.period_seconds,
            timeout_seconds=_STARTUP.timeout_seconds,
            failure_threshold=_STARTUP.failure_threshold,
        ),
        liveness_probe=cloudrunv2.ServiceTemplateContainerLivenessProbeArgs(
            http_get=cloudrunv2.ServiceTemplateContainerLivenessProbeHttpGetArgs(
                path=_LIVENESS.path, port=PORT
            ),
            period_seconds=_LIVENESS.period_seconds,
            timeout_seconds=_LIVENESS.timeout_seconds,
            failure_threshold=_LIVENESS.failure_threshold,
        ),
    )


def _memory(gib: float) -> str:
    """GiB as the cloud writes it."""
    return f"{gib:.0f}Gi" if float(gib).is_integer() else f"{math.ceil(gib * MIB)}Mi"


def _revision(ready: str, service: str) -> str:
    """The end of a revision's name, which may come with its whole path."""
    return ready.rpartition("/")[2].removeprefix(f"{service}-")
