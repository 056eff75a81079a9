"""Storage on Azure: what keeps an account closed, and what a grant allows."""

import pulumi
import pulumi_azure_native
import pytest

from components import catalog
from components.clouds.azure import ZONES
from components.clouds.landing import Landing, LandingArgs, LandingLinks
from components.clouds.regions import AZURE
from components.core.context import Context
from components.core.errors import InvalidArgument
from components.core.principal import Principal
from components.identity.contract import Identity, IdentityArgs, IdentityLinks
from components.storage.azure import AzureStorage
from components.storage.contract import Storage, StorageArgs, StorageLinks
from sandbox import facts
from sandbox.needs import Refused
from tests.components.builders import landing, storage
from tests.components.waiting import waits_for
from tests.mistakes import azure, plant

ACCOUNT = "azure-native:storage:StorageAccount"
SERVICE = "azure-native:storage:BlobServiceProperties"
CONTAINER = "azure-native:storage:BlobContainer"
LIFECYCLE = "azure-native:storage:ManagementPolicy"
GRANT = "azure-native:authorization:RoleAssignment"
ROLE = "azure-native:authorization:RoleDefinition"
SOMEBODY = "00000000-0000-4000-8000-0000000000d1"
BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"


def granted(context, *wanted, principal=SOMEBODY, found=None):
    def program():
        made = storage("azure", context)
        for at, (action, prefix) in enumerate(wanted):
            who = Principal(id=principal[:-1] + str(at) if principal == SOMEBODY else principal)
            address = made.grant(f"grant-{at}", who, action, prefix)
            if found is not None:
                address.apply(found.append)

    return program


def test_nobody_comes_in_without_microsoft_entra(deployed):
    cloud = deployed(storage, "azure").cloud
    account = cloud.inputs(ACCOUNT)
    for closed in ("allowBlobPublicAccess", "allowSharedKeyAccess", "allowCrossTenantReplication"):
        assert account[closed] is False
    assert account["defaultToOAuthAuthentication"] is True
    assert cloud.inputs(CONTAINER)["publicAccess"] == "None"


def test_everything_travels_and_rests_encrypted(deployed):
    cloud = deployed(storage, "azure").cloud
    account = cloud.inputs(ACCOUNT)
    assert (account["minimumTlsVersion"], account["enableHttpsTrafficOnly"]) == ("TLS1_2", True)
    assert account["encryption"]["keySource"] == "Microsoft.Storage"


def test_three_zones_where_there_are_any(cloud, deploy, context):
    def program():
        args = LandingArgs(context=context, region="westus", capabilities=("storage",))
        ground = catalog.implementation(Landing, "azure")("landing", args, LandingLinks())
        catalog.implementation(Storage, "azure")(
            "storage", StorageArgs(context=context), StorageLinks(ground)
        )

    deploy(program)
    assert cloud.inputs(ACCOUNT)["sku"] == {"name": "Standard_LRS"}
    assert "westus" not in ZONES <= AZURE
    assert set(facts.clouds()["azure_zones"]) == ZONES


@pytest.mark.parametrize(("keep", "soft"), [(1, 1), (365, 365), (3650, 365)])
def test_what_was_deleted_is_kept(keep, soft, deployed):
    cloud = deployed(storage, "azure", keep_versions_days=keep).cloud
    service = cloud.inputs(SERVICE)
    assert service["isVersioningEnabled"] is True
    for kept in ("deleteRetentionPolicy", "containerDeleteRetentionPolicy"):
        assert service[kept] == {"enabled": True, "days": soft}
    _, versions = cloud.inputs(LIFECYCLE)["policy"]["rules"]
    assert versions["definition"]["actions"] == {
        "version": {"delete": {"daysAfterCreationGreaterThan": keep}}
    }


def test_objects_never_move_where_they_are_not_read_at_once(deployed):
    cloud = deployed(storage, "azure", infrequent_after_days=40, archive_after_days=100).cloud
    tiers, _ = cloud.inputs(LIFECYCLE)["policy"]["rules"]
    assert tiers["definition"]["actions"]["baseBlob"] == {
        "tierToCool": {"daysAfterModificationGreaterThan": 40},
        "tierToCold": {"daysAfterModificationGreaterThan": 100},
    }


@pytest.mark.parametrize("protect", [True, False])
def test_only_what_holds_data_is_protected(protect, deployed):
    cloud = deployed(storage, "azure", protect=protect).cloud
    protected = {key.split("::")[0] for key, is_so in cloud.monitor.protected.items() if is_so}
    assert protected == ({ACCOUNT, CONTAINER} if protect else set())


def test_reading_is_to_get_and_list_below_the_prefix(cloud, deploy, context):
    deploy(granted(context, ("read", "in/a/")))
    grant = cloud.inputs(GRANT)
    assert grant["scope"].endswith("/blobServices/default/containers/objects")
    assert grant["roleDefinitionId"].endswith("/2a2b9908-6ea1-4ae2-8e65-a410df84e7d1")
    assert (grant["principalType"], grant["conditionVersion"]) == ("ServicePrincipal", "2.0")
    gets, lists = grant["condition"].split(") AND ((")
    assert f"@Resource[{BLOBS}:path] StringStartsWith 'in/a/'" in gets
    assert "AND NOT SubOperationMatches{'Blob.List'}" in gets
    assert f"@Request[{BLOBS}:prefix] StringStartsWith 'in/a/'" in lists


def test_writing_is_to_put_and_never_to_delete(cloud, deploy, context):
    deploy(granted(context, ("write", "out/"), ("write", "log/")))
    (permission,) = cloud.inputs(ROLE)["permissions"]
    assert permission == {"actions": [], "dataActions": [f"{BLOBS}/write", f"{BLOBS}/add/action"]}
    (scope,) = cloud.inputs(ROLE)["assignableScopes"]
    assert scope == cloud.inputs(ROLE)["scope"]
    assert scope.endswith("/resourceGroups/landing0a1b2c3d")
    one = cloud.inputs(GRANT, "grant-0")
    assert one["condition"].endswith(f"OR (@Resource[{BLOBS}:path] StringStartsWith 'out/'))")
    assert one["roleDefinitionId"].endswith("e1")


def test_all_objects_need_no_condition(cloud, deploy, context):
    found = []
    deploy(granted(context, ("read", ""), found=found))
    assert "condition" not in cloud.inputs(GRANT)
    assert found == ["https://modelporttest0a1b2c.blob.core.windows.net/objects"]


def test_the_address_of_a_grant_is_its_prefix(deploy, context):
    found = []
    deploy(granted(context, ("read", "in/a/"), found=found))
    assert found == ["https://modelporttest0a1b2c.blob.core.windows.net/objects/in/a"]


def test_a_second_prefix_for_the_same_identity_is_refused(deploy, context):
    """Azure would take the second as the first once more."""
    with pytest.raises(InvalidArgument, match=r"prefix: on Azure an identity can read one prefix"):
        deploy(granted(context, ("read", "a/"), ("read", "b/"), principal=SOMEBODY.replace("d1", "d7")))


@pytest.mark.parametrize("principal", ["height", "*", "serviceAccount:a@b.c"])
def test_only_an_object_id_is_granted_anything(deploy, context, principal):
    with pytest.raises(InvalidArgument, match="an object id"):
        deploy(granted(context, ("read", ""), principal=principal))


def test_a_name_too_long_is_refused_before_anything_is_made(context):
    long = Context(project="modelport-platform", environment="production", owner=context.owner)
    (refusal,) = AzureStorage.refusals("storage", StorageArgs(context=long))
    assert "storage account" in str(refusal)
    assert "allowed: 3 to 24" in str(refusal)


def test_the_address_of_a_grant_comes_from_the_grant(deploy, context):
    def address():
        return storage("azure", context).grant("height-read", Principal(id=SOMEBODY), "read", "in/")

    waited = waits_for(deploy, address)
    assert {f"{GRANT}::height-read", f"{LIFECYCLE}::storage-lifecycle"} <= waited


@pytest.mark.parametrize("address", ["uri", "remote"])
def test_no_address_is_known_before_it_is_closed_and_ages(address, deploy, context):
    waited = waits_for(deploy, lambda: getattr(storage("azure", context), address))
    assert {f"{CONTAINER}::storage-container", f"{LIFECYCLE}::storage-lifecycle"} <= waited


def test_nothing_is_put_before_there_are_versions(deployed):
    needs = deployed(storage, "azure").cloud.monitor.needs
    for each in (f"{CONTAINER}::storage-container", f"{LIFECYCLE}::storage-lifecycle"):
        assert "storage-service" in needs[each]


def test_name_and_remote(deploy, context):
    found = []

    def program():
        made = storage("azure", context)
        pulumi.Output.all(made.name, made.remote).apply(found.extend)

    deploy(program)
    account = "modelporttest0a1b2c"
    assert found == [f"{account}/objects", f":azureblob,env_auth,account={account}:objects"]


def with_grants(context):
    """A storage, and one identity with a grant of each kind."""
    opts = pulumi.ResourceOptions(provider=pulumi_azure_native.Provider("azure", location="westeurope"))
    ground = landing("azure", context, opts)
    made = catalog.implementation(Storage, "azure")(
        "storage", StorageArgs(context=context), StorageLinks(ground), opts
    )
    who = catalog.implementation(Identity, "azure")(
        "height", IdentityArgs(context=context, model="height"), IdentityLinks(ground), opts
    )
    made.grant("height-read", who.principal, "read", "in/")
    made.grant("height-write", who.principal, "write", "out/")


def test_grants_wait_for_what_they_need(rehearse, context):
    done = rehearse(lambda: with_grants(context))
    assert done.luck() == []
    assert len(done.made(GRANT)) == 2


@pytest.mark.simulation
@pytest.mark.parametrize("what", azure.GRANTS)
def test_a_mistake_in_a_grant_is_found(rehearse, context, what):
    mistake = azure.GRANTS[what]

    def spoilt():
        plant(mistake)
        with_grants(context)

    if mistake.luck:
        said = "\n".join(map(str, rehearse(spoilt).luck()))
    else:
        with pytest.raises(Refused) as refused:
            rehearse(spoilt)
        said = str(refused.value)
    assert [words for words in mistake.says if words not in said] == []


@pytest.mark.simulation
@pytest.mark.parametrize("what", [what for what, mistake in azure.GRANTS.items() if mistake.rule])
def test_nothing_but_its_rule_finds_it(rehearse, context, monkeypatch, what):
    mistake = azure.GRANTS[what]
    monkeypatch.setenv("MODELPORT_SANDBOX_DISABLE", mistake.rule)

    def spoilt():
        plant(mistake)
        with_grants(context)

    assert len(rehearse(spoilt).made(GRANT)) == 2
