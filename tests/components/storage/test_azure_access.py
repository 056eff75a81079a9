"""Storage on Azure: who read and wrote is kept, when asked for."""

import pytest

from components.storage.azure import AzureStorage
from components.storage.contract import StorageArgs
from tests.components.builders import storage
from tests.components.network.on_azure import DIAGNOSTIC, WORKSPACE
from tests.components.waiting import waits_for


@pytest.mark.parametrize("days", [30, 730])
def test_it_is_kept_who_read_and_wrote(days, deployed):
    cloud = deployed(storage, "azure", access_logs_days=days).cloud
    made = cloud.inputs(WORKSPACE)
    assert (made["retentionInDays"], made["features"]["disableLocalAuth"]) == (days, True)
    sent = cloud.inputs(DIAGNOSTIC)
    assert sent["resourceUri"].endswith("/blobServices/default")
    assert "/workspaces/storage-access" in sent["workspaceId"]
    assert {each["category"] for each in sent["logs"] if each["enabled"]} == {
        "StorageRead",
        "StorageWrite",
        "StorageDelete",
    }


def test_an_address_waits_for_the_records(deploy, context):
    waited = waits_for(deploy, lambda: storage("azure", context, access_logs_days=30).uri)
    assert f"{DIAGNOSTIC}::storage-access" in waited


def test_unasked_nothing_is_recorded(deployed):
    assert not {WORKSPACE, DIAGNOSTIC} & set(deployed(storage, "azure").cloud.counts)


def test_records_for_longer_than_azure_keeps_them_are_refused(context):
    (refusal,) = AzureStorage.refusals("storage", StorageArgs(context=context, access_logs_days=731))
    assert "access_logs_days" in str(refusal)
    assert "730 days at most; came 731" in str(refusal)
