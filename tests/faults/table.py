"""Every fault, and the page that lists them: `make docs` writes it."""

from collections.abc import Iterator

from tests.faults import Fault, answers, copies, damage, kills, people

HEAD = """\
# Faults

What happens to a deployment, what is seen, what is typed, and what comes of it. In short:

| what is seen | what to type |
| --- | --- |
| `make up` or `make down` ended early, for any reason | the same again: it goes on with all that was made |
| it was killed, and you want to see what had been made first | `make recover` |
| `the stack is currently locked`, `another command is at work here` | wait for the other one |
| `the clouds do not have …` | `pulumi refresh`, then `pulumi up`, in `make shell` |
| `these exist on the clouds, and nothing tells where …` | what it says: bring back the state, or delete |

For stacks on real clouds `python -m recovery` takes the place of `make recover`, and `pulumi up` that of
`make up`: [the runbook](runbooks/recovery.md).

Each row below is a test with the real engine on the simulated clouds (`tests/engine/test_faults.py`): it
brings the fault about, reads the words in the second column, types what the third one says, and then compares
the state with the clouds, object by object, ids and properties: nothing is lost, doubled or orphaned in any
row, and a preview has nothing left to do. Besides, a stack that has all there is (networks, keys of ours) is
killed over and over, while every type it consists of is made, changed and deleted
(`tests/engine/test_every_type.py`).
"""
SECTIONS = {
    "Killed, while a cloud works": tuple(kills.rows()),
    "Refused, late, or not answered by a cloud": answers.ROWS,
    "Interrupted by people, two at once, a machine that fails": people.ROWS,
    "While an image is copied": tuple(copies.rows()),
    "Files, disks and objects": damage.ROWS,
}


def rows() -> list[Fault]:
    """All faults."""
    return [row for section in SECTIONS.values() for row in section]


def page() -> str:
    """The page as it should be."""
    return HEAD + "\n".join(line for title in SECTIONS for line in _section(title)) + "\n"


def _section(title: str) -> Iterator[str]:
    yield from ("", f"## {title}", "", "| what happens, and when | what is seen | what is typed | result |")
    yield "| --- | --- | --- | --- |"
    for row in SECTIONS[title]:
        typed = ", ".join(f"`{command}`" for command in row.types) or "–"
        yield f"| {row.what}, {row.moment} | {row.sees} | {typed} | {row.result} |"
