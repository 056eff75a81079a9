"""`pulumi` is killed while a cloud works, and so are others that take part."""

from collections.abc import Callable, Iterator

from sandbox.world import Resource
from tests.engine.bench import Bench
from tests.faults import Fault
from tests.faults.acts import THING, killed, nothing, one, plan, prepare, replace, same, things, update

KILLED = "`pulumi` is killed (SIGKILL)"
CRASHED = "the provider plugin crashes"
LOCK = "removed the lock of a pulumi that was killed"
RECORDED = "exists and is recorded now"
TWICE = "exists twice; the next up deletes the copy that holds nothing"

Change = Callable[[Bench], None]


def _strike(bench: Bench, cloud: str, operation: str, how: str, change: Change | None, *words: str) -> str:
    """Deploy, change settings, and let the next command meet the fault."""
    prepare(bench, cloud, deployed=operation != "create" or change is not None)
    if change:
        change(bench)
    plan(bench, THING[cloud.partition(" ")[0]], operation, how, name="thing")
    return killed(bench, *words) if how.startswith("hang") else bench.sandbox(*words).text


def _kill(
    cloud: str, operation: str, how: str, change: Change | None = None, word: str = "up"
) -> Callable[[Bench], str]:
    return lambda bench: _strike(bench, cloud, operation, how, change, word)


def _newest(bench: Bench, before: list[Resource]) -> bool:
    """One is left, and it is none of those there were: a replacement was made to its end."""
    return one(bench, before) and things(bench)[0].id not in {each.id for each in before}


def _beginnings(cloud: str) -> Iterator[Fault]:
    type_ = f"`{THING[cloud]}`"
    yield Fault(
        KILLED,
        f"before {type_} is made",
        "was begun and does not exist",
        ("make up",),
        "made, once",
        _kill(cloud, "create", "hang-before"),
        one,
    )
    yield Fault(
        KILLED,
        f"after {type_} was made, before the answer",
        RECORDED,
        ("make recover", "make up"),
        "the one that exists is kept",
        _kill(cloud, "create", "hang-after"),
        same,
    )


def _copies(cloud: str) -> Iterator[Fault]:
    type_ = f"`{THING[cloud]}`"
    yield Fault(
        CRASHED,
        f"after {type_} was made, and the state knows nothing of it",
        RECORDED,
        ("make up",),
        "the one that exists is kept",
        _kill(cloud, "create", "crash-after"),
        same,
    )
    yield Fault(
        KILLED,
        f"after a replacement of {type_} was made, before the answer",
        TWICE,
        ("make up",),
        "replaced, once; the copy is deleted",
        _kill(cloud, "create", "hang-after", replace),
        _newest,
    )


def _changes(cloud: str) -> Iterator[Fault]:
    type_ = f"`{THING[cloud]}`"
    for how, when in (("before", f"before {type_} is changed"), ("after", f"after {type_} was changed")):
        yield Fault(
            KILLED,
            when,
            LOCK,
            ("make up",),
            "changed, and the same one",
            _kill(cloud, "update", f"hang-{how}", update),
            same,
        )
    for how, when in (("before", "before"), ("after", "after")):
        yield Fault(
            KILLED,
            f"{when} {type_} is deleted that was replaced",
            LOCK,
            ("make up",),
            "the old one is gone",
            _kill(cloud, "delete", f"hang-{how}", replace),
            one,
        )
    for how, when in (("before", "before"), ("after", "after")):
        yield Fault(
            KILLED,
            f"`make down`, {when} {type_} is deleted",
            LOCK,
            ("make down",),
            "nothing is left",
            _kill(cloud, "delete", f"hang-{how}", word="down"),
            nothing,
        )


def _recovering(cloud: str, how: str) -> Callable[[Bench], str]:
    """Killed after something was made; and then what it is read with fails, too."""

    def happens(bench: Bench) -> str:
        _strike(bench, cloud, "create", "hang-after", None, "up")
        plan(bench, THING[cloud], "read", how, name="thing")
        return killed(bench, "recover") if how.startswith("hang") else bench.sandbox("recover").text

    return happens


def rows() -> Iterator[Fault]:
    """What leaves copies on every cloud; all else is the engine's own, so on one.

    Every type of every cloud is killed after it was made in `tests/engine/test_every_type.py`.
    """
    yield from _beginnings("aws")
    for cloud in THING:
        yield from _copies(cloud)
    yield from _changes("aws")
    yield Fault(
        KILLED,
        "after what was deleted to be replaced was made again",
        RECORDED,
        ("make up",),
        "replaced, once",
        _kill("aws named", "create", "hang-after", replace),
        same,
    )
    yield Fault(
        CRASHED,
        "before anything is made",
        "exited prematurely",
        ("make up",),
        "made, once",
        _kill("azure", "create", "crash-before"),
        one,
    )
    yield Fault(
        CRASHED,
        "after a change was made",
        "exited prematurely",
        ("make up",),
        "changed, and the same one",
        _kill("gcp", "update", "crash-after", update),
        same,
    )
    yield Fault(
        "`make recover` is killed (SIGKILL)",
        "after it recorded what exists, before it read it",
        LOCK,
        ("make up",),
        "the one that exists is kept",
        _recovering("aws", "hang-before"),
        same,
    )
    yield Fault(
        "throttled",
        "`make recover`, when it reads what exists",
        "googleapi: Error 429",
        ("make up",),
        "the one that exists is kept",
        _recovering("gcp", "throttled"),
        same,
    )
