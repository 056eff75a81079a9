"""Host on Google Cloud: logs of this stack's services, in a bucket of their own and nowhere else."""

import re

import pulumi
import pytest

from components.core import naming
from components.core.context import Context
from components.host.contract import HostArgs
from components.host.gcp import GcpHost, _logs
from tests.components.builders import host
from tests.components.waiting import waits_for

LOG_BUCKET = "gcp:logging/projectBucketConfig:ProjectBucketConfig"
SINK = "gcp:logging/projectSink:ProjectSink"
EXCLUSION = "gcp:logging/projectExclusion:ProjectExclusion"


def test_the_sink_fills_the_bucket_and_default_leaves_out_the_same(deployed):
    cloud = deployed(host, "gcp").cloud
    bucket = cloud.inputs(LOG_BUCKET)
    path = f"projects/{bucket['project']}/locations/{bucket['location']}/buckets/{bucket['bucketId']}"
    assert cloud.inputs(SINK)["destination"] == f"logging.googleapis.com/{path}"
    assert cloud.inputs(SINK)["filter"] == cloud.inputs(EXCLUSION)["filter"]
    assert bucket["retentionDays"] == 30


def test_logs_are_kept_as_long_as_asked_for(deployed):
    assert deployed(host, "gcp", retention_days=60).cloud.inputs(LOG_BUCKET)["retentionDays"] == 60


def test_a_function_waits_until_its_logs_are_kept(deploy, context):
    assert f"{EXCLUSION}::host-excluded" in waits_for(deploy, lambda: host("gcp", context).homes["external"])


def test_nothing_is_left_out_before_it_is_kept_elsewhere(deployed):
    cloud = deployed(host, "gcp").cloud
    assert "host-sink" in cloud.monitor.needs[f"{EXCLUSION}::host-excluded"]
    assert "host" in cloud.monitor.needs[f"{SINK}::host-sink"]


def context_of(environment):
    return Context(project="modelport", environment=environment, owner="team")


@pytest.mark.parametrize(("other", "same"), [("dev", True), ("prod", False), ("dev2", False), ("de", False)])
def test_the_filter_is_for_services_of_one_environment(other, same):
    (pattern,) = re.findall(r'service_name=~"(.+)"', _logs(context_of("dev")))
    service = naming.full(naming.RUN_SERVICE, context_of(other), "height").with_random("0a1b2c")
    assert bool(re.search(pattern, service)) is same


def test_its_name_ends_at_random_because_a_deleted_one_holds_its_name(context):
    (wanted,) = GcpHost.names("host", HostArgs(context=context))
    assert wanted.with_random("0a1b2c") == "modelport-test-host-0a1b2c"


def test_it_says_how_long_logs_are_kept(deploy, context):
    made = []
    deploy(lambda: made.append(host("gcp", context, retention_days=60)))
    assert made[0].retention_days == 60
    assert isinstance(made[0].homes["external"], pulumi.Output)
