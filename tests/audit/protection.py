"""What is lost for good when it goes, and whether it refuses to."""

from tests.audit import State, named, of

HOLDING = (
    "aws:ecr/repository:Repository",
    "aws:kms/key:Key",
    "aws:s3/bucket:Bucket",
    "azure-native:containerregistry:Registry",
    "azure-native:keyvault:Key",
    "azure-native:keyvault:Vault",
    "azure-native:storage:BlobContainer",
    "gcp:artifactregistry/repository:Repository",
    "gcp:kms/cryptoKey:CryptoKey",
    "gcp:storage/bucket:Bucket",
)
"""Types that hold data wherever they stand."""


def unguarded(state: State) -> list[str]:
    """Everything that holds data and may be deleted or replaced without a word; records of flows may."""
    found = of(state, *HOLDING)
    return sorted(f"{named(each)}: not protected" for each in found if not each.get("protect"))
