"""What is in a network on Google Cloud: who runs and answers there, and that all of it deploys."""

import dataclasses

import pytest

from components import catalog
from components.core.errors import InvalidArgument
from components.registry.contract import Registry
from tests.components.network.on_gcp import (
    AUDIT,
    BUCKET,
    EXCLUSION,
    FUNCTIONS,
    ID,
    INVOKER,
    KEY_MEMBER,
    LOG_BUCKET,
    OTHERS,
    PLAN,
    PRIVATE,
    REPOSITORY,
    SERVICE,
    SHARED,
    SINK,
    stack,
)
from tests.programs import deploy_alone


@pytest.fixture
def within(cloud, deploy, context):
    """What a stack registers."""

    def look(**changes):
        deploy(lambda: stack(context, **changes) and None)
        return cloud

    return look


def test_what_exists_is_used(within):
    cloud = within(**SHARED)
    access = cloud.inputs(SERVICE)["template"]["vpcAccess"]
    assert access["networkInterfaces"] == [{"network": OTHERS.network, "subnetwork": OTHERS.functions[0]}]
    assert cloud.inputs(BUCKET)["ipFilter"]["vpcNetworkSources"] == [
        {"network": OTHERS.network, "allowedIpCidrRanges": ["0.0.0.0/0"]}
    ]


def test_functions_run_inside_and_send_everything_through_it(within):
    template = within().inputs(SERVICE)["template"]
    assert template["vpcAccess"] == {
        "networkInterfaces": [{"network": ID, "subnetwork": FUNCTIONS}],
        "egress": "ALL_TRAFFIC",
    }


def test_without_a_network_they_run_beside_everybody_elses(within):
    cloud = within(inside=False)
    assert "vpcAccess" not in cloud.inputs(SERVICE)["template"]
    assert cloud.inputs(SERVICE)["ingress"] == "INGRESS_TRAFFIC_ALL"
    assert "ipFilter" not in cloud.inputs(BUCKET)


def test_a_network_makes_another_revision(context):
    revisions = {
        deploy_alone(lambda inside=inside: stack(context, inside=inside)).cloud.inputs(SERVICE)["template"][
            "revision"
        ]
        for inside in (True, False)
    }
    assert len(revisions) == 2


def test_another_subnet_of_the_same_network_makes_another_revision(context):
    """Cloud Run refuses another template under the name of a revision that is there."""
    (subnet,) = OTHERS.functions
    made = [dataclasses.replace(OTHERS, functions=(each,)) for each in (subnet, f"{subnet}-2")]
    one, other = (
        deploy_alone(lambda each=each: stack(context, **{**SHARED, "existing": each})).cloud.inputs(SERVICE)
        for each in made
    )
    assert one["template"]["vpcAccess"] != other["template"]["vpcAccess"]
    assert one["template"]["revision"] != other["template"]["revision"]


def test_private_answers_inside_only_and_to_its_callers(within):
    cloud = within(access=PRIVATE)
    assert cloud.inputs(SERVICE)["ingress"] == "INGRESS_TRAFFIC_INTERNAL_ONLY"
    assert cloud.inputs(INVOKER)["member"] == PRIVATE.callers[0]


def test_authenticated_answers_everywhere(within):
    assert within().inputs(SERVICE)["ingress"] == "INGRESS_TRAFFIC_ALL"


def test_private_needs_a_network(deploy, context):
    def program():
        with pytest.raises(InvalidArgument, match="needs a network"):
            stack(context, inside=False, access=PRIVATE)

    deploy(program)


def test_the_bucket_answers_inside_and_to_whoever_deploys(within):
    assert within().inputs(BUCKET)["ipFilter"] == {
        "mode": "Enabled",
        "allowAllServiceAgentAccess": True,
        "publicNetworkSource": {"allowedIpCidrRanges": ["203.0.113.0/28"]},
        "vpcNetworkSources": [{"network": ID, "allowedIpCidrRanges": [PLAN.whole]}],
    }


def test_the_bucket_answers_nobody_outside_when_nobody_is_named(within):
    assert "publicNetworkSource" not in within(allow_from=()).inputs(BUCKET)["ipFilter"]


def test_a_repository_has_no_rule_of_its_own(within):
    cloud = within()
    assert not [name for name in cloud.inputs(REPOSITORY) if "network" in name.lower()]
    assert "network" in catalog.implementation(Registry, "gcp").GAPS


def test_access_is_recorded_and_kept_apart(within):
    cloud = within(days=365)
    recorded = cloud.inputs(AUDIT)
    assert recorded["service"] == "storage.googleapis.com"
    assert [each["logType"] for each in recorded["auditLogConfigs"]] == ["DATA_READ", "DATA_WRITE"]
    kept = cloud.inputs(LOG_BUCKET, "storage-access")
    assert kept["retentionDays"] == 365
    wanted = cloud.inputs(SINK, "storage-access-sink")["filter"]
    assert wanted == cloud.inputs(EXCLUSION, "storage-access-excluded")["filter"]
    assert f'resource.labels.bucket_name="{cloud.inputs(BUCKET)["name"]}"' in wanted
    assert cloud.monitor.protected[f"{LOG_BUCKET}::storage-access"]
    assert {"storage-access-api"} <= cloud.monitor.needs[f"{AUDIT}::storage-access-recorded"]
    assert {"storage-access-recorded"} <= cloud.monitor.needs[f"{SINK}::storage-access-sink"]


def test_without_days_access_is_not_recorded(within):
    cloud = within()
    assert AUDIT not in cloud.counts
    assert not cloud.monitor.protected.get(f"{LOG_BUCKET}::storage-access")


def test_all_logs_share_one_right_on_the_key(within):
    cloud = within(encrypted=True, days=90)
    (right,) = [
        one for one in cloud.children if one.typ == KEY_MEMBER and "gcp-sa-logging" in one.inputs["member"]
    ]
    assert right.name == "host-key"
    for name in ("host", "network-flows", "storage-access"):
        assert cloud.inputs(LOG_BUCKET, name)["cmekSettings"] == {"kmsKeyName": right.inputs["cryptoKeyId"]}
        assert "host-key" in cloud.monitor.needs[f"{LOG_BUCKET}::{name}"]


@pytest.mark.parametrize(
    "changes",
    [{}, {"egress": "none"}, {"access": PRIVATE, "encrypted": True, "days": 90}],
    ids=["internet", "closed", "private and encrypted"],
)
def test_a_stack_in_a_network_passes_and_nothing_is_luck(rehearse, context, changes):
    done = rehearse(lambda: stack(context, **changes) and None)
    assert done.luck() == []
    (service,) = done.world.all(SERVICE)
    names = {urn.rpartition("::")[2] for urn in service.needs}
    assert {"network-functions", "network-google", "network-allow-google", "network-googleapis-all"} <= names
    assert ("network-run-all" in names) == (changes.get("access") is PRIVATE)
