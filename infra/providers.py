"""One explicit provider per chosen cloud, bound to the account that the settings name.

Default providers are off (`Pulumi.yaml`), and a provider made here reads no `aws:…`, `azure-native:…` or
`gcp:…` configuration, so what it may touch stands in the settings and nowhere else.
"""

from collections.abc import Callable, Mapping
from typing import Final

import pulumi

from infra.settings import Settings


def providers(settings: Settings) -> dict[str, pulumi.ProviderResource]:
    """Cloud to its provider; loads the SDKs of the chosen clouds only."""
    return {cloud: _MAKERS[cloud](settings) for cloud in settings.clouds}


def _aws(settings: Settings) -> pulumi.ProviderResource:
    import pulumi_aws as aws

    section = settings.aws
    role = section.assume_role
    return aws.Provider(
        "aws",
        region=section.region,
        allowed_account_ids=[section.account] if section.account else None,
        assume_roles=[aws.ProviderAssumeRoleArgs(role_arn=role)] if role else None,
    )


def _azure(settings: Settings) -> pulumi.ProviderResource:
    import pulumi_azure_native as azure

    section = settings.azure
    return azure.Provider(
        "azure",
        location=section.location,
        subscription_id=section.subscription,
        tenant_id=section.tenant,
    )


def _gcp(settings: Settings) -> pulumi.ProviderResource:
    import pulumi_gcp as gcp

    return gcp.Provider("gcp", project=settings.gcp.project, region=settings.gcp.region)


_MAKERS: Final[Mapping[str, Callable[[Settings], pulumi.ProviderResource]]] = {
    "aws": _aws,
    "azure": _azure,
    "gcp": _gcp,
}
