"""Azure with the bare SDK: a registry, a storage account and a container app."""

import pulumi
import pulumi_azure_native as sdk
import pulumi_random as random
from pulumi_azure_native import (
    app,
    authorization,
    containerregistry,
    managedidentity,
    monitor,
    operationalinsights,
    resources,
)

from benchmarks.bare import azure_storage
from benchmarks.bare.common import VARIABLES, Made, Settings, copy, ending, revision

# AcrPull: learn.microsoft.com/azure/role-based-access-control/built-in-roles/containers#acrpull
PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
NOBODY = "00000000-0000-0000-0000-000000000000"
PROBES = (("Startup", "/livez", 3, 10), ("Liveness", "/livez", 10, 3), ("Readiness", "/readyz", 5, 3))
LOGS = ("ContainerAppConsoleLogs", "ContainerAppSystemLogs")


def deploy(given: Settings) -> Made:
    """Everything on Azure."""
    section = given.azure
    provider = sdk.Provider(
        "azure",
        location=section["location"],
        subscription_id=section["subscription"],
        tenant_id=section["tenant"],
    )
    opts = pulumi.ResourceOptions(provider=provider)
    group = resources.ResourceGroup(
        "landing", location=section["location"], tags=given.tags("landing", "landing"), opts=opts
    )
    registry = _registry(given, group, opts)
    repository = pulumi.Output.concat(registry.login_server, "/", given.model)
    image = copy(f"azure-{given.model}", given, repository, registry.creation_date)
    address = azure_storage.deploy(given, group, opts)
    return Made(_app(given, group, registry, image, opts), image, address)


def _registry(
    given: Settings, group: resources.ResourceGroup, opts: pulumi.ResourceOptions
) -> containerregistry.Registry:
    end = ending("azure-registry-suffix", 6, given.azure["location"])
    return containerregistry.Registry(
        "registry",
        registry_name=end.apply(lambda known: f"modelport{given.environment}registry{known}"),
        resource_group_name=group.name,
        location=given.azure["location"],
        sku=containerregistry.SkuArgs(name=containerregistry.SkuName.STANDARD),
        admin_user_enabled=False,
        anonymous_pull_enabled=False,
        policies=containerregistry.PoliciesArgs(
            azure_ad_authentication_as_arm_policy=containerregistry.AzureADAuthenticationAsArmPolicyArgs(
                status=containerregistry.AzureADAuthenticationAsArmPolicyStatus.ENABLED
            )
        ),
        tags=given.tags("registry", "registry"),
        opts=opts,
    )


def _environment(
    given: Settings, group: resources.ResourceGroup, opts: pulumi.ResourceOptions
) -> tuple[app.ManagedEnvironment, monitor.DiagnosticSetting]:
    tags = given.tags("host", "host")
    workspace = operationalinsights.Workspace(
        "host-logs",
        resource_group_name=group.name,
        location=given.azure["location"],
        sku=operationalinsights.WorkspaceSkuArgs(name=operationalinsights.WorkspaceSkuNameEnum.PER_GB2018),
        retention_in_days=30,
        features=operationalinsights.WorkspaceFeaturesArgs(
            disable_local_auth=True, enable_log_access_using_only_resource_permissions=True
        ),
        tags=tags,
        opts=opts,
    )
    environment = app.ManagedEnvironment(
        "host",
        resource_group_name=group.name,
        location=given.azure["location"],
        app_logs_configuration=app.AppLogsConfigurationArgs(destination="azure-monitor"),
        workload_profiles=[app.WorkloadProfileArgs(name="Consumption", workload_profile_type="Consumption")],
        tags=tags,
        opts=opts,
    )
    sent = monitor.DiagnosticSetting(
        "host-diagnostics",
        resource_uri=environment.id,
        workspace_id=workspace.id,
        logs=[monitor.DiagnosticsLogSettingsArgs(category=each, enabled=True) for each in LOGS],
        opts=opts,
    )
    return environment, sent


def _identity(
    given: Settings,
    group: resources.ResourceGroup,
    registry: containerregistry.Registry,
    opts: pulumi.ResourceOptions,
) -> tuple[managedidentity.UserAssignedIdentity, authorization.RoleAssignment]:
    identity = managedidentity.UserAssignedIdentity(
        given.model,
        resource_group_name=group.name,
        location=given.azure["location"],
        tags=given.tags("identity", given.model, given.model),
        opts=opts,
    )
    whole = f"/subscriptions/{given.azure['subscription']}"
    pull = authorization.RoleAssignment(
        f"{given.model}-pull",
        scope=registry.id,
        role_definition_id=f"{whole}/providers/Microsoft.Authorization/roleDefinitions/{PULL}",
        principal_id=identity.principal_id,
        principal_type=authorization.PrincipalType.SERVICE_PRINCIPAL,
        opts=opts,
    )
    return identity, pull


def _app(
    given: Settings,
    group: resources.ResourceGroup,
    registry: containerregistry.Registry,
    image: pulumi.Output[str],
    opts: pulumi.ResourceOptions,
) -> pulumi.Output[str]:
    model = given.model
    environment, sent = _environment(given, group, opts)
    identity, pull = _identity(given, group, registry, opts)
    variables: dict[str, pulumi.Input[str]] = {
        **VARIABLES,
        "MODEL": model,
        "PORT": "8080",
        "AZURE_CLIENT_ID": identity.client_id,
    }
    template = revision(given.digest, image, variables, PROBES)
    end = random.RandomString(
        f"{model}-revision",
        length=8,
        special=False,
        upper=False,
        keepers={"template": template},
    )
    made = app.ContainerApp(
        model,
        resource_group_name=group.name,
        location=given.azure["location"],
        environment_id=environment.id,
        workload_profile_name="Consumption",
        identity=app.ManagedServiceIdentityArgs(
            type=app.ManagedServiceIdentityType.USER_ASSIGNED, user_assigned_identities=[identity.id]
        ),
        configuration=app.ConfigurationArgs(
            active_revisions_mode=app.ActiveRevisionsMode.SINGLE,
            max_inactive_revisions=10,
            ingress=app.IngressArgs(
                external=True,
                allow_insecure=False,
                target_port=8080,
                transport=app.IngressTransportMethod.AUTO,
                traffic=[app.TrafficWeightArgs(latest_revision=True, weight=100)],
            ),
            registries=[app.RegistryCredentialsArgs(server=registry.login_server, identity=identity.id)],
        ),
        template=app.TemplateArgs(
            revision_suffix=pulumi.Output.concat("r", given.digest[7:15], "-", end.result),
            containers=[_container(image, variables)],
            scale=_scale(),
            termination_grace_period_seconds=30,
        ),
        tags=given.tags("function", model, model),
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[sent, pull])),
    )
    _access(given, group, made, opts)
    domain = made.latest_revision_fqdn.apply(lambda host: host.partition(".")[2])
    return pulumi.Output.concat("https://", made.name, ".", domain)


def _container(image: pulumi.Output[str], variables: dict[str, pulumi.Input[str]]) -> app.ContainerArgs:
    return app.ContainerArgs(
        name="model",
        image=image,
        env=[app.EnvironmentVarArgs(name=name, value=variables[name]) for name in sorted(variables)],
        resources=app.ContainerResourcesArgs(cpu=1, memory="2Gi"),
        probes=[
            app.ContainerAppProbeArgs(
                type=kind,
                http_get=app.ContainerAppProbeHttpGetArgs(path=path, port=8080, scheme=app.Scheme.HTTP),
                initial_delay_seconds=1,
                period_seconds=period,
                timeout_seconds=2,
                failure_threshold=failures,
            )
            for kind, path, period, failures in PROBES
        ],
    )


def _scale() -> app.ScaleArgs:
    each = app.HttpScaleRuleArgs(metadata={"concurrentRequests": VARIABLES["CONCURRENCY"]})
    return app.ScaleArgs(
        min_replicas=0, max_replicas=10, rules=[app.ScaleRuleArgs(name="requests", http=each)]
    )


def _access(
    given: Settings, group: resources.ResourceGroup, made: app.ContainerApp, opts: pulumi.ResourceOptions
) -> None:
    client = given.azure["auth_client_id"]
    directory = app.AzureActiveDirectoryArgs(
        enabled=True,
        registration=app.AzureActiveDirectoryRegistrationArgs(
            client_id=client,
            open_id_issuer=f"https://login.microsoftonline.com/{given.azure['tenant']}/v2.0",
        ),
        validation=app.AzureActiveDirectoryValidationArgs(
            allowed_audiences=[client, f"api://{client}"],
            default_authorization_policy=app.DefaultAuthorizationPolicyArgs(
                allowed_principals=app.AllowedPrincipalsArgs(identities=[NOBODY])
            ),
        ),
    )
    app.ContainerAppsAuthConfig(
        f"{given.model}-access",
        auth_config_name="current",
        container_app_name=made.name,
        resource_group_name=group.name,
        platform=app.AuthPlatformArgs(enabled=True),
        http_settings=app.HttpSettingsArgs(require_https=True),
        global_validation=app.GlobalValidationArgs(
            unauthenticated_client_action=app.UnauthenticatedClientActionV2.RETURN401
        ),
        identity_providers=app.IdentityProvidersArgs(azure_active_directory=directory),
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(deleted_with=made)),
    )
