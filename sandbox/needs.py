"""What a rule sees and says: the situation of one operation, refusals, and the table of all rules."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.wire import at, first, has_unknown
from sandbox.world import Resource, World, stack_of

VARIABLE = "MODELPORT_SANDBOX_DISABLE"


class Refused(Exception):
    """The cloud says no. `code` is the name of a gRPC status, `rule` the id that switches the refusal off."""

    def __init__(
        self, text: str, *, property: str = "", rule: str = "", code: str = "INVALID_ARGUMENT"
    ) -> None:
        super().__init__(text)
        self.text = text
        self.property = property
        self.rule = rule
        self.code = code

    def __str__(self) -> str:
        where = f"{self.property}: " if self.property else ""
        return f"{where}{self.text}" + (f" [rule {self.rule}]" if self.rule else "")


@dataclass
class Situation:
    """One operation on one resource, as a rule sees it."""

    type: str
    urn: str
    inputs: Mapping[str, Any]
    config: Mapping[str, Any]
    """The provider's configuration."""
    world: World
    identity: Mapping[str, str]
    """Whose cloud it is: account, region, subscription, tenant, project, project_number."""
    id: str = ""
    outputs: Mapping[str, Any] = field(default_factory=dict)
    old_inputs: Mapping[str, Any] = field(default_factory=dict)
    met: list[str] = field(default_factory=list)
    """URNs of what the operation needed and found."""

    @property
    def name(self) -> str:
        """Logical name."""
        return self.urn.rpartition("::")[2]

    def get(self, path: str, default: Any = None) -> Any:
        """The first known value at a dotted path of the inputs."""
        found = first(self.inputs, path)
        return default if found is None else found

    def each(self, path: str) -> Iterator[tuple[str, Any]]:
        """Every known value at a dotted path, with its exact path."""
        return at(self.inputs, path)

    def given(self, name: str) -> bool:
        """Tell whether a top-level input was given, known or not."""
        return self.inputs.get(name) is not None

    def knows(self, *names: str) -> bool:
        """Tell whether these inputs hold nothing that is not known yet."""
        return not any(has_unknown(self.inputs.get(name)) for name in names)

    def need_image(self, image: str) -> None:
        """Record that the operation needed an image to be copied (`repository@sha256:…`)."""
        if (urn := self.world.copier(image)) and stack_of(urn) == stack_of(self.urn) and urn not in self.met:
            self.met.append(urn)

    def need(self, found: Resource) -> Resource:
        """Record that the operation needed this resource; what another stack made needs no order here."""
        if (
            found.stack == self.urn.removeprefix("urn:pulumi:").partition("::")[0]
            and found.urn not in self.met
        ):
            self.met.append(found.urn)
        return found

    def require(self, found: Resource | None, property: str, missing: str) -> Resource:
        """The same for what may not be there; raises `Refused` with what the cloud says then."""
        if found is None:
            raise Refused(missing, property=property, code="NOT_FOUND")
        return self.need(found)


Body = Callable[[Situation], Iterable[tuple[str, str]] | None]
"""A rule yields `(property, what is wrong)`, or raises `Refused` where the status code matters."""


@dataclass(frozen=True)
class Rule:
    """A constraint that only code can express; `on` says which operations it watches."""

    id: str
    types: tuple[str, ...]
    on: tuple[str, ...]
    body: Body


RULES: dict[str, Rule] = {}


def rule(id_: str, *types: str, on: str = "check") -> Callable[[Body], Body]:
    """Register a rule for types (`gcp:*`: all of a package) and operations: check, create, update, delete."""

    def register(body: Body) -> Body:
        if id_ in RULES:
            raise ValueError(f"two rules are called {id_}")
        RULES[id_] = Rule(id_, types, tuple(on.split()), body)
        return body

    return register


Effect = Callable[[Situation], bool]
"""What a deletion does beyond removing the object; True: it has dealt with the object itself, too."""

EFFECTS: dict[str, tuple[tuple[str, ...], Effect]] = {}


def on_delete(id_: str, *types: str) -> Callable[[Effect], Effect]:
    """Register what a deletion does for types (`gcp:*`: all of a package), until one is True."""

    def register(effect: Effect) -> Effect:
        EFFECTS[id_] = (types, effect)
        return effect

    return register


def removed(situation: Situation) -> bool:
    """Let the deletion have its effects; tells whether one has dealt with the object itself."""
    effects = [
        effect
        for id_, (types, effect) in EFFECTS.items()
        if _meant(types, situation.type) and not disabled(id_)
    ]
    return any(effect(situation) for effect in effects)


def _meant(types: tuple[str, ...], type_: str) -> bool:
    return type_ in types or f"{type_.partition(':')[0]}:*" in types


def disabled(id_: str) -> bool:
    """Tell whether a rule is switched off by MODELPORT_SANDBOX_DISABLE (ids, separated by commas)."""
    return id_ in {each.strip() for each in os.environ.get(VARIABLE, "").split(",")}


def _applies(each: Rule, operation: str, type_: str) -> bool:
    return operation in each.on and _meant(each.types, type_)


def judge(operation: str, situation: Situation) -> list[Refused]:
    """Ask every rule of an operation; return all refusals."""
    found: list[Refused] = []
    for each in RULES.values():
        if _applies(each, operation, situation.type) and not disabled(each.id):
            found.extend(_ask(each, situation))
    return found


def _ask(each: Rule, situation: Situation) -> Iterator[Refused]:
    try:
        for path, text in each.body(situation) or ():
            yield Refused(text, property=path, rule=each.id)
    except Refused as refused:
        refused.rule = refused.rule or each.id
        yield refused


def enforce(operation: str, situation: Situation) -> None:
    """Raise the first refusal: a cloud's API answers with one error."""
    for refused in judge(operation, situation):
        raise refused
