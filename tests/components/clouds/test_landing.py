"""The landing of each cloud, and what waits for it."""

import pytest

from components import catalog
from components.clouds.gcp import APIS, GcpLanding
from components.clouds.landing import LandingArgs, LandingLinks
from components.core.errors import InvalidArgument
from tests.components.builders import landing, registry

SERVICE = "gcp:projects/service:Service"


def test_aws_has_nothing_to_make(deployed):
    cloud = deployed(landing, "aws").cloud
    assert not cloud.counts


def test_azure_makes_one_group_in_the_given_place(deployed):
    cloud = deployed(landing, "azure").cloud
    assert cloud.inputs("azure-native:resources:ResourceGroup")["location"] == "westeurope"


def test_google_enables_what_the_capabilities_need_and_leaves_it_enabled(deployed):
    cloud = deployed(landing, "gcp").cloud
    needed = [
        "artifactregistry",
        "cloudkms",
        "compute",
        "containerscanning",
        "dns",
        "iam",
        "logging",
        "run",
        "storage",
    ]
    assert cloud.counts == {SERVICE: len(needed)}
    for api in needed:
        service = cloud.inputs(SERVICE, f"landing-{api}")
        assert service["service"] == f"{api}.googleapis.com"
        assert service["project"] == "example-models-dev"
        assert service["disableOnDestroy"] is False


def test_google_enables_nothing_that_nobody_needs(cloud, deploy, context):
    args = LandingArgs(context=context, region="europe-west1", account="p", capabilities=("image",))
    deploy(lambda: GcpLanding("landing", args, LandingLinks()))
    assert not cloud.counts


def test_google_knows_the_apis_of_every_capability():
    assert set(APIS) == set(catalog.CAPABILITIES) - {"landing"}


def test_google_needs_a_project(deploy, context):
    args = LandingArgs(context=context, region="europe-west1")
    with pytest.raises(InvalidArgument, match="account: Google Cloud needs a project"):
        deploy(lambda: GcpLanding("landing", args, LandingLinks()))


def test_a_landing_is_somewhere(context):
    with pytest.raises(InvalidArgument, match="region"):
        LandingArgs(context=context, region="")


@pytest.mark.parametrize(
    ("cloud_name", "child", "needs"),
    [
        (
            "gcp",
            "gcp:artifactregistry/repository:Repository::registry",
            {"landing-artifactregistry", "landing-containerscanning"},
        ),
        ("azure", "azure-native:containerregistry:Registry::registry", {"landing"}),
    ],
)
def test_what_is_made_there_waits_for_it(cloud_name, child, needs, deployed):
    cloud = deployed(registry, cloud_name).cloud
    assert cloud.monitor.needs[child] >= needs
