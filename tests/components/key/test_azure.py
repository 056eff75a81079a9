"""Key on Azure: who may use it, what is encrypted with it, and that nothing of it is luck."""

import pulumi
import pulumi_azure_native
import pytest

from components import catalog
from components.core.context import Context
from components.core.errors import InvalidArgument
from components.function.contract import Function, FunctionArgs, FunctionLinks
from components.host.contract import Host, HostArgs, HostLinks
from components.identity.contract import Identity, IdentityArgs, IdentityLinks
from components.image.contract import Image, ImageArgs, ImageLinks
from components.key.azure import AzureKey
from components.key.contract import Key, KeyArgs, KeyLinks
from components.registry.contract import Registry, RegistryArgs, RegistryLinks
from components.storage.contract import Storage, StorageArgs, StorageLinks
from tests.components.builders import ACCESS, DIGEST, SOURCE, host, key, landing, registry, storage

VAULT = "azure-native:keyvault:Vault"
KEY = "azure-native:keyvault:Key"
IDENTITY = "azure-native:managedidentity:UserAssignedIdentity"
GRANT = "azure-native:authorization:RoleAssignment"
ACCOUNT = "azure-native:storage:StorageAccount"
REGISTRY = "azure-native:containerregistry:Registry"
ADDRESS = "https://modelporttest0a1b2c.vault.azure.net/keys/key"


def encrypted(context):
    """Everything of a stack that may take a key, and one function on it."""
    opts = pulumi.ResourceOptions(provider=pulumi_azure_native.Provider("azure", location="westeurope"))
    ground = landing("azure", context, opts)

    def make(kind, name, args, links):
        return catalog.implementation(kind, "azure")(name, args, links, opts)

    ours = make(Key, "key", KeyArgs(context=context), KeyLinks(ground))
    images = make(
        Registry,
        "registry",
        RegistryArgs(context=context, models=("height",)),
        RegistryLinks(ground, ours),
    )
    made = make(Storage, "storage", StorageArgs(context=context), StorageLinks(ground, ours))
    who = make(Identity, "height", IdentityArgs(context=context, model="height"), IdentityLinks(ground))
    made.grant("height-read", who.principal, "read", "in/")
    copied = make(
        Image, "height", ImageArgs(context=context, model="height", source=SOURCE), ImageLinks(images)
    )
    shared = make(Host, "host", HostArgs(context=context), HostLinks(ground, ours))
    assert shared.key is ours
    links = FunctionLinks(
        landing=ground, host=shared, registry=images, image=copied, identity=who, variables={}
    )
    args = FunctionArgs(context=context, model="height", digest=DIGEST, access=ACCESS["azure"])
    make(Function, "height", args, links)


def test_what_is_encrypted_waits_for_its_right(rehearse, context):
    done = rehearse(lambda: encrypted(context))
    assert done.luck() == []
    (vault,), (held,) = done.world.all(VAULT), done.made(KEY)
    assert held["keyUri"] == f"{vault.outputs['properties']['vaultUri']}keys/key"
    (account,), (images,) = done.made(ACCOUNT), done.made(REGISTRY)
    assert account["encryption"]["keySource"] == "Microsoft.Keyvault"
    assert images["encryption"]["keyVaultProperties"]["keyIdentifier"] == held["keyUri"]


def test_the_vault_forgets_nothing_and_lets_in_by_role(deployed):
    properties = deployed(key, "azure").cloud.inputs(VAULT)["properties"]
    assert (properties["enableSoftDelete"], properties["enablePurgeProtection"]) == (True, True)
    assert properties["softDeleteRetentionInDays"] == 90
    assert (properties["enableRbacAuthorization"], properties["accessPolicies"]) == (True, [])


@pytest.mark.parametrize("days", [90, 365, 2560])
def test_it_rotates_and_no_version_expires(days, deployed):
    properties = deployed(key, "azure", rotation_days=days).cloud.inputs(KEY)["properties"]
    assert properties["keyOps"] == ["wrapKey", "unwrapKey"]
    assert properties["rotationPolicy"] == {
        "lifetimeActions": [{"action": {"type": "rotate"}, "trigger": {"timeAfterCreate": f"P{days}D"}}]
    }


@pytest.mark.parametrize("protect", [True, False])
def test_only_what_holds_data_is_protected(protect, deployed):
    cloud = deployed(key, "azure", protect=protect).cloud
    protected = {path.split("::")[0] for path, is_so in cloud.monitor.protected.items() if is_so}
    assert protected == ({VAULT, KEY} if protect else set())


def test_a_service_may_wrap_with_this_key_and_nothing_else(cloud, deploy, context):
    found = []
    deploy(lambda: key("azure", context).usable_by("bucket-key", "storage").apply(found.append))
    grant = cloud.inputs(GRANT)
    assert grant["scope"].endswith("/vaults/modelporttest0a1b2c/keys/key")
    assert grant["roleDefinitionId"].endswith("/e147488a-f6f5-4113-8e2d-b22465e65bf6")
    assert grant["principalType"] == "ServicePrincipal"
    assert cloud.monitor.needs[f"{GRANT}::bucket-key"] == {"key", "key-storage", "landing"}
    assert found == [ADDRESS]


def test_a_service_gets_its_right_once(cloud, deploy, context):
    """Azure would refuse the second as the first once more."""

    def program():
        made = key("azure", context)
        made.usable_by("one", "storage")
        made.usable_by("two", "storage")
        made.usable_by("three", "registry")

    deploy(program)
    assert sorted(one.name for one in cloud.children if one.typ == GRANT) == ["one", "three"]


def test_logs_are_refused(deploy, context):
    with pytest.raises(InvalidArgument, match=r'service: allowed on Azure: registry, storage; came "logs"'):
        deploy(lambda: key("azure", context).usable_by("host-key", "logs"))


def test_what_it_is_used_for(cloud, deploy, context):
    def program():
        ground = landing("azure", context)
        ours = catalog.implementation(Key, "azure")("key", KeyArgs(context=context), KeyLinks(ground))
        images = RegistryArgs(context=context, models=("height",))
        catalog.implementation(Registry, "azure")("registry", images, RegistryLinks(ground, ours))
        catalog.implementation(Storage, "azure")(
            "storage", StorageArgs(context=context), StorageLinks(ground, ours)
        )

    deploy(program)
    images, account = cloud.inputs(REGISTRY), cloud.inputs(ACCOUNT)
    (who,) = images["identity"]["userAssignedIdentities"]
    assert who.endswith("/key-registry0a1b2c3d")
    assert images["sku"] == {"name": "Premium"}
    assert images["encryption"] == {
        "status": "enabled",
        "keyVaultProperties": {
            "keyIdentifier": ADDRESS,
            "identity": "00000000-0000-4000-8000-0000000000d2",
        },
    }
    (who,) = account["identity"]["userAssignedIdentities"]
    assert who.endswith("/key-storage0a1b2c3d")
    assert account["encryption"]["encryptionIdentity"] == {"encryptionUserAssignedIdentity": who}
    assert account["encryption"]["keyVaultProperties"] == {
        "keyVaultUri": "https://modelporttest0a1b2c.vault.azure.net/",
        "keyName": "key",
    }
    assert "registry-key" in cloud.monitor.needs[f"{REGISTRY}::registry"]
    assert "storage-key" in cloud.monitor.needs[f"{ACCOUNT}::storage"]


@pytest.mark.parametrize(
    ("build", "type_", "sku"), [(registry, REGISTRY, "Standard"), (storage, ACCOUNT, "Standard_ZRS")]
)
def test_without_a_key_nothing_is_different(build, type_, sku, deployed):
    cloud = deployed(build, "azure").cloud
    made = cloud.inputs(type_)
    assert (made["sku"], "identity" in made) == ({"name": sku}, False)
    assert not {VAULT, KEY, GRANT} & set(cloud.counts)


def test_a_host_without_a_key_has_none(deploy, context):
    found = []
    deploy(lambda: found.append(host("azure", context).key))
    assert found == [None]


def test_a_name_too_long_is_refused_before_anything_is_made(context):
    long = Context(project="modelport-platform", environment="production", owner=context.owner)
    (refusal,) = AzureKey.refusals("key", KeyArgs(context=long))
    assert "key vault" in str(refusal)
    assert "allowed: 3 to 24" in str(refusal)
