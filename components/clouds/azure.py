"""Azure as a whole: its rules for tags, and its landing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pulumi
from pulumi_azure_native import resources, storage

from components.clouds.landing import Landing, LandingArgs, LandingLinks
from components.core import naming
from components.core.errors import InvalidArgument
from components.core.principal import Principal

# learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations
_TAG_KEY = re.compile(r"[^<>%&\\?/]{1,512}")
_LONGEST_VALUE = 256

OBJECT_ID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
"""What Microsoft Entra calls a user, an application or a managed identity."""

# learn.microsoft.com/azure/storage/common/redundancy-regions-zrs
ZONES = frozenset({
    "australiaeast", "brazilsouth", "canadacentral", "centralindia", "centralus", "eastasia", "eastus",
    "eastus2", "francecentral", "germanywestcentral", "israelcentral", "italynorth", "japaneast",
    "koreacentral", "mexicocentral", "northeurope", "norwayeast", "polandcentral", "qatarcentral",
    "southafricanorth", "southcentralus", "southeastasia", "spaincentral", "swedencentral",
    "switzerlandnorth", "uaenorth", "uksouth", "westeurope", "westus2", "westus3"
})  # fmt: skip
"""Locations that keep storage in three zones. Storage made before its location stood here must stay as it is:
Azure moves it on request only."""


@dataclass(frozen=True)
class Place:
    """Where a child is made, and as whose."""

    group: pulumi.Output[str]
    region: pulumi.Output[str]
    tags: Mapping[str, str]
    child: pulumi.ResourceOptions


def receiver(principal: Principal) -> pulumi.Input[str]:
    """Who is granted something: the object id of one identity; raises `InvalidArgument` for anything else."""
    return principal.matching(OBJECT_ID, "an object id")


def redundancy(region: str) -> str:
    """Three zones as on the other clouds, where there are any; Azure refuses a change in place."""
    return storage.SkuName.STANDARD_ZRS if region in ZONES else storage.SkuName.STANDARD_LRS


class OnAzure:
    """What every component on Azure has."""

    CLOUD: ClassVar[str] = "azure"

    @staticmethod
    def label(tags: Mapping[str, str]) -> dict[str, str]:
        """Tags as they are; Azure forbids `<>%&\\?/` in names and more than 256 characters in values."""
        for key, value in tags.items():
            if not _TAG_KEY.fullmatch(key) or len(value) > _LONGEST_VALUE:
                allowed = f"512 characters without <>%&\\?/, and {_LONGEST_VALUE} characters"
                raise InvalidArgument("tags", f'Azure does not allow {key}="{value}"; allowed: {allowed}')
        return dict(tags)


class AzureLanding(OnAzure, Landing):
    """One resource group that holds everything of a stack."""

    MAKES: ClassVar[Mapping[str, str]] = {
        "azure-native:resources:ResourceGroup": "one resource group for the stack"
    }

    @classmethod
    def names(cls, name: str, args: LandingArgs) -> tuple[naming.Name, ...]:
        return (naming.Name(naming.RESOURCE_GROUP, (name,)),)

    def _build(self, name: str, args: LandingArgs, links: LandingLinks) -> None:
        self.group = resources.ResourceGroup(name, location=args.region, tags=self.tags, opts=self.child)
        self.region = pulumi.Output.from_input(args.region)
        given = args.account
        self.account = self.group.id.apply(lambda id: given or id.split("/")[2])

    def home(self, capability: str) -> pulumi.Output[str]:
        return self.group.name
