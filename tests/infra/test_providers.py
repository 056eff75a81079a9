"""Providers are bound to the account that the settings name."""

from typing import Any

from infra.providers import providers
from infra.settings import parse
from tests.conftest import Deploy
from tests.infra.given import GOOD, given
from tests.mocks import Cloud

ROLE = "arn:aws:iam::111111111111:role/deployer"


def made(cloud: Cloud, deploy: Deploy, **changes: Any) -> dict[str, dict[str, Any]]:
    """Name of each provider to its inputs."""
    deploy(lambda: providers(parse(given(**changes))))
    return {one.name: dict(one.inputs) for one in cloud.requests if one.typ.startswith("pulumi:providers:")}


def test_one_per_chosen_cloud(cloud: Cloud, deploy: Deploy) -> None:
    assert made(cloud, deploy, clouds=["aws", "gcp"]).keys() == {"aws", "gcp"}


def test_aws_refuses_other_accounts_and_assumes_the_role(cloud: Cloud, deploy: Deploy) -> None:
    inputs = made(cloud, deploy, clouds=["aws"], aws={**GOOD["aws"], "assume_role": ROLE})["aws"]
    assert inputs["region"] == "eu-central-1"
    assert "111111111111" in str(inputs["allowedAccountIds"])
    assert ROLE in str(inputs["assumeRoles"])


def test_aws_without_a_guard_has_none(cloud: Cloud, deploy: Deploy) -> None:
    inputs = made(cloud, deploy, clouds=["aws"], aws={"region": "eu-west-1"})["aws"]
    assert not {"allowedAccountIds", "assumeRoles"} & inputs.keys()


def test_azure_is_bound_to_subscription_and_tenant(cloud: Cloud, deploy: Deploy) -> None:
    tenant = "00000000-0000-4000-8000-00000000000a"
    inputs = made(cloud, deploy, clouds=["azure"], azure={**GOOD["azure"], "tenant": tenant})["azure"]
    assert inputs["subscriptionId"] == GOOD["azure"]["subscription"]
    assert inputs["tenantId"] == tenant
    assert inputs["location"] == "westeurope"


def test_google_cloud_is_bound_to_the_project(cloud: Cloud, deploy: Deploy) -> None:
    inputs = made(cloud, deploy, clouds=["gcp"])["gcp"]
    assert (inputs["project"], inputs["region"]) == ("example-models-dev", "europe-west1")
