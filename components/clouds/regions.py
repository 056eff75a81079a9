"""The regions of each cloud, as plain tables.

Sources: AWS, botocore `endpoints.json`, partition `aws` only (the others have other host names and ARNs);
Azure, `az account list-locations`, physical regions of the public cloud; Google,
https://cloud.google.com/about/locations. A new region is one word here.
"""

import re
from typing import Final

from components.core.errors import Refused, nearest


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


AWS: Final = _names(
    """
    af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2
    ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7
    ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2
    eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1
    us-west-2
    """
)

AZURE: Final = _names(
    """
    australiacentral australiacentral2 australiaeast australiasoutheast austriaeast belgiumcentral
    brazilsouth brazilsoutheast canadacentral canadaeast centralindia centralus chilecentral eastasia eastus
    eastus2 francecentral francesouth germanynorth germanywestcentral indonesiacentral israelcentral
    italynorth japaneast japanwest jioindiacentral jioindiawest koreacentral koreasouth malaysiawest
    mexicocentral newzealandnorth northcentralus northeurope norwayeast norwaywest polandcentral
    qatarcentral southafricanorth southafricawest southcentralus southeastasia southindia spaincentral
    swedencentral switzerlandnorth switzerlandwest uaecentral uaenorth uksouth ukwest westcentralus
    westeurope westindia westus westus2 westus3
    """
)

GCP: Final = _names(
    """
    africa-south1 asia-east1 asia-east2 asia-northeast1 asia-northeast2 asia-northeast3 asia-south1
    asia-south2 asia-southeast1 asia-southeast2 australia-southeast1 australia-southeast2 europe-central2
    europe-north1 europe-north2 europe-southwest1 europe-west1 europe-west10 europe-west12 europe-west2
    europe-west3 europe-west4 europe-west6 europe-west8 europe-west9 me-central1 me-central2 me-west1
    northamerica-northeast1 northamerica-northeast2 northamerica-south1 southamerica-east1
    southamerica-west1 us-central1 us-east1 us-east4 us-east5 us-south1 us-west1 us-west2 us-west3 us-west4
    """
)

REGIONS: Final = {"aws": AWS, "azure": AZURE, "gcp": GCP}

_OURS: Final = {"aws": "an AWS region", "azure": "an Azure location", "gcp": "a Google Cloud region"}

# What looks like a region but is something else; the first that fits is named.
_LOOKALIKES: Final = (
    (r"(cn|us-gov|us-iso\w*|eu-isoe|eusc-de)-[a-z]+-\d", "a region of another AWS partition"),
    (r"[a-z]{2}-[a-z]+-\d[a-z]", "an AWS availability zone"),
    (r"[a-z]+-[a-z]+\d+-[a-f]", "a Google Cloud zone"),
    (r"us|eu|asia", "a Google Cloud multi-region"),
)


def check(cloud: str, value: str) -> None:
    """Raise `Refused` unless `value` is a region of `cloud`, written as its API writes it.

    `cloud` is aws, azure or gcp. A region of another cloud, a zone and a multi-region are named as such.
    """
    if value not in REGIONS[cloud]:
        raise Refused(_what(cloud, value), _meant(cloud, value))


def _what(cloud: str, value: str) -> str:
    elsewhere = next((_OURS[other] for other, known in REGIONS.items() if value in known), None)
    taken_for = elsewhere or next(
        (what for shape, what in _LOOKALIKES if re.fullmatch(shape, value.lower())), None
    )
    return f"is {taken_for}, not {_OURS[cloud]}" if taken_for else f"is not {_OURS[cloud]}"


def _meant(cloud: str, value: str) -> str | None:
    """The region that was probably meant; portals show Azure's `westeurope` as "West Europe"."""
    if any(value in known for known in REGIONS.values()):
        return None  # a likeness between the names of two clouds says nothing about where they are
    return nearest(value.replace(" ", ""), REGIONS[cloud])
