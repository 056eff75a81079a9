"""One simulated cloud: what its provider checks, plans and does, in plain values."""

import importlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sandbox import computed, diff, facts, faults, identity, invokes, names, needs, schema, values
from sandbox.facts import Facts
from sandbox.needs import Refused, Situation
from sandbox.wire import UNKNOWN, has_unknown
from sandbox.world import Exists, Resource, World

Values = Mapping[str, Any]

RULES = {"aws": "aws", "azure-native": "azure", "gcp": "gcp"}


class PartlyMade(Exception):
    """Made, but not known to be ready: the state keeps it, and the next deployment goes on."""

    def __init__(self, id_: str, outputs: Values, inputs: Values, reason: str) -> None:
        super().__init__(reason)
        self.id = id_
        self.outputs = outputs
        self.inputs = inputs
        self.reason = reason


@dataclass(frozen=True)
class Difference:
    """Changes between two sets of inputs, and whether a replacement deletes first."""

    changes: list[diff.Change]
    delete_first: bool

    @property
    def replaces(self) -> list[str]:
        """Inputs whose change replaces the resource."""
        return sorted({each.top for each in self.changes if each.replaces})


@dataclass
class Provider:
    """The provider of one package, speaking for one configuration."""

    package: str
    world: World
    sandbox: Path
    """Folder of the sandbox: the schema cache and the faults file."""
    config: Values = field(default_factory=dict)
    identity: Mapping[str, str] = field(default_factory=dict)
    _schemas: dict[str, schema.Schema] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.package in RULES:
            importlib.import_module(f"sandbox.rules.{RULES[self.package]}")

    def schema(self, type_: str) -> schema.Schema:
        """What a type takes; raises `Refused` for a type that the SDK does not have."""
        try:
            if type_ not in self._schemas:
                self._schemas[type_] = schema.load(type_, self.sandbox / "schema")
            return self._schemas[type_]
        except schema.NoSuchType as error:
            raise Refused(str(error), rule="no-facts") from error

    def check_config(self, raw: Values) -> list[Refused]:
        """What is wrong with a configuration of the provider."""
        shape = self.schema(f"pulumi:providers:{self.package}")
        raw = {name: value for name, value in raw.items() if name not in ("version", "pluginDownloadURL")}
        config = identity.decode(shape, raw)
        return [*values.against_schema(shape, config), *identity.check(self.package, config)]

    def configure(self, raw: Values) -> None:
        """Become the provider of one account, subscription or project; raises `Refused`."""
        self.config = identity.decode(self.schema(f"pulumi:providers:{self.package}"), raw)
        self.identity = identity.of(self.package, self.config, self.world)

    def invoke(self, token: str, args: Values) -> dict[str, Any]:
        """What a function of the provider returns; raises `Refused`."""
        return invokes.answer(token, self.identity, args)

    def check(
        self, urn: str, olds: Values, news: Values, seed: bytes = b""
    ) -> tuple[dict[str, Any], list[Refused]]:
        """Inputs with names and defaults filled in, and everything that is wrong with them."""
        known = _facts(type_of(urn))
        wrong = values.against_schema(self.schema(known.type), news)
        inputs = dict(news)
        if not wrong:
            self._fill(known, inputs)
            if naming := names.autoname(known, urn.rpartition("::")[2], inputs, olds, seed):
                wrong.append(naming)
            wrong += values.against_facts(known, inputs)
            wrong += needs.judge("check", self.situation(urn, inputs, old_inputs=olds))
        return inputs, wrong

    def _fill(self, known: Facts, inputs: dict[str, Any]) -> None:
        for name in known.json:
            if isinstance(inputs.get(name), Mapping):
                inputs[name] = (
                    UNKNOWN if has_unknown(inputs[name]) else json.dumps(inputs[name], separators=(",", ":"))
                )
        for name, key in known.fill.items():
            given = self.identity.get(key)
            if known.fill_at == "check" and inputs.get(name) is None and given:
                inputs[name] = given
                inputs["__defaults"] = [*inputs.get("__defaults", ()), name]

        if self.package in RULES:
            importlib.import_module(f"sandbox.rules.{RULES[self.package]}").fill(known, inputs, self.world)

    def situation(self, urn: str, inputs: Values, **more: Any) -> Situation:
        """What a rule sees; a region or project of the resource's own counts before the provider's."""
        known = _facts(type_of(urn))
        own = {key: inputs[name] for name, key in known.fill.items() if inputs.get(name)}
        whose = {**self.identity, **own}
        return Situation(known.type, urn, inputs, self.config, self.world, whose, **more)

    def diff(self, type_: str, olds: Values, news: Values) -> Difference:
        """What changed, and how a replacement would go."""
        known = _facts(type_)
        return Difference(diff.changes(known, olds, news), names.delete_first(known, olds, news))

    def plan(self, urn: str, inputs: Values, olds: Values | None = None) -> dict[str, Any]:
        """Outputs of a creation or an update (`olds`: the outputs so far) that is only previewed."""
        situation = self.situation(urn, inputs, outputs=olds or {})
        known = _facts(situation.type)
        return {
            **(olds or {}),
            **self._complete(situation, computed.preview(known, inputs, situation.identity)),
        }

    def create(self, urn: str, inputs: Values) -> tuple[str, dict[str, Any]]:
        """Make it in the world; raises `Refused` or `PartlyMade`."""
        situation = self.situation(urn, inputs)
        try:
            with faults.strike("create", situation, self.sandbox):
                made = self._add(situation)
        except faults.Late as late:
            raise PartlyMade(made.id, made.outputs, inputs, str(late)) from None
        return made.id, dict(made.outputs)

    def _add(self, situation: Situation) -> Resource:
        known = _facts(situation.type)
        needs.enforce("create", situation)
        names.clash(known, situation)
        made = self._made(known, situation, {})
        try:
            self.world.add(made, upsert=known.upsert)
        except Exists:
            situation.id = made.id
            text = names.exists_text(known, situation)
            raise Refused(text, rule="exists", code="ALREADY_EXISTS") from None
        return made

    def _made(self, known: Facts, situation: Situation, kept: Values) -> Resource:
        outputs = computed.outputs(known, situation.inputs, situation.identity, kept)
        outputs = self._complete(situation, outputs)
        return Resource(
            urn=situation.urn,
            type=known.type,
            id=situation.id
            or str(computed.render(known.id, {**situation.inputs, **outputs}, situation.identity)),
            cloud=self.package.removesuffix("-native"),
            inputs=dict(situation.inputs),
            outputs=outputs,
            needs=situation.met,
            scope=names.scope(known, situation.identity),
        )

    def _complete(self, situation: Situation, outputs: dict[str, Any]) -> dict[str, Any]:
        """Outputs that follow from the whole configuration, such as all tags together."""
        if self.package not in RULES:
            return outputs
        complete = importlib.import_module(f"sandbox.rules.{RULES[self.package]}").complete
        found: dict[str, Any] = complete(situation, outputs)
        allowed = self.schema(situation.type).outputs
        return {name: value for name, value in found.items() if name in allowed}

    def read(self, urn: str, id_: str, properties: Values, inputs: Values) -> Resource | None:
        """What the world holds under an id; None when it is gone."""
        situation = self.situation(urn, inputs, id=id_)
        with faults.strike("read", situation, self.sandbox):
            return self.world.get(situation.type, id_, self._scope(situation), urn)

    def update(self, urn: str, id_: str, outputs: Values, olds: Values, news: Values) -> dict[str, Any]:
        """Change it in the world; raises `Refused` or `PartlyMade`."""
        situation = self.situation(urn, news, id=id_, old_inputs=olds, outputs=outputs)
        try:
            with faults.strike("update", situation, self.sandbox):
                made = self._change(situation)
        except faults.Late as late:
            raise PartlyMade(id_, made.outputs, news, str(late)) from None
        return dict(made.outputs)

    def _change(self, situation: Situation) -> Resource:
        known, scope = _facts(situation.type), self._scope(situation)
        there = self.world.get(known.type, situation.id, scope)
        if there is None:
            raise Refused(f"{situation.id} was not found; run: pulumi refresh", code="NOT_FOUND", rule="gone")
        self._refuse_changes(known, situation.old_inputs, situation.inputs)
        needs.enforce("update", situation)
        made = replace(self._made(known, situation, there.outputs), id=there.id)
        self.world.update(
            known.type,
            situation.id,
            inputs=made.inputs,
            outputs=made.outputs,
            needs=made.needs,
            scope=scope,
            urn=there.urn,
        )
        return made

    def _refuse_changes(self, known: Facts, olds: Values, news: Values) -> None:
        for change in diff.refused(known, diff.changes(known, olds, news)):
            if not needs.disabled("refused-change"):
                text = "cannot be changed after creation (PropertyChangeNotAllowed)"
                raise Refused(text, property=change.path, rule="refused-change")

    def delete(self, urn: str, id_: str, outputs: Values, inputs: Values) -> None:
        """Remove it from the world, with what goes with it; what is gone already is no error."""
        situation = self.situation(urn, inputs, id=id_, outputs=outputs)
        with faults.strike("delete", situation, self.sandbox):
            self._remove(situation)

    def _remove(self, situation: Situation) -> None:
        scope = self._scope(situation)
        if self.world.get(situation.type, situation.id, scope) is not None:
            needs.enforce("delete", situation)
            if not needs.removed(situation):
                self.world.remove(situation.type, situation.id, scope=scope)

    def _scope(self, situation: Situation) -> str:
        return names.scope(_facts(situation.type), {"region": "", **situation.identity})


def type_of(urn: str) -> str:
    """Type token of a resource's URN: the last of its chain of parents' types."""
    return urn.split("::")[2].rpartition("$")[2]


def _facts(type_: str) -> Facts:
    try:
        return facts.of(type_)
    except facts.NoFacts as error:
        raise Refused(str(error), rule="no-facts", code="UNIMPLEMENTED") from error
