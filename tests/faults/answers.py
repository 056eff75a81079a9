"""Clouds that refuse, do not answer in time, or answer wrongly."""

from collections.abc import Callable

from tests.engine.bench import Bench
from tests.faults import Fault
from tests.faults.acts import THING, Act, one, plan, prepare, replace, same, update

_REFRESH = "pulumi refresh --yes --skip-preview --non-interactive"


def _refused(cloud: str, operation: str, how: str, change: Act | None = None) -> Callable[[Bench], str]:
    """The next `up` (or refresh) meets the fault."""

    def happens(bench: Bench) -> str:
        prepare(bench, cloud, deployed=operation != "create")
        if change:
            change(bench)
        plan(bench, THING[cloud], operation, how, name="thing")
        done = bench.run(*_REFRESH.split()) if operation == "read" else bench.sandbox("up")
        assert done.code != 0, done.text
        return done.text

    return happens


ROWS = (
    Fault(
        "throttled",
        "a creation",
        "ThrottlingException: Rate exceeded",
        ("make up",),
        "made, once",
        _refused("aws", "create", "throttled"),
        one,
    ),
    Fault(
        "throttled",
        "a change",
        "googleapi: Error 429",
        ("make up",),
        "changed, and the same one",
        _refused("gcp", "update", "throttled", update),
        same,
    ),
    Fault(
        "throttled",
        "the deletion of what was replaced",
        "TooManyRequests",
        ("make up",),
        "the old one is gone",
        _refused("azure", "delete", "throttled", replace),
        one,
    ),
    Fault(
        "throttled",
        "a refresh",
        "ThrottlingException: Rate exceeded",
        (_REFRESH,),
        "the same one",
        _refused("aws", "read", "throttled"),
        same,
    ),
    Fault(
        "denied",
        "a creation, after others went well",
        "AuthorizationFailed",
        ("make up",),
        "made, once",
        _refused("azure", "create", "denied"),
        one,
    ),
    Fault(
        "denied",
        "a change",
        "AccessDeniedException",
        ("make up",),
        "changed, and the same one",
        _refused("aws", "update", "denied", update),
        same,
    ),
    Fault(
        "denied",
        "the deletion of what was replaced",
        "googleapi: Error 403",
        ("make up",),
        "the old one is gone",
        _refused("gcp", "delete", "denied", replace),
        one,
    ),
    *(
        Fault(
            "timed out",
            f"after `{THING[cloud]}` was made",
            "timed out while waiting for it to be ready",
            ("make up",),
            "the one that exists is kept",
            _refused(cloud, "create", "timeout-after"),
            same,
        )
        for cloud in THING
    ),
    Fault(
        "timed out",
        "after a change was made",
        "timed out while waiting for it to be ready",
        ("make up",),
        "changed, and the same one",
        _refused("azure", "update", "timeout-after", update),
        same,
    ),
    Fault(
        "timed out",
        "after the deletion of what was replaced",
        "timed out while waiting for it to be ready",
        ("make up",),
        "the old one is gone",
        _refused("aws", "delete", "timeout-after", replace),
        one,
    ),
)
"""Each way of failing, each time on another cloud."""
