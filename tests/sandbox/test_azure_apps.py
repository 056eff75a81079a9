"""Container apps on Azure: what they need, what they compute, what is refused later than in the check."""

# ruff: noqa: E501 - a row of a table is one line

from collections.abc import Callable
from typing import Any

import pytest

from sandbox import registry
from sandbox.needs import Refused
from sandbox.registry import RegistryDown
from tests.sandbox.playing import ACR, ASSIGNMENT, GROUP, IDENTITY, Stage, off
from tests.sandbox.playing_azure import (
    APP,
    AUTH,
    DIAGNOSTIC,
    ENVIRONMENT,
    GOOD,
    IMAGE,
    MODELS,
    READER,
    WORKSPACE,
    configuration,
    grant,
    needs,
    template,
)

Stages = Callable[..., Stage]


@pytest.fixture
def cloud(stage: Stages, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A subscription with everything that a container app needs, and an image."""
    made = stage("azure-native")
    monkeypatch.setattr(registry, "digest", lambda cloud, name, what: what if what in IMAGE else None)
    for type_, name in ((GROUP, "models"), (ACR, "registry"), (WORKSPACE, "logs"), (ENVIRONMENT, "host")):
        made.make(type_, name, **GOOD[type_])
    identity = made.make(IDENTITY, "runs", **GOOD[IDENTITY])
    grant(made, identity)
    return made


def test_an_app_needs_all_it_stands_on(cloud: Stage) -> None:
    made = cloud.make(APP, "app", **GOOD[APP])
    assert needs(cloud, APP, made) == {"models", "host", "runs", "registry", "pull"}


def test_what_the_platform_computes(cloud: Stage) -> None:
    made = cloud.make(APP, "app", **GOOD[APP])
    domain = cloud.world.all(ENVIRONMENT)[0].outputs["defaultDomain"]
    assert made["latestRevisionName"] == "height--r1"
    assert made["latestRevisionFqdn"] == f"height--r1.{domain}"
    assert made["configuration"]["ingress"]["fqdn"] == f"height.{domain}"
    ((_, ids),) = made["identity"]["userAssignedIdentities"].items()
    assert ids.keys() == {"principalId", "clientId"}


def test_a_preview_knows_nothing_of_that(cloud: Stage) -> None:
    urn = "urn:pulumi:dev::modelport::azure-native:app:ContainerApp::app"
    planned = cloud.provider.plan(urn, GOOD[APP])
    assert planned.keys() & {"latestRevisionName", "latestRevisionFqdn", "name"} == set()
    assert "fqdn" not in planned["configuration"]["ingress"]
    assert "identity" not in planned, "a list goes in, and a map comes out"
    made = cloud.make(APP, "app", **GOOD[APP])
    assert cloud.provider.plan(urn, GOOD[APP], made)["identity"] == made["identity"]


LATER: list[tuple[str, dict[str, Any], str]] = [
    ("app-environment-exists", {"environmentId": f"{MODELS}/providers/Microsoft.App/managedEnvironments/host2"}, r"environmentId: Status=404"),
    ("app-environment-exists", {"location": "northeurope"}, "the environment is in westeurope"),
    ("app-environment-exists", {"workloadProfileName": "D4"}, "'D4' is no workload profile"),
    ("app-identities", {"identity": {"type": "UserAssigned", "userAssignedIdentities": [f"{MODELS}/none"]}}, "FailedIdentityOperation"),
    ("app-identities", {"identity": {"type": "None"}}, "is none of the app's identities"),
    ("app-pull", template(image=IMAGE.replace("dev1", "dev2")), "no registry modelsdev2.azurecr.io"),
    ("app-pull", {"configuration": {"ingress": {"targetPort": 8080}}}, "no entry with server modelsdev1"),
    ("app-image-exists", template(image=IMAGE.replace("a1", "b2")), "MANIFEST_UNKNOWN"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "mistake", "says"), LATER, ids=[f"{each[0]}-{n}" for n, each in enumerate(LATER)]
)
def test_an_app_is_refused(
    cloud: Stage, monkeypatch: pytest.MonkeyPatch, rule: str, mistake: dict, says: str
) -> None:
    with pytest.raises(Refused, match=says) as refused:
        cloud.make(APP, "app", **{**GOOD[APP], **mistake})
    assert refused.value.rule == rule
    off(monkeypatch, rule)
    cloud.make(APP, "app", **{**GOOD[APP], **mistake})


def test_an_app_cannot_pull_without_the_role(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    (pull,) = cloud.world.all(ASSIGNMENT)
    cloud.delete(ASSIGNMENT, pull.id, "pull")
    with pytest.raises(Refused, match=r"UNAUTHORIZED.*runs has no role AcrPull on modelsdev1.*app-pull"):
        cloud.make(APP, "app", **GOOD[APP])
    (identity,) = cloud.world.all(IDENTITY)
    grant(cloud, dict(identity.outputs), READER)
    with pytest.raises(Refused, match="has no role AcrPull"):
        cloud.make(APP, "app", **GOOD[APP])
    off(monkeypatch, "app-pull")
    cloud.make(APP, "app", **GOOD[APP])


def test_a_registry_that_does_not_answer_is_no_image(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object) -> None:
        raise RegistryDown("no local registries yet")

    monkeypatch.setattr(registry, "digest", down)
    with pytest.raises(Refused, match="no local registries yet") as refused:
        cloud.make(APP, "app", **GOOD[APP])
    assert refused.value.code == "UNAVAILABLE"


def test_a_revisions_name_is_used_once(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    made = cloud.make(APP, "app", **GOOD[APP])
    larger = {"scale": {"maxReplicas": 5}}
    with pytest.raises(Refused, match=r"template.revisionSuffix: .*suffix r1 already exists"):
        cloud.change(APP, made["id"], "app", **{**GOOD[APP], **template(**larger)})
    changed = cloud.change(APP, made["id"], "app", **{**GOOD[APP], **template(suffix="r2", **larger)})
    assert changed["latestRevisionName"] == "height--r2"
    with pytest.raises(Refused, match="suffix r1 already exists"):
        cloud.change(APP, made["id"], "app", **GOOD[APP])
    cloud.change(APP, made["id"], "app", **{**GOOD[APP], **template(suffix="r3")})
    off(monkeypatch, "app-revision-new")
    cloud.change(APP, made["id"], "app", **GOOD[APP])


def test_a_change_beside_the_template_keeps_the_revision(cloud: Stage) -> None:
    made = cloud.make(APP, "app", **GOOD[APP])
    changed = cloud.change(APP, made["id"], "app", **{**GOOD[APP], "tags": {"a": "b"}})
    assert changed["latestRevisionName"] == made["latestRevisionName"]


def test_an_environment_with_apps_stays(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.make(APP, "app", **GOOD[APP])
    (environment,) = cloud.world.all(ENVIRONMENT)
    with pytest.raises(Refused, match="1 container apps are in it, such as 'height'"):
        cloud.delete(ENVIRONMENT, environment.id, "host")
    off(monkeypatch, "environment-in-use")
    cloud.delete(ENVIRONMENT, environment.id, "host")


def test_an_environments_profiles_are_for_life(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    (environment,) = cloud.world.all(ENVIRONMENT)
    without = {name: value for name, value in GOOD[ENVIRONMENT].items() if name != "workloadProfiles"}
    with pytest.raises(Refused, match="workloadProfiles: an environment cannot gain or lose"):
        cloud.change(ENVIRONMENT, environment.id, "host", **without)
    off(monkeypatch, "environment-profiles-stay")
    cloud.change(ENVIRONMENT, environment.id, "host", **without)


def test_a_network_replaces_an_environment(cloud: Stage) -> None:
    subnet = {"vnetConfiguration": {"infrastructureSubnetId": f"{MODELS}/subnets/apps"}}
    found = cloud.diff(ENVIRONMENT, GOOD[ENVIRONMENT], {**GOOD[ENVIRONMENT], **subnet})
    assert found.replaces == ["vnetConfiguration"]


def test_only_names_and_place_replace_an_app(cloud: Stage) -> None:
    assert cloud.diff(APP, GOOD[APP], {**GOOD[APP], **template(suffix="r2", image="b")}).replaces == []
    assert cloud.diff(APP, GOOD[APP], {**GOOD[APP], "environmentId": "x"}).replaces == ["environmentId"]


def test_logs_need_both_ends(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    made = cloud.make(DIAGNOSTIC, "diagnostics", **GOOD[DIAGNOSTIC])
    assert needs(cloud, DIAGNOSTIC, made) == {"host", "logs"}
    for end in ("resourceUri", "workspaceId"):
        with pytest.raises(Refused, match=f"{end}: Status=404"):
            cloud.make(DIAGNOSTIC, "other", **{**GOOD[DIAGNOSTIC], end: f"{GOOD[DIAGNOSTIC][end]}2"})
    off(monkeypatch, "diagnostic-exists")
    cloud.make(DIAGNOSTIC, "other", **{**GOOD[DIAGNOSTIC], "resourceUri": f"{MODELS}/none"})


def test_logs_are_sent_by_azure_monitor_only(cloud: Stage) -> None:
    other = {"environmentName": "other", "appLogsConfiguration": {"destination": "none"}}
    made = cloud.make(ENVIRONMENT, "other", **{**GOOD[ENVIRONMENT], **other})
    with pytest.raises(Refused, match="destination is none, not azure-monitor"):
        cloud.make(DIAGNOSTIC, **{**GOOD[DIAGNOSTIC], "resourceUri": made["id"]})


def test_access_rules_need_an_app_with_an_ingress(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match=r"containerAppName: .*no container app 'height' in 'models'"):
        cloud.make(AUTH, **GOOD[AUTH])
    cloud.make(
        APP,
        "app",
        **{**GOOD[APP], "configuration": {"registries": configuration()["configuration"]["registries"]}},
    )
    with pytest.raises(Refused, match="no ingress that could be guarded"):
        cloud.make(AUTH, **GOOD[AUTH])
    off(monkeypatch, "auth-app-exists")
    cloud.make(AUTH, **GOOD[AUTH])


def test_access_rules_go_with_the_app(cloud: Stage) -> None:
    made = cloud.make(APP, "app", **GOOD[APP])
    rules = cloud.make(AUTH, **GOOD[AUTH])
    assert needs(cloud, AUTH, rules) == {"app"}
    cloud.delete(APP, made["id"], "app")
    assert cloud.world.all(AUTH) == []


def test_everything_goes_with_the_group(cloud: Stage) -> None:
    cloud.make(APP, "app", **GOOD[APP])
    cloud.make(AUTH, **GOOD[AUTH])
    cloud.delete(GROUP, MODELS, "models")
    assert cloud.world.live() == []
