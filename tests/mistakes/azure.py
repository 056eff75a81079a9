"""Mistakes on Azure, each one change of a program that passes."""

import pulumi
from pulumi_azure_native import app, authorization, storage

from tests.mistakes import Mistake, Props, forgotten
from tests.mistakes.changes import forgetting, inside, setting, without

ACCOUNT = "azure-native:storage:StorageAccount"
SERVICE = "azure-native:storage:BlobServiceProperties"
CONTAINER = "azure-native:storage:BlobContainer"
LIFECYCLE = "azure-native:storage:ManagementPolicy"
WORKSPACE = "azure-native:operationalinsights:Workspace"
DIAGNOSTIC = "azure-native:monitor:DiagnosticSetting"
ENVIRONMENT = "azure-native:app:ManagedEnvironment"
APP = "azure-native:app:ContainerApp"
AUTH = "azure-native:app:ContainerAppsAuthConfig"
ASSIGNMENT = "azure-native:authorization:RoleAssignment"
ROLE = "azure-native:authorization:RoleDefinition"
IDENTITY = "azure-native:managedidentity:UserAssignedIdentity"

_READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
_BARE = (
    "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers/blobs:path] StringStartsWith 'in/'"
)


def _reader(props: Props) -> None:
    """Reading a registry is not pulling from it."""
    one: pulumi.Output[str] = props["role_definition_id"]
    props["role_definition_id"] = one.apply(lambda id: id.replace(_PULL, _READER))


def _by_tag(image: pulumi.Output[str]) -> pulumi.Output[str]:
    return image.apply(lambda reference: f"{reference.partition('@')[0]}:latest")


def _another_digest(image: pulumi.Output[str]) -> pulumi.Output[str]:
    return image.apply(lambda reference: f"{reference.partition('@')[0]}@sha256:{'0' * 64}")


def _nowhere(id_: pulumi.Output[str]) -> pulumi.Output[str]:
    return id_.apply(lambda known: f"{known}2")


def _everything(props: Props) -> None:
    props["permissions"] = [authorization.PermissionArgs(data_actions=["Microsoft.Storage/*"])]


def _swapped(props: Props) -> None:
    actions = props["policy"].rules[0].definition.actions.base_blob
    actions.tier_to_cool, actions.tier_to_cold = actions.tier_to_cold, actions.tier_to_cool


_DIRECTORY = "identity_providers.azure_active_directory"
_ALLOWED = f"{_DIRECTORY}.validation.default_authorization_policy.allowed_principals.identities"


def _image_forgotten(props: Props) -> None:
    """The image, and the revision that is named after it."""
    inside("template.containers.0.image", forgotten)(props)
    inside("template.revision_suffix", forgotten)(props)


MISTAKES: dict[str, Mistake] = {
    # identity
    "identity in a group that is not there": Mistake(
        IDENTITY,
        setting(resource_group_name="elsewhere"),
        ("resourceGroupName", "could not be found"),
        "azure-group-exists",
    ),
    # storage
    "storage account with shared keys": Mistake(
        ACCOUNT,
        without("allow_shared_key_access"),
        ("allowSharedKeyAccess", "has everything"),
        "storage-open",
    ),
    "storage account with old TLS": Mistake(
        ACCOUNT, without("minimum_tls_version"), ("minimumTlsVersion", "TLS1_0 is retired"), "storage-open"
    ),
    "storage account without zones there": Mistake(
        ACCOUNT, setting(location="westus"), ("sku.name", "no Standard_ZRS in westus"), "storage-zones"
    ),
    "storage account named with a hyphen": Mistake(
        ACCOUNT, setting(account_name="model-port"), ("accountName", "does not match"), "name"
    ),
    "blob service under its logical name": Mistake(
        SERVICE, without("blob_services_name"), ("blobServicesName", "does not match default"), "name"
    ),
    "blob service that keeps too long": Mistake(
        SERVICE,
        inside("delete_retention_policy.days", 366),
        ("deleteRetentionPolicy.days", "at most 365"),
        "value",
    ),
    "container open to everybody": Mistake(
        CONTAINER,
        setting(public_access=storage.PublicAccess.BLOB),
        ("publicAccess", "needs allowBlobPublicAccess"),
        "storage-public-container",
    ),
    "lifecycle backwards": Mistake(
        LIFECYCLE, _swapped, ("tierToCold", "must be more than the 90"), "lifecycle-order"
    ),
    "container before its account": Mistake(
        CONTAINER,
        forgetting("account_name"),
        ("BlobContainer", "needs", "StorageAccount", "by luck"),
        luck=True,
    ),
    # host
    "workspace that forgets too soon": Mistake(
        WORKSPACE, setting(retention_in_days=7), ("retentionInDays", "at least 30"), "value"
    ),
    "environment that sends no logs": Mistake(
        ENVIRONMENT,
        inside("app_logs_configuration.destination", "none"),
        ("resourceUri", "destination is none, not azure-monitor"),
        "diagnostic-exists",
    ),
    "environment in three zones without a network": Mistake(
        ENVIRONMENT,
        setting(zone_redundant=True),
        ("zoneRedundant", "infrastructureSubnetId"),
        "environment-network",
    ),
    "logs of a category that does not exist": Mistake(
        DIAGNOSTIC,
        inside("logs.0.category", "ConsoleLogs"),
        ("logs[0].category", "'ConsoleLogs' is not supported"),
        "diagnostic-categories",
    ),
    "logs before their workspace": Mistake(
        DIAGNOSTIC,
        forgetting("workspace_id"),
        ("DiagnosticSetting", "needs", "Workspace", "by luck"),
        luck=True,
    ),
    # function
    "app by tag": Mistake(
        APP,
        inside("template.containers.0.image", _by_tag),
        ("image", "does not say what runs"),
        "app-image-by-digest",
    ),
    "app of an image that nobody copied": Mistake(
        APP,
        inside("template.containers.0.image", _another_digest),
        ("image", "MANIFEST_UNKNOWN"),
        "app-image-exists",
    ),
    "app with another pair of processors and memory": Mistake(
        APP,
        inside("template.containers.0.resources.memory", "4Gi"),
        ("memory", "1 vCPU go with 2Gi"),
        "app-size",
    ),
    "app with fewer instances than it keeps warm": Mistake(
        APP,
        inside("template.scale.min_replicas", 11),
        ("minReplicas", "11 is more than maxReplicas"),
        "app-scale",
    ),
    "app behind a port where nothing listens": Mistake(
        APP,
        inside("configuration.ingress.target_port", 80),
        ("targetPort", "nothing listens on 80"),
        "app-port",
    ),
    "app that pulls as nobody": Mistake(
        APP, inside("configuration.registries", []), ("configuration.registries", "UNAUTHORIZED"), "app-pull"
    ),
    "app with the right to read the registry, not to pull": Mistake(
        ASSIGNMENT, _reader, ("configuration.registries", "has no role AcrPull"), "app-pull"
    ),
    "app in an environment that is not there": Mistake(
        APP,
        lambda props: props.update(environment_id=_nowhere(props["environment_id"])),
        ("environmentId", "was not found"),
        "app-environment-exists",
    ),
    "app with a revision that begins with a digit": Mistake(
        APP,
        inside("template.revision_suffix", "1st"),
        ("revisionSuffix", "a letter first"),
        "app-revision-name",
    ),
    "app before its image": Mistake(
        APP, _image_forgotten, ("ContainerApp", "needs", "local:Command", "by luck"), luck=True
    ),
    "app before its right to pull": Mistake(
        APP,
        inside("configuration.registries.0.server", forgotten),
        ("ContainerApp", "needs", "RoleAssignment", "by luck"),
        luck=True,
    ),
    "app before its environment": Mistake(
        APP,
        forgetting("environment_id"),
        ("ContainerApp", "needs", "ManagedEnvironment", "by luck"),
        luck=True,
    ),
    "access for an empty list of callers": Mistake(
        AUTH,
        inside(_ALLOWED, []),
        ("allowedPrincipals.identities", "everybody in the tenant"),
        "auth-everybody",
    ),
    "access without a token": Mistake(
        AUTH,
        inside(
            "global_validation.unauthenticated_client_action",
            app.UnauthenticatedClientActionV2.ALLOW_ANONYMOUS,
        ),
        ("unauthenticatedClientAction", "AllowAnonymous is no answer"),
        "auth-closed",
    ),
    "access rules switched off": Mistake(
        AUTH, inside("platform.enabled", False), ("platform.enabled", "everybody could call"), "auth-closed"
    ),
    "access for any tenant": Mistake(
        AUTH,
        inside(f"{_DIRECTORY}.registration.open_id_issuer", "https://login.microsoftonline.com/common/v2.0"),
        ("openIdIssuer", "no tenant's issuer"),
        "auth-issuer",
    ),
    "access rules under their logical name": Mistake(
        AUTH, without("auth_config_name"), ("authConfigName", "allowed: 7 to 7"), "name"
    ),
    "access rules before their app": Mistake(
        AUTH,
        forgetting("container_app_name"),
        ("ContainerAppsAuthConfig", "needs", "ContainerApp", "by luck"),
        luck=True,
    ),
}
"""What is wrong, by what it is called. Grants of a storage are in GRANTS: not every program has some."""

GRANTS: dict[str, Mistake] = {
    "grant with half a condition": Mistake(
        ASSIGNMENT, without("condition_version"), ("conditionVersion", "go together"), "role-condition"
    ),
    "grant with a condition on no action": Mistake(
        ASSIGNMENT,
        lambda props: props["condition"] and props.update(condition=_BARE),
        ("condition", "names no action"),
        "role-condition-syntax",
    ),
    "role to do everything": Mistake(
        ROLE, _everything, ("dataActions", "no wildcards"), "custom-role-actions"
    ),
    "grant before its container": Mistake(
        ASSIGNMENT, forgetting("scope"), ("RoleAssignment", "needs", "by luck"), luck=True
    ),
}
