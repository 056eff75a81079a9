"""How functions of an environment that faces inside are found: names that only its network sees."""

import pulumi
from pulumi_azure_native import app, privatedns

from components.clouds.azure import Place
from components.network.azure_names import link, zone

_TTL_SECONDS = 300


def named(
    name: str, environment: app.ManagedEnvironment, network: pulumi.Output[str], place: Place
) -> list[pulumi.Output[str]]:
    """Leads every name below the environment's domain to its address; returns what there is to wait for.

    learn.microsoft.com/azure/container-apps/private-endpoints-with-dns
    """
    own = zone(name, environment.default_domain, place)
    every = privatedns.PrivateRecordSet(
        name,
        private_zone_name=own.name,
        resource_group_name=place.group,
        record_type="A",
        relative_record_set_name="*",
        a_records=[privatedns.ARecordArgs(ipv4_address=environment.static_ip)],
        ttl=_TTL_SECONDS,
        opts=place.child,
    )
    return [every.id, link(name, own, network, place).id]
