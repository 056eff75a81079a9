"""`python -m sandbox call`: ask a model as one of its callers."""

import json
from typing import Annotated

import httpx
import typer

from sandbox.errors import SandboxError
from sandbox.gateway import process
from sandbox.gateway.access import SCHEME
from sandbox.gateway.endpoints import Endpoint, endpoints
from sandbox.layout import layout
from sandbox.world import World

_REFUSED = 400


def call(
    cloud: Annotated[str, typer.Argument(help="aws, azure or gcp.")],
    model: Annotated[str, typer.Argument(help="A model of the stack.")],
    row: Annotated[str, typer.Argument(help="A row, or a list of rows, in JSON.")],
    caller: Annotated[
        str | None, typer.Option("--as", help="Who calls; the first of the model's callers unless said.")
    ] = None,
    env: Annotated[str, typer.Option("--env", help="Environment.")] = "dev",
) -> None:
    """Ask a deployed model: `call aws height '{"Weight": 200}'`."""
    try:
        json.loads(row)
    except ValueError as error:
        raise SandboxError(f"{row!r} is no JSON: {error}", """call aws height '{"Weight": 200}'""") from None
    place = layout(env)
    known = endpoints(World(place.world), env) if place.world.exists() else []
    found = _endpoint(known, env, cloud, model)
    who = caller or found.a_caller
    if not who and not found.is_public:
        raise SandboxError(
            f"nobody may call {model} on {cloud}: it has no callers",
            f"name some in models.{model}.callers of Pulumi.{env}.yaml, then make up ENV={env}",
        )
    answer = httpx.post(
        f"{process.start(place)}/{found.path}/predict",
        content=row,
        headers={"content-type": "application/json", **({"authorization": f"{SCHEME} {who}"} if who else {})},
        timeout=found.seconds + 60,
    )
    print(answer.text)
    if answer.status_code >= _REFUSED:
        raise SandboxError(f"{cloud} answered with {answer.status_code} {answer.reason_phrase}")


def _endpoint(known: list[Endpoint], stack: str, cloud: str, model: str) -> Endpoint:
    of_stack = {(each.cloud, each.model): each for each in known}
    if not of_stack:
        raise SandboxError(f"no model of {stack!r} has an address here", f"make up ENV={stack}")
    if (cloud, model) not in of_stack:
        allowed = ", ".join(" ".join(key) for key in sorted(of_stack))
        raise SandboxError(f"there is no {cloud} {model}; there is: {allowed}")
    return of_stack[cloud, model]
