"""Function on Azure: a container app."""

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

import pulumi
from pulumi_azure_native import app

from components.clouds.azure import OBJECT_ID, OnAzure
from components.core import naming
from components.core.endings import ending
from components.core.errors import InvalidArgument, ModelportError, caught
from components.core.sizes import container_app
from components.function.access import Access
from components.function.contract import ALIVE, PORT, READY, Function, FunctionArgs, FunctionLinks
from components.host.azure import PROFILE

NOBODY = "00000000-0000-0000-0000-000000000000"
"""An object id that nobody has: an empty list would let everybody in."""

# learn.microsoft.com/azure/app-service/configure-authentication-provider-aad: 500 characters in all
_MOST_CALLERS = 13
_GRACE_SECONDS = 30
_CONTAINER = "model"
# Kind, path, seconds between, failures. The process must be up soon; loading a model may take longer, and
# nothing is sent to it before.
_PROBES = (("Startup", ALIVE, 3, 10), ("Liveness", ALIVE, 10, 3), ("Readiness", READY, 5, 3))
_MARK = "r"
_RANDOM = 8


class AzureFunction(OnAzure, Function):
    """One app in the stack's environment of its side, closed to all but its callers."""

    MAKES: ClassVar[Mapping[str, str]] = {
        "azure-native:app:ContainerApp": "one: scales to zero, HTTPS only, runs by digest",
        "azure-native:app:ContainerAppsAuthConfig": "one unless public: a token of a caller, or 401",
        "random:index/randomString:RandomString": "the end of the revision's name, another for each",
    }
    GAPS: ClassVar[Mapping[str, str]] = {
        "access": "an app answers everybody for the seconds between its making and its access rules; "
        "its address is told to nobody before; a private one has a name and an address in the network alone, "
        "and in networks that are peered with it",
        "timeout_seconds": "the platform ends a request after 240 seconds; the application does so in time",
        "key": "settings of an app, and what it writes to its disk, stay with keys of Azure; its image and "
        "its file come from a registry and a storage that are encrypted with ours",
        "scale.concurrency": "more requests start more instances; the application refuses too many",
        "first deployment": "a right to pull takes minutes to work: when Azure cannot pull yet, deploy again",
    }

    @classmethod
    def names(cls, name: str, args: FunctionArgs) -> tuple[naming.Name, ...]:
        return (naming.Name(naming.CONTAINER_APP, (name,)),)

    @classmethod
    def refusals(cls, name: str, args: FunctionArgs) -> Iterator[ModelportError]:
        yield from super().refusals(name, args)
        yield from _refused_access(args.access)
        yield from caught(lambda: container_app(args.size))

    def _build(self, name: str, args: FunctionArgs, links: FunctionLinks) -> None:
        self.check(args, links)
        group = links.landing.home("function")
        suffix = self._revision(name, args, links)
        self.app = app.ContainerApp(
            name,
            resource_group_name=group,
            location=links.landing.region,
            environment_id=links.host.homes[args.access.side],
            workload_profile_name=PROFILE,
            identity=app.ManagedServiceIdentityArgs(
                type=app.ManagedServiceIdentityType.USER_ASSIGNED,
                user_assigned_identities=[links.identity.id],
            ),
            configuration=app.ConfigurationArgs(
                # One revision at a time; more can be allowed later without making the app anew.
                active_revisions_mode=app.ActiveRevisionsMode.SINGLE,
                max_inactive_revisions=10,
                ingress=_ingress(),
                registries=[
                    app.RegistryCredentialsArgs(
                        server=links.registry.grant(f"{name}-pull", links.identity.principal),
                        identity=links.identity.id,
                    )
                ],
            ),
            template=app.TemplateArgs(
                revision_suffix=suffix,
                containers=[_container(args, links.image.reference, self.variables(args, links))],
                scale=_scale(args),
                termination_grace_period_seconds=max(args.timeout_seconds, _GRACE_SECONDS),
            ),
            tags=self.tags_with(args.model),
            opts=self.child,
        )
        self.name = self.app.name
        self.url = self._url(name, args, group)
        self.revision = self.app.latest_revision_name.apply(_after_mark)
        self.reports = self.app.template.apply(_image)

    def _revision(self, name: str, args: FunctionArgs, links: FunctionLinks) -> pulumi.Output[str]:
        """The revision's name within the app, never used before.

        Azure refuses a name that an earlier revision has, so going back needs another one, too; and it wants
        a letter first. learn.microsoft.com/azure/container-apps/revisions#revision-name-suffix
        """
        template = {
            "image": links.image.reference,
            "variables": self.variables(args, links),
            "size": vars(container_app(args.size)),
            "scale": vars(args.scale),
            "grace": max(args.timeout_seconds, _GRACE_SECONDS),
            # Every constant of the template, too: a release that changes one must be able to deploy.
            "constants": [_CONTAINER, PORT, _PROBES],
        }
        keepers = {"template": self.suffix(args, template)}
        end = ending(f"{name}-revision", _RANDOM, keepers, self.child)
        digest = args.digest.removeprefix("sha256:")
        return pulumi.Output.concat(_MARK, digest[:8], "-", end)

    def _url(self, name: str, args: FunctionArgs, group: pulumi.Output[str]) -> pulumi.Output[str]:
        parts: list[pulumi.Output[str]] = [self.app.name, self.app.latest_revision_fqdn]
        if args.access.mode != "public":
            auth = app.ContainerAppsAuthConfig(
                f"{name}-access",
                auth_config_name="current",
                container_app_name=self.app.name,
                resource_group_name=group,
                platform=app.AuthPlatformArgs(enabled=True),
                http_settings=app.HttpSettingsArgs(require_https=True),
                global_validation=app.GlobalValidationArgs(
                    unauthenticated_client_action=app.UnauthenticatedClientActionV2.RETURN401
                ),
                identity_providers=_providers(args.access),
                # Gone with the app, never before it: alone, the app would be open.
                opts=pulumi.ResourceOptions(parent=self, deleted_with=self.app),
            )
            parts.append(auth.id)
        return pulumi.Output.all(*parts).apply(lambda known: f"https://{known[0]}.{_domain(known[1])}")


def _refused_access(access: Access) -> Iterator[InvalidArgument]:
    """What cannot be honoured of who may call."""
    if access.mode == "public":
        return
    for what in ("application", "tenant"):
        if not re.fullmatch(OBJECT_ID, getattr(access, what) or ""):
            yield InvalidArgument(
                "access",
                f"Azure asks an application of Microsoft Entra: give its client id and its tenant "
                f"({what} is missing or no GUID), or make the model public",
            )
    for caller in access.callers:
        if not re.fullmatch(OBJECT_ID, caller) or caller == NOBODY:
            yield InvalidArgument("callers", f'allowed on Azure: object ids; came "{caller}"')
    if len(access.callers) > _MOST_CALLERS:
        yield InvalidArgument("callers", f"Azure takes {_MOST_CALLERS} at most; came {len(access.callers)}")


def _ingress() -> app.IngressArgs:
    return app.IngressArgs(
        # Outside its own environment; how far that is, the environment's side decides.
        external=True,
        allow_insecure=False,
        target_port=PORT,
        transport=app.IngressTransportMethod.AUTO,
        traffic=[app.TrafficWeightArgs(latest_revision=True, weight=100)],
    )


def _container(
    args: FunctionArgs, image: pulumi.Output[str], variables: Mapping[str, pulumi.Input[str]]
) -> app.ContainerArgs:
    size = container_app(args.size)
    told = {**variables, "PORT": str(PORT)}
    return app.ContainerArgs(
        name=_CONTAINER,
        image=image,
        env=[app.EnvironmentVarArgs(name=name, value=told[name]) for name in sorted(told)],
        resources=app.ContainerResourcesArgs(cpu=size.cpu, memory=f"{size.memory_gib:g}Gi"),
        probes=[_probe(*probe) for probe in _PROBES],
    )


def _probe(kind: str, path: str, period: int, failures: int) -> app.ContainerAppProbeArgs:
    return app.ContainerAppProbeArgs(
        type=kind,
        http_get=app.ContainerAppProbeHttpGetArgs(path=path, port=PORT, scheme=app.Scheme.HTTP),
        initial_delay_seconds=1,
        period_seconds=period,
        timeout_seconds=2,
        failure_threshold=failures,
    )


def _scale(args: FunctionArgs) -> app.ScaleArgs:
    each = app.HttpScaleRuleArgs(metadata={"concurrentRequests": str(args.scale.concurrency)})
    return app.ScaleArgs(
        min_replicas=args.scale.min,
        max_replicas=args.scale.max,
        rules=[app.ScaleRuleArgs(name="requests", http=each)],
    )


def _providers(access: Access) -> app.IdentityProvidersArgs:
    """Tokens of the tenant for the application, of the callers and nobody else."""
    allowed = app.AllowedPrincipalsArgs(identities=list(access.callers) or [NOBODY])
    return app.IdentityProvidersArgs(
        azure_active_directory=app.AzureActiveDirectoryArgs(
            enabled=True,
            registration=app.AzureActiveDirectoryRegistrationArgs(
                client_id=access.application,
                open_id_issuer=f"https://login.microsoftonline.com/{access.tenant}/v2.0",
            ),
            validation=app.AzureActiveDirectoryValidationArgs(
                allowed_audiences=[f"{access.application}", f"api://{access.application}"],
                default_authorization_policy=app.DefaultAuthorizationPolicyArgs(allowed_principals=allowed),
            ),
        )
    )


def _after_mark(revision: str) -> str:
    """`<app>--r<digest>-<random>` without what comes before the digest."""
    return revision.rpartition("--")[2].removeprefix(_MARK)


def _image(template: app.outputs.TemplateResponse | None) -> str:
    """What the provider says it runs."""
    containers = (template and template.containers) or []
    return (containers[0].image or "") if containers else ""


def _domain(revision_host: str) -> str:
    """The environment's domain: what follows the first name of any host in it."""
    return revision_host.partition(".")[2]
