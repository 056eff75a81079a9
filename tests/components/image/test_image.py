"""Images: the copy is asked for by digest, and nothing secret is in it."""

import pytest

from components import catalog
from components.core.errors import InvalidArgument
from components.image.contract import ImageArgs
from tests.components.builders import DIGEST, SOURCE, image

COMMAND = "command:local:Command"
EVERY_CLOUD = pytest.mark.parametrize("cloud_name", catalog.CLOUDS)


@EVERY_CLOUD
def test_it_copies_by_digest_into_the_repository_of_the_model(cloud_name, deployed):
    cloud = deployed(image, cloud_name).cloud
    made = cloud.inputs(COMMAND)
    registry = cloud.monitor.outputs[f"modelport:{cloud_name}:Registry::registry"]
    assert made["environment"] == {
        "SOURCE": SOURCE,
        "TARGET": registry["repositories"]["height"],
        "TAG": f"digest-{DIGEST.removeprefix('sha256:')}",
        "DIGEST": DIGEST,
        "MADE": registry["made"]["height"],
    }
    assert made["triggers"] == [DIGEST]
    assert "delete" not in made, "a copy is never taken away: an older deployment may still run it"


@EVERY_CLOUD
def test_the_reference_is_what_was_read_back(cloud_name, deployed):
    cloud = deployed(image, cloud_name).cloud
    made = cloud.monitor.outputs[f"modelport:{cloud_name}:Image::height"]
    assert made["digest"] == DIGEST
    assert made["reference"] == f"{cloud.inputs(COMMAND)['environment']['TARGET']}@{DIGEST}"


def test_the_digest_is_the_answer_of_the_registry_not_the_question(cloud, deploy, context, monkeypatch):
    other = "sha256:" + "b" * 64
    monkeypatch.setitem(
        __import__("tests.mocks", fromlist=["COMPUTED"]).COMPUTED,
        COMMAND,
        lambda *_: {"stdout": f"{other}\n"},
    )
    deploy(lambda: image("aws", context))
    made = cloud.monitor.outputs["modelport:aws:Image::height"]
    assert made["digest"] == other
    assert made["reference"].endswith(f"@{other}")


@EVERY_CLOUD
def test_it_waits_for_the_registry(cloud_name, deployed):
    cloud = deployed(image, cloud_name).cloud
    waits = {
        "aws": {"registry-height", "registry-height-expiry", "registry-height-functions"},
        "azure": {"registry"},
        "gcp": {"registry"},
    }
    assert cloud.monitor.needs[f"{COMMAND}::height"] == waits[cloud_name]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"source": "ghcr.io/example/height:latest"}, "source: must be repository@sha256"),
        ({"model": "Height"}, 'model: model "Height" is not allowed'),
    ],
)
def test_arguments_that_can_never_be_honoured(changes, message, context):
    with pytest.raises(InvalidArgument, match=message):
        ImageArgs(context=context, **{"model": "height", "source": SOURCE, **changes})
