"""Network on AWS: what is closed, what leads outside, and what answers inside."""

import ipaddress

import pytest

from components.core.errors import InvalidArgument
from components.network.existing import Existing
from tests import mocks
from tests.components.builders import network
from tests.components.network.on_aws import (
    EC2,
    ENDPOINT,
    EXISTING,
    FLOW_LOG,
    FOREIGN_VPC,
    GROUP,
    LOG_GROUP,
    PLAN,
    RIGHTS,
    ROLE,
    ROUTE,
    SUBNET,
    VPC,
    everything,
    of,
    statements,
)
from tests.components.waiting import waits_for
from tests.mocks import aws as mock

ZONES = "aws:index/getAvailabilityZones:getAvailabilityZones"


def test_ranges_are_those_of_the_plan_and_each_zone_has_its_own(deployed):
    cloud = deployed(network, "aws").cloud
    made = of(cloud, SUBNET)
    assert cloud.inputs(VPC)["cidrBlock"] == PLAN.whole
    for part, zones in (("nodes", PLAN.nodes), ("endpoints", PLAN.endpoints), ("egress", PLAN.egress)):
        subnets = [made[f"network-{part}-{at}"] for at in (1, 2)]
        assert [each["cidrBlock"] for each in subnets] == list(zones.zones)
        assert [each["availabilityZone"] for each in subnets] == ["eu-central-1a", "eu-central-1b"]
    ranges = [ipaddress.IPv4Network(each["cidrBlock"]) for each in made.values()]
    assert not [(a, b) for a in ranges for b in ranges if a is not b and a.overlaps(b)]


def test_no_subnet_gives_out_public_addresses(deployed):
    made = of(deployed(network, "aws").cloud, SUBNET)
    assert [each["mapPublicIpOnLaunch"] for each in made.values()] == [False] * 6


def test_load_balancers_find_their_subnets(deployed):
    made = of(deployed(network, "aws").cloud, SUBNET)
    inside = {name for name, each in made.items() if "kubernetes.io/role/internal-elb" in each["tags"]}
    outside = {name for name, each in made.items() if "kubernetes.io/role/elb" in each["tags"]}
    assert inside == {"network-nodes-1", "network-nodes-2"}
    assert outside == {"network-egress-1", "network-egress-2"}


def test_the_default_group_is_emptied(deployed):
    made = deployed(network, "aws").cloud.inputs(f"{EC2}defaultSecurityGroup:DefaultSecurityGroup")
    assert (made["ingress"], made["egress"], made["vpcId"]) == ([], [], "vpc-network")


def test_functions_let_nothing_in_and_https_out(deployed):
    group = of(deployed(network, "aws").cloud, GROUP)["network-functions"]
    assert group["ingress"] == []
    assert {(each["protocol"], each["fromPort"], each["toPort"]) for each in group["egress"]} == {
        ("tcp", 443, 443)
    }
    assert [each.get("cidrBlocks") or each["prefixListIds"] for each in group["egress"]] == [
        [PLAN.whole],
        ["pl-0a1b2c3d"],
        ["0.0.0.0/0"],
    ]


def test_without_egress_nothing_leads_outside(deployed):
    cloud = deployed(network, "aws", egress="none").cloud
    gone = {ROUTE, f"{EC2}internetGateway:InternetGateway", f"{EC2}natGateway:NatGateway", f"{EC2}eip:Eip"}
    assert not gone & set(cloud.counts)
    assert len(of(cloud, SUBNET)) == 4
    group = of(cloud, GROUP)["network-functions"]
    assert "0.0.0.0/0" not in str(group["egress"])


def test_each_zone_goes_out_by_its_own_gateway(deployed):
    routes = of(deployed(network, "aws").cloud, ROUTE)
    assert routes["network-egress"]["gatewayId"] == "igw-network-internet"
    for at in (1, 2):
        private_ = routes[f"network-nodes-{at}"]
        assert private_["natGatewayId"] == f"nat-network-egress-{at}"
        assert private_["routeTableId"] == f"rtb-network-nodes-{at}"


def test_services_answer_inside_under_their_own_names(deployed):
    made = of(deployed(network, "aws").cloud, ENDPOINT)
    storage = made.pop("network-storage")
    assert (storage["vpcEndpointType"], storage["serviceName"]) == (
        "Gateway",
        "com.amazonaws.eu-central-1.s3",
    )
    assert storage["routeTableIds"] == ["rtb-network-nodes-1", "rtb-network-nodes-2"]
    services = {each["serviceName"].removeprefix("com.amazonaws.eu-central-1.") for each in made.values()}
    assert services == {"ecr.api", "ecr.dkr", "logs", "sts", "secretsmanager", "lambda"}
    for each in made.values():
        assert (each["vpcEndpointType"], each["privateDnsEnabled"]) == ("Interface", True)
        assert each["securityGroupIds"] == ["sg-network-endpoints"]


def test_endpoints_take_https_from_the_vpc_only(deployed):
    group = of(deployed(network, "aws").cloud, GROUP)["network-endpoints"]
    (rule,) = group["ingress"]
    assert (rule["fromPort"], rule["toPort"], rule["cidrBlocks"]) == (443, 443, [PLAN.whole])
    assert group["egress"] == []


def test_endpoints_are_for_principals_of_the_account(deployed):
    cloud = deployed(network, "aws").cloud
    own = {"aws:PrincipalAccount": mock.ACCOUNT}
    for name in set(of(cloud, ENDPOINT)) - {"network-storage"}:
        (statement,) = statements(cloud, ENDPOINT, name)
        assert statement["Condition"] == {"StringEquals": own}
    objects, layers = statements(cloud, ENDPOINT, "network-storage")
    assert set(objects["Action"]) == {
        "s3:GetObject",
        "s3:PutObject",
        "s3:AbortMultipartUpload",
        "s3:ListBucket",
    }
    assert objects["Condition"] == {"StringEquals": {**own, "aws:ResourceAccount": mock.ACCOUNT}}
    assert layers["Resource"] == "arn:aws:s3:::prod-eu-central-1-starport-layer-bucket/*"
    assert layers["Action"] == ["s3:GetObject"]


@pytest.mark.parametrize("with_key", [False, True])
def test_each_endpoint_lets_through_what_is_asked_of_its_own_service(with_key, cloud, deploy, context):
    deploy(lambda: everything(context, with_key=with_key))
    made = {name: each for name, each in of(cloud, ENDPOINT).items() if name != "network-storage"}
    assert ("network-kms" in made) is with_key
    for name, each in made.items():
        service = each["serviceName"].removeprefix(f"com.amazonaws.{mock.REGION}.").partition(".")[0]
        (statement,) = statements(cloud, ENDPOINT, name)
        assert (statement["Effect"], statement["Action"]) == ("Allow", f"{service}:*")


def test_everything_that_flows_is_recorded_and_kept_as_long_as_logs(deployed):
    cloud = deployed(network, "aws", retention_days=60).cloud
    flows = cloud.inputs(FLOW_LOG)
    assert (flows["vpcId"], flows["trafficType"]) == ("vpc-network", "ALL")
    assert cloud.inputs(LOG_GROUP)["retentionInDays"] == 60
    arn = f"arn:aws:logs:{mock.REGION}:{mock.ACCOUNT}:log-group:network-logs-0a1b2c3"
    assert flows["logDestination"] == arn
    write, look = statements(cloud, RIGHTS)
    assert write["Resource"] == f"{arn}:*"
    # Nothing that makes a group, and nothing that deletes what is recorded.
    assert set(write["Action"]) == {"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"}
    assert look["Action"] == ["logs:DescribeLogGroups"]
    (trust,) = statements(cloud, ROLE, key="assumeRolePolicy")
    assert trust["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": mock.ACCOUNT}


def test_subnets_are_known_once_all_that_functions_need_is_there(deploy, context):
    needed = waits_for(deploy, lambda: network("aws", context).subnets["internal"])
    for name in ("network-storage", "network-logs", "network-sts", "network-ecr-dkr", "network-lambda"):
        assert f"{ENDPOINT}::{name}" in needed
    assert {f"{ROUTE}::network-nodes-1", f"{FLOW_LOG}::network-flows"} <= needed
    assert f"{EC2}defaultSecurityGroup:DefaultSecurityGroup::network-default" in needed


def test_the_flow_log_goes_before_it_comes_again(deployed):
    """A second one for the same VPC and group is refused."""
    cloud = deployed(network, "aws").cloud
    assert cloud.monitor.options[f"{FLOW_LOG}::network-flows"].get("deleteBeforeReplace") is True


def test_a_subnet_stays_in_its_zone(deployed):
    cloud = deployed(network, "aws").cloud
    subnets = of(cloud, SUBNET)
    assert len(subnets) == 6
    for name in subnets:
        assert cloud.monitor.options[f"{SUBNET}::{name}"].get("ignoreChanges") == ["availabilityZone"], name


@pytest.mark.parametrize("unfit", ["use1-az3", "usw1-az2", "cac1-az3"])
def test_zones_without_lambda_or_clusters_are_left_out(unfit, cloud, deploy, context, monkeypatch):
    zones = {unfit: "a", "fit-1": "b", "fit-2": "c"}

    def answer(asked):
        left = [name for id_, name in zones.items() if id_ not in asked.get("excludeZoneIds", [])]
        return {"id": "x", "names": left, "zoneIds": [], "groupNames": []}

    monkeypatch.setitem(mocks.ANSWERS, ZONES, answer)
    deploy(lambda: network("aws", context))
    assert {each["availabilityZone"] for each in of(cloud, SUBNET).values()} == {"b", "c"}


def test_a_region_with_fewer_zones_is_refused(deploy, context, monkeypatch):
    few = {"id": "x", "names": ["c", "a", "b"], "zoneIds": [], "groupNames": []}
    monkeypatch.setitem(mocks.ANSWERS, ZONES, lambda _: few)
    with pytest.raises(InvalidArgument, match=r"eu-central-1 has 3 that can be used \(a, b, c\); came 4"):
        deploy(lambda: network("aws", context, zones=4))


def test_in_an_existing_network_only_the_group_is_ours(deploy, cloud, context):
    seen = []

    def program():
        made = network("aws", context, cidr=None, egress="none", existing=EXISTING)
        made.id.apply(seen.append)
        made.subnets["external"].apply(seen.append)
        made.guard.apply(seen.append)

    deploy(program)
    assert dict(cloud.counts) == {GROUP: 1}
    assert sorted(map(str, seen)) == sorted(
        [FOREIGN_VPC, str(list(EXISTING.functions)), "sg-network-functions"]
    )
    group = cloud.inputs(GROUP)
    assert (group["vpcId"], group["ingress"]) == (FOREIGN_VPC, [])


@pytest.mark.parametrize(
    ("network_", "says"),
    [("vpc-1", "existing.network"), (FOREIGN_VPC, "2 to 4 subnets on aws; came 1")],
)
def test_what_is_no_vpc_or_too_little_of_one_is_refused(network_, says, deploy, context):
    existing = Existing(network=network_, functions=EXISTING.functions[:1])
    with pytest.raises(InvalidArgument, match=says):
        deploy(lambda: network("aws", context, cidr=None, egress="none", existing=existing))
