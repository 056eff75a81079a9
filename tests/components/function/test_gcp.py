"""Function on Google Cloud: what runs, as whom, and who may call."""

import itertools

import pytest

from components.core.errors import InvalidArgument
from components.core.sizes import Size
from components.function.access import Access
from components.function.contract import FunctionArgs
from components.function.gcp import GcpFunction
from components.function.scale import Scale
from tests.components.builders import DIGEST, function
from tests.components.waiting import waits_for

SERVICE = "gcp:cloudrunv2/service:Service"
INVOKER = "gcp:cloudrunv2/serviceIamMember:ServiceIamMember"
NAME = "modelport-test-height-0a1b2c"
OTHER = "sha256:" + "b2" * 32
CALLERS = ("serviceAccount:a@p.iam.gserviceaccount.com", "user:b@example.com")


@pytest.fixture
def service(deployed):
    """Inputs of the service, with changed arguments."""
    return lambda **changes: deployed(function, "gcp", **changes).cloud.inputs(SERVICE)


def container(made):
    (one,) = made["template"]["containers"]
    return one


def test_it_runs_the_image_by_digest_as_the_model(service):
    made = service()
    repository = "europe-west1-docker.pkg.dev/example-models-dev/modelport-test-registry-0a1b2c/height"
    assert container(made)["image"] == f"{repository}@{DIGEST}"
    account = "height-0a1b2@example-models-dev.iam.gserviceaccount.com"
    assert made["template"]["serviceAccount"] == account


def test_it_costs_nothing_while_nobody_asks(service):
    made = service()
    assert container(made)["resources"]["cpuIdle"] is True
    assert made["template"]["scaling"] == {"minInstanceCount": 0, "maxInstanceCount": 10}


def test_the_port_is_not_among_the_variables(service):
    one = container(service(environment={"LOG_LEVEL": "info"}))
    assert one["ports"] == {"containerPort": 8080}
    assert {each["name"]: each["value"] for each in one["envs"]} == {
        "LOG_LEVEL": "info",
        "MODEL": "height",
        "TIMEOUT_SECONDS": "30",
        "CONCURRENCY": "40",
        "EXTRA": "from elsewhere",
    }


def test_it_is_asked_where_it_listens(service):
    one = container(service())
    assert one["startupProbe"]["httpGet"] == {"path": "/readyz", "port": 8080}
    assert one["livenessProbe"]["httpGet"] == {"path": "/livez", "port": 8080}


@pytest.mark.parametrize(
    ("size", "limits"),
    [
        (Size(1, 2), {"cpu": "1", "memory": "2Gi"}),
        (Size(0.25, 0.5), {"cpu": "1", "memory": "512Mi"}),
        (Size(1, 0.7), {"cpu": "1", "memory": "717Mi"}),
        (Size(1, 6), {"cpu": "2", "memory": "6Gi"}),
        (Size(8, 32), {"cpu": "8", "memory": "32Gi"}),
    ],
)
def test_sizes(size, limits, service):
    assert container(service(size=size))["resources"]["limits"] == limits


def test_a_size_that_nobody_sells_is_refused(context):
    args = FunctionArgs(context=context, model="height", digest=DIGEST, size=Size(16, 64))
    (refusal,) = GcpFunction.refusals("height", args)
    assert "Cloud Run instance has 8 vCPU and 32 GiB at most" in str(refusal)


CHANGES = [
    {},
    {"digest": OTHER},
    {"size": Size(2, 2)},
    {"scale": Scale(min=1)},
    {"scale": Scale(max=2)},
    {"scale": Scale(concurrency=2)},
    {"timeout_seconds": 31},
    {"environment": {"A": "b"}},
]


def test_every_change_of_the_template_is_another_revision(service):
    seen = []
    for changes in CHANGES:
        template = service(**changes)["template"]
        seen.append((template["revision"], {**template, "revision": None}))
    assert all(revision.startswith(f"{NAME}-") and len(revision) <= 63 for revision, _ in seen)
    for (one, has), (other, had) in itertools.combinations(seen, 2):
        assert one != other
        assert has != had or one.startswith(f"{NAME}-a1a1a1a1") != other.startswith(f"{NAME}-a1a1a1a1")


def test_its_outputs_are_what_the_cloud_says(deployed):
    found = deployed(function, "gcp").outputs
    assert found["name"] == NAME
    assert found["url"] == f"https://{NAME}-0a1b2c3d4e-ew.a.run.app"
    assert found["revision"].startswith("a1a1a1a1-")
    assert found["reports"].endswith(f"/height@{DIGEST}")


def test_only_the_callers_may_call(deployed):
    cloud = deployed(function, "gcp", access=Access(callers=CALLERS)).cloud
    invokers = [each.inputs for each in cloud.children if each.typ == INVOKER]
    assert {each["member"] for each in invokers} == set(CALLERS)
    assert {(each["name"], each["role"]) for each in invokers} == {(NAME, "roles/run.invoker")}


@pytest.mark.parametrize("access", [Access(callers=CALLERS), Access(mode="public")])
def test_the_url_waits_for_all_who_may_call(access, cloud, deploy, context):
    waited = waits_for(deploy, lambda: function("gcp", context, access=access).url)
    invokers = {f"{INVOKER}::{each.name}" for each in cloud.children if each.typ == INVOKER}
    assert len(invokers) == max(len(access.callers), 1)
    assert invokers <= waited


def test_another_order_of_callers_changes_nothing(deployed):
    names = []
    for callers in (CALLERS, CALLERS[::-1]):
        cloud = deployed(function, "gcp", access=Access(callers=callers)).cloud
        names.append({each.name: each.inputs["member"] for each in cloud.children if each.typ == INVOKER})
    assert names[0] == names[1]


def test_no_callers_is_nobody(deployed):
    cloud = deployed(function, "gcp", access=Access()).cloud
    assert cloud.counts[INVOKER] == 0
    assert "invokerIamDisabled" not in cloud.inputs(SERVICE)


def test_only_what_is_public_is_for_everybody(deployed):
    cloud = deployed(function, "gcp", access=Access(mode="public")).cloud
    assert cloud.inputs(INVOKER)["member"] == "allUsers"


WRONG = [
    "allUsers",
    "allAuthenticatedUsers",
    "domain:example.com",
    "group:ml@example.com",
    "serviceAccount:*",
    "a@example.com",
    "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/*",
    "arn:aws:iam::111111111111:role/caller",
]


@pytest.mark.parametrize("caller", WRONG)
def test_each_wrong_caller_is_refused(caller, context):
    access = Access(callers=(CALLERS[0], caller))
    args = FunctionArgs(context=context, model="height", digest=DIGEST, access=access)
    (refusal,) = GcpFunction.refusals("height", args)
    assert isinstance(refusal, InvalidArgument)
    assert str(refusal) == (
        "callers: allowed: serviceAccount:<e-mail>, user:<e-mail> in lower case, or "
        f'principal://iam.googleapis.com/…/subject/…; came "{caller}"'
    )


def test_a_destroy_is_not_held_up(service):
    assert service()["deletionProtection"] is False


def test_it_waits_for_its_logs_its_image_and_its_api(deployed):
    needs = deployed(function, "gcp").cloud.monitor.needs[f"{SERVICE}::height"]
    assert {"landing-run", "host-excluded", "height"} <= needs
