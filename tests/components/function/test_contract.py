"""What a function takes, alike on every cloud, before any cloud is asked."""

import pytest

from components.core.errors import InvalidArgument
from components.function.access import Access
from components.function.contract import Function, FunctionArgs
from components.function.scale import Scale
from tests.components.builders import DIGEST


def args(context, **changes):
    return FunctionArgs(context=context, **{"model": "height", "digest": DIGEST, **changes})


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"model": "Height"}, "model: "),
        ({"digest": "latest"}, "digest: "),
        ({"timeout_seconds": 0}, "timeout_seconds: allowed: 1 to 240; came 0"),
        ({"timeout_seconds": 241}, "timeout_seconds: allowed: 1 to 240; came 241"),
        ({"environment": {"PORT": "1"}}, "set by a cloud or the function"),
        ({"environment": {"AWS_REGION": "x"}}, "set by a cloud or the function"),
        ({"environment": {"K_SERVICE": "x"}}, "set by a cloud or the function"),
        ({"environment": {"A-B": "x"}}, "letters, digits"),
        ({"environment": {"MODEL_URI": "x"}}, "set by a cloud or the function"),
        ({"environment": {"IDENTITY_ENDPOINT": "x"}}, "set by a cloud or the function"),
        ({"environment": {"BIG": "x" * 3064}}, "3072 bytes in all, as JSON; came 3074"),
        ({"environment": {"BIG": '"' * 1600}}, "3072 bytes in all, as JSON; came 3210"),
        ({"environment": {"A": "a\0b"}}, "without control characters"),
        ({"environment": {"A": "\ud800"}}, "without control characters"),
    ],
)
def test_refuses(changes, says, context):
    with pytest.raises(InvalidArgument, match=says):
        args(context, **changes)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"min": -1}, "scale.min"),
        ({"min": 101, "max": 101}, "scale.m"),
        ({"min": 3, "max": 2}, "at most scale.max, 2; came 3"),
        ({"max": 0}, "scale.max"),
        ({"concurrency": 0}, "scale.concurrency"),
        ({"concurrency": 301}, "scale.concurrency"),
    ],
)
def test_refuses_a_scale(changes, says):
    with pytest.raises(InvalidArgument, match=says):
        Scale(**changes)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"mode": "open"}, 'allowed: private, authenticated, public; came "open"'),
        ({"mode": "public", "callers": ("a",)}, "everybody may call"),
        ({"callers": ("a", "a")}, "each caller once"),
    ],
)
def test_refuses_an_access(changes, says):
    with pytest.raises(InvalidArgument, match=says):
        Access(**changes)


@pytest.mark.parametrize(
    ("mode", "side"), [("private", "internal"), ("authenticated", "external"), ("public", "external")]
)
def test_only_what_is_private_has_its_address_inside(mode, side):
    assert Access(mode=mode).side == side


def test_nobody_may_call_by_default(context):
    assert args(context).access == Access(mode="authenticated", callers=())


def test_the_revision_is_named_after_the_digest_and_everything_else(context, deploy):
    def program():
        for name, template in (("one", {"a": 1, "b": 2}), ("same", {"b": 2, "a": 1}), ("other", {"a": 1})):
            Function.suffix(args(context), template).apply(lambda text, name=name: made.update({name: text}))

    made = {}
    deploy(program)
    assert made["one"].startswith(f"{DIGEST.removeprefix('sha256:')[:8]}-")
    assert made["one"] == made["same"] != made["other"]
    assert len(made["one"]) == 17
