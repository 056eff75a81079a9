"""`python -m infra.evidence STACK…`: the proof read from the states of stacks, as clouds were last seen.

The output `parity` of a stack is as old as its last `pulumi up`; the state also knows what a `pulumi refresh`
found. Several stacks are compared with each other, which is for environments that are split by cloud.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from infra.parity import EQUAL, parity

_TYPE: Final = re.compile(r"modelport:(?P<cloud>\w+):(?P<place>Image|Function)")
_PLACES: Final = {"Image": "registry", "Function": "function"}
_REFERENCE: Final = re.compile(r"[^\s@]+@sha256:[0-9a-f]{64}")

Resource = Mapping[str, Any]


def found(states: Mapping[str, Sequence[Resource]]) -> dict[str, dict[str, Any]]:
    """Model → verdict and evidence (see `parity`), from stack → resources of its exported state."""
    evidence: dict[str, dict[str, dict[str, object]]] = {}
    for stack, resources in states.items():
        # What was promised and is not in the state proves nothing: it comes first, without an answer.
        for model, cloud, place, answer in [*_promised(resources), *answers(resources)]:
            where = cloud if len(states) == 1 else f"{stack} {cloud}"
            evidence.setdefault(model, {}).setdefault(where, {})[place] = answer
    expected = dict(pair for resources in states.values() for pair in _expected(resources))
    models = sorted({*evidence, *expected})
    return {model: parity(expected.get(model, ""), evidence.get(model, {})) for model in models}


def answers(resources: Sequence[Resource]) -> Iterator[tuple[str, str, str, object]]:
    """Model, cloud, place and what was said there: one digest or reference, or None when it is not one."""
    for each in resources:
        if match := _TYPE.fullmatch(each["type"]):
            children = [child for child in resources if child.get("parent") == each["urn"]]
            said = {text for child in children for text in _said(child)}
            model = each["urn"].rpartition("::")[2]
            yield model, match["cloud"], _PLACES[match["place"]], said.pop() if len(said) == 1 else None


def _said(child: Resource) -> Iterator[str]:
    """References that a provider reported, and the digest that a copy read back."""
    outputs = child.get("outputs") or {}
    if child["type"] == "command:local:Command":
        yield str(outputs.get("stdout", "")).strip()
    elif child["type"] == "aws:lambda/function:Function":
        # The image's name is what was asked for; the hash is what Lambda holds.
        yield f"sha256:{outputs.get('codeSha256')}"
    else:
        yield from (text for text in _texts(outputs) if _REFERENCE.fullmatch(text))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(inner)


def _proofs(resources: Iterable[Resource]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What the last deployment of a stack wrote down, by model."""
    for each in resources:
        if each["type"] == "pulumi:pulumi:Stack":
            yield from ((each.get("outputs") or {}).get("parity") or {}).items()


def _expected(resources: Iterable[Resource]) -> Iterator[tuple[str, str]]:
    """What the stack was asked to run, by model."""
    return ((model, str(proof["expected"])) for model, proof in _proofs(resources))


def _promised(resources: Iterable[Resource]) -> Iterator[tuple[str, str, str, object]]:
    """Every place where the model was to be, without an answer."""
    for model, proof in _proofs(resources):
        for cloud, places in (proof.get("evidence") or {}).items():
            yield from ((model, cloud, place, None) for place in places)


def _resources(stack: str) -> list[Resource]:
    """The state of a stack; ends the program with what pulumi said when there is none."""
    command = ["pulumi", "stack", "export", "--stack", stack]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{done.stderr.strip()}\nFix: name stacks that exist (pulumi stack ls)")
    resources: list[Resource] = json.loads(done.stdout)["deployment"].get("resources") or []
    return resources


def main(stacks: Sequence[str]) -> int:
    """Print the proof of every model; 0 when all are equal."""
    if not stacks or stacks[0].startswith("-"):
        print(__doc__)
        return 2
    proofs = found({stack: _resources(stack) for stack in stacks})
    for model, proof in proofs.items():
        print(f"parity of {model}: {proof['verdict']}\n  expected: {proof['expected']}")
        for where, places in proof["evidence"].items():
            print("\n".join(f"  {where} {place}: {digest}" for place, digest in places.items()))
    if not proofs:
        print(f"nothing is deployed in {', '.join(stacks)}\nFix: pulumi up", file=sys.stderr)
    return 0 if proofs and all(proof["verdict"] == EQUAL for proof in proofs.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
