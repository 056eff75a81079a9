"""Every fault, and the page that lists them: `make docs` writes it."""

from collections.abc import Iterator

from tests.faults import Fault, answers, copies, damage, kills, people

HEAD = """\
# Faults

What happens to a deployment, what is seen, what is typed, and what comes of it. Each row is a test with the
real engine on the simulated clouds (`tests/engine/test_faults.py`): it brings the fault about, reads the
words in the third column, types what the fourth one says, and then compares the state with the clouds,
object by object: nothing is lost, doubled or orphaned in any row, and a preview has nothing left to do.

Besides, a stack that has all there is (networks, keys of ours) is killed over and over, while every type it
consists of is made, changed and deleted (`tests/engine/test_every_type.py`).

For stacks on real clouds `python -m recovery` takes the place of `make recover`, and `pulumi up` that of
`make up`: [the runbook](runbooks/recovery.md).

| what happens | when | what is seen | what is typed | result |
| --- | --- | --- | --- | --- |
"""


def rows() -> list[Fault]:
    """All faults."""
    return [*kills.rows(), *answers.ROWS, *people.ROWS, *copies.rows(), *damage.ROWS]


def page() -> str:
    """The page as it should be."""
    return HEAD + "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    for row in rows():
        typed = ", ".join(f"`{command}`" for command in row.types)
        yield f"| {row.what} | {row.moment} | {row.sees} | {typed} | {row.result} |"
