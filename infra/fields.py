"""What a path in the settings leads to."""

from collections.abc import Iterator, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, TypeGuard, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

Path = tuple[str | int, ...]


def bare(annotation: Any) -> Any:
    """A type without `Annotated` and `| None`."""
    while get_origin(annotation) in (Annotated, Union, UnionType):
        annotation = next(part for part in get_args(annotation) if part is not NoneType)
    return annotation


def by_name(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of a model by the names used in the configuration."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def said(field: FieldInfo, what: str) -> str:
    """The `noun`, `element` or `allowed` of a field."""
    extra = field.json_schema_extra
    assert isinstance(extra, dict), f"{field} was not made by kinds.about"
    return str(extra[what])


def about_at(model: type[BaseModel], path: Path) -> tuple[str, str]:
    """What belongs at a path and what is allowed there, as a problem says it."""
    here = type_at(model, path)
    if _is_model(here):
        return "an object", f"an object with {', '.join(by_name(here))}"
    field = list(_fields(model, path))[-1]
    if is_text_by_name(model, path):
        return said(field, "element"), "any text"
    return said(field, "element" if isinstance(path[-1], int) else "noun"), said(field, "allowed")


def is_text_by_name(model: type[BaseModel], path: Path) -> bool:
    """Tell whether a path leads into an object of texts, whose names people choose."""
    return type_at(model, path) is str and get_origin(type_at(model, path[:-1])) is Mapping


def names_at(model: type[BaseModel], path: Path) -> list[str]:
    """The names allowed in the object at a path."""
    return list(by_name(type_at(model, path)))


def section_in(kind: Any) -> type[BaseModel] | None:
    """The section that a type is, or holds by name."""
    inner = bare(get_args(kind)[1]) if get_origin(kind) is Mapping else kind
    return inner if _is_model(inner) else None


def type_at(model: type[BaseModel], path: Path) -> Any:
    """The type of what is at a path."""
    here: Any = model
    for part in path:
        here = bare(_inside(here, part))
    return here


def example_at(model: type[BaseModel], path: Path) -> tuple[Path, Any]:
    """A path at or below this one that one command can set, with a value for it."""
    here = type_at(model, path)
    if is_text_by_name(model, path):
        return path, "text"
    if _is_model(here):
        return example_at(model, (*path, next(iter(by_name(here)))))
    example = (list(_fields(model, path))[-1].examples or [""])[0]
    if get_origin(here) is tuple:
        return (*path, 0), example
    if get_origin(here) is Mapping:
        inside = section_in(here)
        if inside and not any(field.is_required() for field in inside.model_fields.values()):
            return (*path, example), "{}"
        return example_at(model, (*path, example))
    return path, example


def _fields(model: type[BaseModel], path: Path) -> Iterator[FieldInfo]:
    """The fields on the way to a path."""
    here: Any = model
    for part in path:
        if _is_model(here):
            yield by_name(here)[str(part)]
        here = bare(_inside(here, part))


def _inside(here: Any, part: str | int) -> Any:
    if _is_model(here):
        return by_name(here)[str(part)].annotation
    return get_args(here)[0 if isinstance(part, int) else 1]


def _is_model(here: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(here, type) and issubclass(here, BaseModel)
