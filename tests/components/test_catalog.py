"""The catalog loads one cloud at a time, and checks everything before the first resource."""

import subprocess
import sys

import pytest

from components import catalog
from components.catalog import Id, Wanted
from components.core.context import Context
from components.core.errors import ConfigurationError
from components.registry.contract import RegistryArgs
from tests.components.builders import DIGEST, PLACES, SOURCE

SDKS = {"aws": "pulumi_aws", "azure": "pulumi_azure_native", "gcp": "pulumi_gcp"}


def registry(cloud="aws", **values):
    return Wanted("registry", cloud, "registry", {"models": ("height",), **values}, "modelport:registry")


LOADER = f"""
import os, sys
from components import catalog
def loaded():
    return sorted(set(sys.modules) & set({sorted(SDKS.values())}))
print("none", *loaded(), flush=True)
for cloud in catalog.CLOUDS:
    if os.fork() == 0:  # begins where nothing is loaded
        for capability in catalog.CAPABILITIES:
            catalog.implementation(catalog.contract(capability), cloud)
        print(cloud, *loaded(), flush=True)
        os._exit(0)
    os.wait()
"""


def test_only_the_sdk_of_the_cloud_in_use_is_loaded():
    done = subprocess.run([sys.executable, "-c", LOADER], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["none", *(f"{cloud} {sdk}" for cloud, sdk in SDKS.items())]


def test_what_is_right_is_built(context):
    built = catalog.check(context, [registry(in_use={"height": DIGEST})])
    assert built == {
        Id("registry", "aws", "registry"): RegistryArgs(
            context=context, models=("height",), in_use={"height": DIGEST}
        )
    }


def test_all_problems_come_at_once_each_on_one_line_with_its_setting(context):
    wanted = [
        registry(keep_images=0),
        Wanted(
            "image", "gcp", "height", {"model": "height", "source": "a:latest"}, "modelport:models.height"
        ),
        Wanted("landing", "gcp", "landing", {"region": "europe-west1"}, "modelport:gcp"),
    ]
    with pytest.raises(ConfigurationError) as caught:
        catalog.check(context, wanted)
    assert [problem.key for problem in caught.value.problems] == [one.setting for one in wanted]
    assert all("\n" not in line for line in caught.value.lines)
    assert "keep_images: at least 1, not 0" in caught.value.lines[0]


def test_a_name_that_will_not_fit_is_a_problem(context):
    long = Context(project="p" * 40, environment="dev", owner="team")
    with pytest.raises(ConfigurationError, match=r"container registry .* allowed: 5 to 50"):
        catalog.check(long, [registry("azure")])


def test_an_owner_without_a_label_is_a_problem_said_once():
    odd = Context(project="modelport", environment="dev", owner="o" * 64)
    images = [
        Wanted("image", "gcp", model, {"model": model, "source": SOURCE}, "modelport:models")
        for model in ("height", "weight")
    ]
    with pytest.raises(ConfigurationError) as caught:
        catalog.check(odd, images)
    assert len(caught.value.problems) == 1


def test_nothing_is_registered_by_a_check(cloud, context):
    place = {**PLACES["azure"], "capabilities": ("registry",)}
    catalog.check(
        context, [Wanted("landing", "azure", "landing", place, "modelport:azure"), registry("azure")]
    )
    assert cloud.requests == []
