"""What a person answers: which creations were done, and which were not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from recovery.errors import RecoveryError
from recovery.state import Entry, State, creations, current, same_id

Pair = tuple[str, str]


@dataclass(frozen=True)
class Answers:
    """URNs and ids, as they were typed."""

    exists: tuple[Pair, ...]
    copies: tuple[Pair, ...]
    """They exist beside what the state has, and are to be deleted."""
    absent: tuple[str, ...]

    @property
    def found(self) -> tuple[Pair, ...]:
        """All that exists."""
        return (*self.exists, *self.copies)

    @property
    def urns(self) -> set[str]:
        """All that was answered."""
        return {*self.absent, *(urn for urn, _ in self.found)}


def parse(exists: Iterable[str], copies: Iterable[str], absent: Iterable[str]) -> Answers:
    """Answers from the command line; raises `RecoveryError`."""
    return Answers(tuple(map(_pair, exists)), tuple(map(_pair, copies)), tuple(absent))


def check(answers: Answers, state: State, stack: str) -> None:
    """Refuse, all at once, what contradicts itself or the state; raises `RecoveryError`."""
    resources = state["deployment"].get("resources") or []
    foreign = [urn for urn in sorted(answers.urns) if not urn.startswith(f"urn:pulumi:{stack}::")]
    wrong = [f"{urn} is not of the stack {stack}" for urn in foreign]
    wrong += [*_contradictions(answers), *_against(answers, creations(state), resources)]
    if wrong:
        raise RecoveryError(
            "\n".join([*dict.fromkeys(wrong), "  Fix: python -m recovery prints what to answer"])
        )


def _pair(text: str) -> Pair:
    urn, equals, id_ = text.partition("=")
    if not equals or not urn.startswith("urn:pulumi:") or not id_:
        raise RecoveryError(f"an answer is URN=ID, not {text!r}\n  Fix: python -m recovery prints them")
    return urn, id_


def _contradictions(answers: Answers) -> Iterator[str]:
    for urn, id_ in answers.exists:
        if urn in answers.absent:
            yield f"{urn} is said to exist and not to exist"
        if others := sorted({other for each, other in answers.exists if each == urn and other != id_}):
            yield f"{urn} is said to exist as {id_} and as {', '.join(others)}"


def _against(answers: Answers, begun: dict[str, Entry], resources: list[Entry]) -> Iterator[str]:
    known = current(resources)
    yield from (f"{urn} was not asked about" for urn in answers.absent if urn not in begun)
    yield from (_second(urn, id_, known[urn]) for urn, id_ in answers.exists if _differs(known, urn, id_))
    yield from (f"{urn}: the state has no other one" for urn, _ in answers.copies if urn not in known)
    for urn, id_ in answers.found:
        for each in resources:
            if each.get("id") == id_ and each["type"] == _type(urn) and each["urn"] != urn:
                yield f"{id_} is {each['urn']} already, and not {urn}"
    for urn, id_ in answers.copies:
        if urn in known and not _differs(known, urn, id_):
            yield f"{id_} is what the state has of {urn}, and no copy"


def _differs(known: dict[str, Entry], urn: str, id_: str) -> bool:
    return urn in known and not same_id(known[urn]["type"], known[urn].get("id"), id_)


def _second(urn: str, id_: str, there: Entry) -> str:
    return (
        f"the state has {urn} as {there.get('id')}, and {id_} is said to exist, too; look at both, and have "
        f"the next up delete the second one with --copy '{urn}={id_}'"
    )


def _type(urn: str) -> str:
    return urn.split("::")[2].rpartition("$")[2] if urn.count("::") > 2 else ""
