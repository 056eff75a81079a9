"""Each cloud's rules for tags and labels."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.clouds.aws import OnAws
from components.clouds.azure import OnAzure
from components.clouds.gcp import OnGcp
from components.core.context import Context
from components.core.errors import InvalidArgument

TAGS = Context(project="modelport", environment="dev", owner="ml-platform@example.com").tags_for(
    "registry", "registry", "height"
)


def test_all_that_a_resource_should_say_about_itself():
    assert TAGS == {
        "project": "modelport",
        "environment": "dev",
        "owner": "ml-platform@example.com",
        "capability": "registry",
        "component": "registry",
        "model": "height",
        "managed-by": "pulumi",
    }


@pytest.mark.parametrize("cloud", [OnAws, OnAzure])
def test_aws_and_azure_take_them_as_they_are(cloud):
    assert cloud.label(TAGS) == TAGS


def test_google_takes_them_in_its_own_form():
    assert OnGcp.label(TAGS) == {**TAGS, "owner": "ml-platform_example_com"}


@given(st.text(max_size=80))
def test_a_label_of_google_is_in_its_alphabet_or_refused(owner):
    try:
        labels = OnGcp.label({"owner": owner})
    except InvalidArgument:
        assert len(owner) > 63 or len(owner.lower()) > 63
    else:
        assert re.fullmatch(r"[a-z0-9_-]{0,63}", labels["owner"])


@pytest.mark.parametrize(
    ("cloud", "tags"),
    [
        (OnAws, {"owner": "a,b"}),
        (OnAws, {"owner": "a" * 257}),
        (OnAws, {"aws:owner": "a"}),
        (OnAzure, {"own/er": "a"}),
        (OnAzure, {"owner": "a" * 257}),
        (OnGcp, {"owner": "a" * 64}),
        (OnGcp, {"Owner": "a"}),
    ],
)
def test_what_has_no_form_is_refused(cloud, tags):
    with pytest.raises(InvalidArgument, match="does not allow"):
        cloud.label(tags)
