"""The root page: what is served where, by which image, and what was asked last."""

from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.gateway.endpoints import Endpoint

if TYPE_CHECKING:
    from sandbox.gateway.server import Seen


def render(known: Sequence[Endpoint], running: Collection[str], seen: "Sequence[Seen]") -> bytes:
    """HTML of the estate as it is now."""
    rows = [
        {
            "endpoint": each,
            "digest": each.image.partition("@")[2],
            "callers": "everybody" if each.is_public else ", ".join(sorted(each.callers)) or "nobody",
            "runs": each.path in running,
        }
        for each in sorted(known, key=lambda each: each.path)
    ]
    digests = {(each.stack, each.model, each.image.partition("@")[2]) for each in known}
    same = len(digests) == len({(stack, model) for stack, model, _ in digests})
    text: str = _template().render(rows=rows, seen=seen, same=same)
    return text.encode()


@cache
def _template() -> Any:
    import jinja2

    text = Path(__file__).with_name("page.html").read_text(encoding="utf-8")
    return jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(text)
