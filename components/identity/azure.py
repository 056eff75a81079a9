"""Identity on Azure: a user-assigned managed identity."""

from collections.abc import Mapping
from typing import ClassVar

from pulumi_azure_native import managedidentity

from components.clouds.azure import OnAzure
from components.identity.contract import Identity, IdentityArgs, IdentityLinks


class AzureIdentity(OnAzure, Identity):
    """One identity for each model, which its container apps are given."""

    MAKES: ClassVar[Mapping[str, str]] = {
        "azure-native:managedidentity:UserAssignedIdentity": "one, without any role"
    }
    GAPS: ClassVar[Mapping[str, str]] = {
        "runs": "an identity does not name what may run as it: whoever has the right to assign it may; "
        "grant Managed Identity Operator to the deployer alone"
    }

    def _build(self, name: str, args: IdentityArgs, links: IdentityLinks) -> None:
        self.identity = managedidentity.UserAssignedIdentity(
            name,
            resource_group_name=links.landing.home("identity"),
            location=links.landing.region,
            tags=self.tags_with(args.model),
            opts=self.child,
        )
        self.id = self.identity.id
        self.member = self.identity.principal_id
        # An app may have several identities: the Azure SDKs take the one that is named here.
        self.variables = {"AZURE_CLIENT_ID": self.identity.client_id}
