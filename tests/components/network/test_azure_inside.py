"""What is in a network on Azure: closed to everybody else, and found by those inside."""

import dataclasses

import pulumi_azure_native
import pytest

from components import catalog
from components.core.errors import InvalidArgument
from components.function.contract import Function, FunctionArgs
from tests.components.builders import ACCESS, DIGEST, host, registry, storage
from tests.components.network.on_azure import (
    ACCOUNT,
    APP,
    ASSIGNMENT,
    AUTH,
    DIAGNOSTIC,
    ENDPOINT,
    ENVIRONMENT,
    FROM,
    LINK,
    RECORDS,
    REGISTRY,
    WORKSPACE,
    ZONE,
    ZONE_GROUP,
    Made,
)
from tests.components.waiting import waits_for


@pytest.mark.parametrize("allow_from", [(), FROM])
def test_registry_and_storage_are_closed(allow_from, cloud, deploy, context):
    deploy(lambda: [(each := Made(context, allow_from=allow_from)).registry(), each.storage()])
    images, account = cloud.inputs(REGISTRY), cloud.inputs(ACCOUNT, "storage")
    for made in (images, account):
        assert made["publicNetworkAccess"] == ("Enabled" if allow_from else "Disabled")
        assert made["networkRuleSet"]["defaultAction"] == "Deny"
        let_in = [each["iPAddressOrRange"] for each in made["networkRuleSet"].get("ipRules", [])]
        assert let_in == (["203.0.113.0/28", "198.51.100.7"] if allow_from else [])
    assert (images["sku"], images["networkRuleBypassOptions"]) == ({"name": "Premium"}, "None")
    assert account["networkRuleSet"]["bypass"] == "None"


def test_an_account_takes_small_ranges_one_address_at_a_time(cloud, deploy, context):
    deploy(lambda: Made(context, allow_from=("203.0.113.6/31", "203.0.113.8/30")).storage())
    rules = cloud.inputs(ACCOUNT, "storage")["networkRuleSet"]["ipRules"]
    assert [each["iPAddressOrRange"] for each in rules] == ["203.0.113.6", "203.0.113.7", "203.0.113.8/30"]


@pytest.mark.parametrize(("build", "type_"), [(registry, REGISTRY), (storage, ACCOUNT)])
def test_without_a_network_nothing_is_said_of_networks(build, type_, deployed):
    made = deployed(build, "azure").cloud.inputs(type_)
    assert "networkRuleSet" not in made
    # What the SDK fills in for a registry.
    assert made.get("publicNetworkAccess", "Enabled") == "Enabled"
    assert made.get("networkRuleBypassOptions", "AzureServices") == "AzureServices"


@pytest.mark.parametrize(("service", "group"), [("registry", "registry"), ("storage", "blob")])
def test_each_has_an_address_inside_and_a_name(service, group, cloud, deploy, context):
    deploy(lambda: [(each := Made(context)).registry(), each.storage()])
    endpoint = cloud.inputs(ENDPOINT, f"{service}-endpoint")
    (connection,) = endpoint["privateLinkServiceConnections"]
    assert connection["groupIds"] == [group]
    assert endpoint["subnet"]["id"].endswith("/subnets/network-endpoints")
    (config,) = cloud.inputs(ZONE_GROUP, f"{service}-endpoint")["privateDnsZoneConfigs"]
    assert "/privateDnsZones/privatelink." in config["privateDnsZoneId"]


@pytest.mark.parametrize(
    ("output", "name"),
    [
        (lambda made: made.registry().url, "registry"),
        (lambda made: made.registry().repositories["height"], "registry"),
        (lambda made: made.storage().uri, "storage"),
        (lambda made: made.storage().remote, "storage"),
    ],
)
def test_addresses_wait_until_they_answer_inside(output, name, deploy, context):
    waited = waits_for(deploy, lambda: output(Made(context)))
    assert f"{ZONE_GROUP}::{name}-endpoint" in waited


def test_each_side_has_an_environment_of_its_own_inside(cloud, deploy, context):
    deploy(lambda: Made(context).host("internal", "external"))
    for name, side in (("host-internal", "internal"), ("host", "external")):
        made = cloud.inputs(ENVIRONMENT, name)
        inside = made["vnetConfiguration"]
        assert inside["infrastructureSubnetId"].endswith(f"/subnets/network-{side}")
        assert (inside["internal"], made["zoneRedundant"]) == (side == "internal", True)
        assert made.get("publicNetworkAccess") == ("Disabled" if side == "internal" else None)
        assert cloud.inputs(DIAGNOSTIC, f"{name}-diagnostics")["resourceUri"].endswith(f"/{name}0a1b2c3d")
    assert cloud.counts[WORKSPACE] == 1


def test_a_private_function_has_a_name_in_the_network(cloud, deploy, context):
    deploy(lambda: Made(context).host("internal"))
    called = "host-internal-0a1b2c3d.westeurope.azurecontainerapps.io"
    assert cloud.inputs(ZONE, "host-internal")["privateZoneName"] == called
    record = cloud.inputs(RECORDS)
    assert (record["privateZoneName"], record["relativeRecordSetName"]) == (called, "*")
    assert record["aRecords"] == [{"ipv4Address": "203.0.113.10"}]
    assert "/virtualNetworks/network" in cloud.inputs(LINK, "host-internal")["virtualNetwork"]["id"]


def test_a_private_home_waits_for_its_names(deploy, context):
    waited = waits_for(deploy, lambda: Made(context).host("internal").homes["internal"])
    assert {f"{RECORDS}::host-internal", f"{LINK}::host-internal"} <= waited
    assert f"{DIAGNOSTIC}::host-internal-diagnostics" in waited


def test_without_a_network_an_environment_is_in_none(deployed):
    cloud = deployed(host, "azure").cloud
    made = cloud.inputs(ENVIRONMENT)
    assert not {"vnetConfiguration", "zoneRedundant", "publicNetworkAccess"} & set(made)
    assert not {ZONE, LINK, RECORDS} & set(cloud.counts)


@pytest.mark.parametrize(("mode", "home"), [("private", "host-internal"), ("authenticated", "host")])
def test_a_function_is_where_its_callers_are_and_asks_for_a_token(mode, home, cloud, deploy, context):
    deploy(lambda: Made(context).function(mode))
    made = cloud.inputs(APP)
    assert made["environmentId"].endswith(f"/{home}0a1b2c3d")
    assert made["configuration"]["ingress"]["external"] is True
    asked = cloud.inputs(AUTH)
    assert asked["globalValidation"]["unauthenticatedClientAction"] == "Return401"
    policy = asked["identityProviders"]["azureActiveDirectory"]["validation"]["defaultAuthorizationPolicy"]
    assert policy["allowedPrincipals"]["identities"] == list(ACCESS["azure"].callers)


def test_a_private_function_without_a_network_is_refused(cloud, deploy, context):
    with pytest.raises(InvalidArgument, match="access: private needs a network"):
        deploy(lambda: Made(context).function("private", on=host("azure", context)))
    assert APP not in cloud.counts


@pytest.mark.parametrize("what", ["application", "tenant"])
def test_a_private_function_needs_an_application_too(what, context):
    kind = catalog.implementation(Function, "azure")
    access = dataclasses.replace(ACCESS["azure"], mode="private", **{what: None})
    args = FunctionArgs(context=context, model="height", digest=DIGEST, access=access)
    (refusal,) = kind.refusals("height", args)
    assert what in str(refusal)


@pytest.mark.parametrize("encrypted", [False, True])
@pytest.mark.parametrize("egress", ["none", "internet"])
def test_nothing_of_it_is_luck(encrypted, egress, rehearse, context):
    def program():
        provider = pulumi_azure_native.Provider("azure", location="westeurope")
        made = Made(context, encrypted=encrypted, provider=provider, egress=egress)
        made.storage(access_logs_days=90)
        made.function()

    done = rehearse(program)
    assert done.luck() == []
    accounts = done.made(ACCOUNT)
    assert len(accounts) == 2
    sources = {each["encryption"]["keySource"] for each in accounts}
    assert sources == {"Microsoft.Keyvault" if encrypted else "Microsoft.Storage"}


def test_with_a_key_the_right_to_it_stays_the_storages_own(cloud, deploy, context):
    """Whether or not there is a network: two rights of one identity are refused."""
    deploy(lambda: Made(context, encrypted=True).storage())
    rights = [one.name for one in cloud.children if one.typ == ASSIGNMENT]
    assert sorted(rights) == ["network-flows", "storage-key"]
