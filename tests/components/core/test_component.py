"""What the base class does for every component, on components made up for it."""

from dataclasses import dataclass

import pytest

from components.clouds.aws import OnAws
from components.core import naming
from components.core.component import Component, ComponentArgs
from components.core.errors import InvalidArgument, Unsupported
from components.core.principal import Principal


@dataclass(frozen=True, kw_only=True)
class KiteArgs(ComponentArgs):
    length: int = 10
    colours: tuple[str, ...] = ()


class Kite(OnAws, Component[KiteArgs, None]):
    CAPABILITY = "kite"
    ARGS = KiteArgs
    OUTPUTS = ("height",)
    UNSUPPORTED = {"length": "take the line as it is"}  # noqa: RUF012

    def _build(self, name, args, links):
        self.height = 3


class Unfinished(OnAws, Component[KiteArgs, None]):
    CAPABILITY = "unfinished"
    ARGS = KiteArgs
    OUTPUTS = ("height",)

    def _build(self, name, args, links):
        pass


class Endless(Kite):
    @classmethod
    def names(cls, name, args):
        return (naming.full(naming.CONTAINER_REGISTRY, args.context, name * 50),)


def test_it_registers_its_type_and_outputs(cloud, deploy, context):
    deploy(lambda: Kite("red", KiteArgs(context=context), None))
    assert cloud.monitor.outputs["modelport:aws:Kite::red"] == {"height": 3}


def test_an_output_that_was_forgotten_is_named(deploy, context):
    with pytest.raises(AttributeError, match="height"):
        deploy(lambda: Unfinished("red", KiteArgs(context=context), None))


def test_what_a_cloud_cannot_honour_is_refused_before_anything_is_registered(cloud, deploy, context):
    with pytest.raises(Unsupported, match=r"kite.length is not supported on aws: take the line as it is"):
        deploy(lambda: Kite("red", KiteArgs(context=context, length=11), None))
    assert cloud.requests == []


def test_the_default_of_an_unsupported_argument_is_no_request_for_it(cloud, deploy, context):
    args = KiteArgs(context=context, length=10, colours=("red",))
    assert list(Kite.refusals("red", args)) == []
    deploy(lambda: Kite("red", args, None))
    assert [one.typ for one in cloud.requests] == ["modelport:aws:Kite"]


def test_a_name_that_does_not_fit_is_refused_before_anything_is_registered(cloud, deploy, context):
    with pytest.raises(InvalidArgument, match="container registry"):
        deploy(lambda: Endless("red", KiteArgs(context=context), None))
    assert cloud.requests == []


def test_a_principal_names_somebody():
    with pytest.raises(InvalidArgument, match=r"principal.id"):
        Principal(id="").matching(r"\w+", "a name")
    assert Principal(id="runner").matching(r"\w+", "a name") == "runner"
