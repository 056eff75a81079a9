"""Identity on Google Cloud: a name that every model fits, no key and no right."""

import pulumi
import pytest

from components.clouds.gcp import GcpLanding
from components.clouds.landing import LandingArgs, LandingLinks
from components.identity.contract import IdentityArgs, IdentityLinks
from components.identity.gcp import GcpIdentity
from tests.components.builders import PLACES, identity

ACCOUNT = "gcp:serviceaccount/account:Account"
EMAIL = "height-0a1b2@example-models-dev.iam.gserviceaccount.com"


def test_it_is_an_account_and_nothing_else(cloud, deploy, context):
    seen = []

    def program():
        made = identity("gcp", context)
        pulumi.Output.all(made.id, made.member).apply(seen.append)
        assert made.variables == {}

    deploy(program)
    assert seen == [[EMAIL, f"serviceAccount:{EMAIL}"]]
    assert cloud.counts[ACCOUNT] == 1
    assert {each for each in cloud.counts if "Key" in each or "Member" in each} == set()


@pytest.mark.parametrize("model", ["a", "a-1", "m" * 24])
def test_short_and_long_models_have_an_account(model, cloud, deploy, context):
    args = IdentityArgs(context=context, model=model)
    (wanted,) = GcpIdentity.names(model, args)
    assert 6 <= len(wanted.with_random("0a1b2")) <= 30
    assert list(GcpIdentity.refusals(model, args)) == []

    def program():
        where = LandingArgs(context=context, capabilities=("identity",), **PLACES["gcp"])
        GcpIdentity(model, args, IdentityLinks(GcpLanding("landing", where, LandingLinks())))

    deploy(program)
    assert cloud.inputs(ACCOUNT)["accountId"].startswith(model)


def test_it_waits_for_the_api(deployed):
    cloud = deployed(identity, "gcp").cloud
    assert "landing-iam" in cloud.monitor.needs[f"{ACCOUNT}::height"]
