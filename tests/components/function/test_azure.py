"""Function on Azure: who may call, what runs, and what waits for what."""

import dataclasses

import pulumi
import pytest

from components.core.sizes import Size
from components.function.access import Access
from components.function.azure import NOBODY, AzureFunction
from components.function.contract import FunctionArgs
from components.function.scale import Scale
from tests import inventory
from tests.components.builders import ACCESS, DIGEST, function
from tests.components.waiting import waits_for

APP = "azure-native:app:ContainerApp"
AUTH = "azure-native:app:ContainerAppsAuthConfig"
PULL = "azure-native:authorization:RoleAssignment"
SUFFIX = "random:index/randomString:RandomString"
OURS = ACCESS["azure"]


def allowed(cloud):
    directory = cloud.inputs(AUTH)["identityProviders"]["azureActiveDirectory"]
    return directory["validation"]["defaultAuthorizationPolicy"]["allowedPrincipals"]["identities"]


def refused(context, **changes):
    values = {"model": "height", "digest": DIGEST, "access": OURS, **changes}
    return [str(each) for each in AzureFunction.refusals("height", FunctionArgs(context=context, **values))]


def test_the_callers_and_nobody_else(deployed):
    cloud = deployed(function, "azure").cloud
    auth = cloud.inputs(AUTH)
    assert allowed(cloud) == list(OURS.callers)
    assert auth["authConfigName"] == "current"
    assert auth["platform"] == {"enabled": True}
    assert auth["globalValidation"] == {"unauthenticatedClientAction": "Return401"}
    registration = auth["identityProviders"]["azureActiveDirectory"]["registration"]
    assert registration == {
        "clientId": OURS.application,
        "openIdIssuer": f"https://login.microsoftonline.com/{OURS.tenant}/v2.0",
    }


def test_no_caller_is_nobody(deployed):
    cloud = deployed(function, "azure", access=dataclasses.replace(OURS, callers=())).cloud
    assert allowed(cloud) == [NOBODY]


def test_only_a_public_model_is_open(deployed):
    cloud = deployed(function, "azure", access=Access(mode="public")).cloud
    assert AUTH not in cloud.counts


def test_nobody_is_told_the_url_before_it_is_closed(deploy, context):
    assert f"{AUTH}::height-access" in waits_for(deploy, lambda: function("azure", context).url)


def test_the_access_rules_go_with_the_app_and_never_before_it(deploy, context):
    goes_with = {}

    def look(args):
        if args.opts.deleted_with is not None:
            goes_with[args.type_] = args.opts.deleted_with.pulumi_resource_type

    def program():
        pulumi.runtime.register_stack_transformation(look)
        function("azure", context)

    deploy(program)
    assert goes_with == {AUTH: APP}


def test_it_is_never_plain_http(deployed):
    cloud = deployed(function, "azure").cloud
    assert cloud.inputs(APP)["configuration"]["ingress"]["allowInsecure"] is False
    assert cloud.inputs(AUTH)["httpSettings"] == {"requireHttps": True}


def test_it_runs_by_digest_and_pulls_as_its_own_identity(deployed):
    cloud = deployed(function, "azure").cloud
    app = cloud.inputs(APP)
    (identity,) = app["identity"]["userAssignedIdentities"]
    (container,) = app["template"]["containers"]
    assert container["image"].endswith(f"@{DIGEST}")
    assert app["configuration"]["registries"] == [
        {"server": "modelporttestregistry0a1b2c.azurecr.io", "identity": identity}
    ]
    assert "secrets" not in app["configuration"]


def test_it_waits_for_the_right_to_pull_the_image_and_the_logs(deployed):
    cloud = deployed(function, "azure").cloud
    assert {"height-pull", "height", "host-diagnostics"} <= cloud.monitor.needs[f"{APP}::height"]


def test_the_application_listens_where_everything_looks(deployed):
    cloud = deployed(function, "azure").cloud
    app = cloud.inputs(APP)
    (container,) = app["template"]["containers"]
    told = {each["name"]: each["value"] for each in container["env"]}
    ports = {each["httpGet"]["port"] for each in container["probes"]}
    assert ports == {app["configuration"]["ingress"]["targetPort"]} == {int(told["PORT"])}
    assert told["EXTRA"] == "from elsewhere"
    assert list(told) == sorted(told)


@pytest.mark.parametrize(
    ("size", "resources"),
    [(Size(0.2, 0.5), {"cpu": 0.25, "memory": "0.5Gi"}), (Size(1, 3), {"cpu": 1.5, "memory": "3Gi"})],
)
def test_sizes_come_in_pairs(size, resources, deployed):
    cloud = deployed(function, "azure", size=size).cloud
    assert cloud.inputs(APP)["template"]["containers"][0]["resources"] == resources


def test_scale_is_what_was_asked_for(deployed):
    cloud = deployed(function, "azure", scale=Scale(min=1, max=3, concurrency=7), timeout_seconds=200).cloud
    template = cloud.inputs(APP)["template"]
    scale = template["scale"]
    assert (scale["minReplicas"], scale["maxReplicas"]) == (1, 3)
    assert scale["rules"] == [{"name": "requests", "http": {"metadata": {"concurrentRequests": "7"}}}]
    assert template["terminationGracePeriodSeconds"] == 200


def keeper(cloud):
    return cloud.inputs(SUFFIX, "height-revision")["keepers"]["template"]


CHANGES = [
    {"size": Size(2, 4)},
    {"scale": Scale(max=3)},
    {"timeout_seconds": 60},
    {"environment": {"LOG_LEVEL": "debug"}},
]
PLAIN = inventory.read(inventory.path_of("function", "azure"))["resources"][f"{SUFFIX}::height-revision"]


@pytest.mark.parametrize("changes", CHANGES, ids="".join)
def test_every_change_of_the_template_is_another_revision(changes, deployed):
    """Azure refuses a name twice, so the end is made anew with each change, also on the way back."""
    cloud = deployed(function, "azure", **changes).cloud
    assert keeper(cloud).startswith(f"{DIGEST[7:15]}-")
    assert keeper(cloud) != PLAIN["keepers"]["template"]
    assert "height-revision" in cloud.monitor.needs[f"{APP}::height"]


def test_a_revision_begins_with_a_letter_and_the_digest(deployed):
    cloud = deployed(function, "azure").cloud
    assert cloud.inputs(APP)["template"]["revisionSuffix"].startswith(f"r{DIGEST[7:15]}-")


def test_what_it_gives(deployed):
    assert deployed(function, "azure").outputs == {
        "name": "height0a1b2c3d",
        "url": "https://height0a1b2c3d.calm-0a1b2c3d.westeurope.azurecontainerapps.io",
        "revision": f"{DIGEST[7:15]}-0a1b2c",
        "reports": f"modelporttestregistry0a1b2c.azurecr.io/height@{DIGEST}",
    }


@pytest.mark.parametrize(
    "caller", ["*", "", "AllUsers", "arn:aws:iam::111111111111:role/caller", f"{NOBODY} ", NOBODY]
)
def test_a_caller_is_an_object_id(context, caller):
    (refusal,) = refused(context, access=dataclasses.replace(OURS, callers=(caller,)))
    assert refusal == f'callers: allowed on Azure: object ids; came "{caller}"'


def test_more_callers_than_azure_takes_are_refused(context):
    callers = tuple(f"00000000-0000-4000-8000-{number:012}" for number in range(14))
    (refusal,) = refused(context, access=dataclasses.replace(OURS, callers=callers))
    assert refusal == "callers: Azure takes 13 at most; came 14"
    assert refused(context, access=dataclasses.replace(OURS, callers=callers[1:])) == []


@pytest.mark.parametrize("missing", ["application", "tenant"])
def test_without_an_application_nobody_could_be_told_apart(context, missing):
    (refusal,) = refused(context, access=dataclasses.replace(OURS, **{missing: None}))
    assert f"({missing} is missing or no GUID)" in refusal
    assert "give its client id and its tenant" in refusal


def test_a_public_model_needs_no_application(context):
    assert refused(context, access=Access(mode="public")) == []


def test_too_large_is_refused(context):
    (refusal,) = refused(context, size=Size(4, 9))
    assert "a container app has 4 vCPU and 8 GiB at most" in refusal
