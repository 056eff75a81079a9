"""Who read and wrote what in a storage account on Azure, in a workspace of its own."""

from collections.abc import Iterator

import pulumi

from components.clouds.azure import Place
from components.clouds.azure_logs import send, workspace
from components.core.errors import InvalidArgument

# learn.microsoft.com/azure/azure-monitor/reference/supported-logs/
# microsoft-storage-storageaccounts-blobservices-logs
LOGS = ("StorageRead", "StorageWrite", "StorageDelete")

# learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure
_LONGEST_DAYS = 730


def refused(days: int | None) -> Iterator[InvalidArgument]:
    """What a workspace cannot keep."""
    if days is not None and days > _LONGEST_DAYS:
        yield InvalidArgument(
            "access_logs_days", f"Azure keeps them {_LONGEST_DAYS} days at most; came {days}"
        )


def kept(name: str, service: pulumi.Output[str], days: int, place: Place) -> pulumi.Output[str]:
    """Keeps records of a blob service; returns something that is known once it does."""
    return send(name, service, workspace(name, days, place), LOGS, place.child)
