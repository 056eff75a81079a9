"""The generated parts of the READMEs; `make docs` writes them."""

import ast
import dataclasses
import inspect
from collections.abc import Sequence
from typing import Any

from components import catalog
from components.core.component import Component, ComponentArgs

CLOUD_NAMES = {"aws": "AWS", "azure": "Azure", "gcp": "Google Cloud"}


def pages() -> dict[str, dict[str, str]]:
    """Every README that has generated parts: its path from the root, and part to text."""
    texts = {f"{folder(capability)}/README.md": sections(capability) for capability in catalog.CAPABILITIES}
    return {**texts, "README.md": {"parity": parity()}}


def folder(capability: str) -> str:
    """The folder of a capability, from the root."""
    return "/".join(catalog.CONTRACTS[capability].split(".")[:2])


def cells(capability: str) -> dict[str, type[Component[Any, Any]]]:
    """Cloud to the class of a capability there."""
    kind = catalog.contract(capability)
    return {cloud: catalog.implementation(kind, cloud) for cloud in catalog.CLOUDS}


def sections(capability: str) -> dict[str, str]:
    """The generated parts of one capability's README."""
    kind = catalog.contract(capability)
    return {
        "makes": makes(capability),
        "differences": differences(capability),
        "arguments": arguments(kind.ARGS),
        "outputs": outputs(kind),
    }


def makes(capability: str) -> str:
    """What a capability makes on each cloud."""
    rows = []
    for cloud, made in cells(capability).items():
        lines = [f"`{short(type_)}`: {how}" for type_, how in made.MAKES.items()]
        rows.append((CLOUD_NAMES[cloud], "<br>".join(lines) or "nothing"))
    return table(("on", "it makes"), rows)


def differences(capability: str) -> str:
    """What is refused on a cloud, and what it cannot promise."""
    rows = []
    for cloud, made in cells(capability).items():
        rows += [
            (CLOUD_NAMES[cloud], what, f"refused: {advice}") for what, advice in made.UNSUPPORTED.items()
        ]
        rows += [(CLOUD_NAMES[cloud], what, instead) for what, instead in made.GAPS.items()]
    return table(("on", "not promised", "instead"), rows) if rows else "None: all clouds keep every promise."


def arguments(args: type[ComponentArgs]) -> str:
    """The inputs of a capability, from the fields and the text below each."""
    texts = {**attribute_texts(ComponentArgs), **attribute_texts(args)}
    rows = []
    for field in dataclasses.fields(args):
        type_, text = texts[field.name]
        rows.append((f"`{field.name}`", f"`{type_}`", default_of(field), text))
    return table(("argument", "type", "default", "meaning"), rows)


def outputs(kind: type[Component[Any, Any]]) -> str:
    """The outputs of a capability, likewise."""
    texts = attribute_texts(kind)
    rows = [(f"`{name}`", f"`{texts[name][0]}`", texts[name][1]) for name in kind.OUTPUTS]
    return table(("output", "type", "meaning"), rows)


def parity() -> str:
    """Capability by cloud: the class, what it makes, and what it does not promise."""
    rows = []
    for capability in catalog.CAPABILITIES:
        link = f"[`{capability}`]({folder(capability)}/README.md)"
        rows.append((link, *(cell(made) for made in cells(capability).values())))
    return table(("capability", *CLOUD_NAMES.values()), rows)


def cell(made: type[Component[Any, Any]]) -> str:
    """One cell of the parity table."""
    lines = [f"`{made.__name__}`", ", ".join(short(type_) for type_ in made.MAKES) or "nothing to make"]
    missing = [*made.UNSUPPORTED, *made.GAPS]
    return "<br>".join([*lines, f"not promised: {', '.join(missing)}"] if missing else lines)


def short(type_: str) -> str:
    """`ecr.Repository` for `aws:ecr/repository:Repository`."""
    package, module, name = type_.split(":")
    part = module.split("/")[0]
    return f"{package if part == 'index' else part}.{name}"


def default_of(field: "dataclasses.Field[Any]") -> str:
    """A default as it would be written."""
    if field.default is not dataclasses.MISSING:
        return f"`{field.default!r}`"
    return "required" if field.default_factory is dataclasses.MISSING else f"`{field.default_factory()!r}`"


def attribute_texts(owner: type) -> dict[str, tuple[str, str]]:
    """Attribute to its annotation and the text below it."""
    (tree,) = ast.parse(inspect.getsource(owner)).body
    assert isinstance(tree, ast.ClassDef)
    found = {}
    for one, following in zip(tree.body, tree.body[1:], strict=False):
        is_text = isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name) and is_text:
            text = " ".join(str(following.value.value).split())  # type: ignore[attr-defined]
            found[one.target.id] = (ast.unparse(one.annotation), text)
    return found


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(part.replace("|", "\\|") for part in line) + " |" for line in lines)
