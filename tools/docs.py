"""Generated files: `python -m tools.docs` writes them, `--check` tells which are stale.

A package that generates files has a module `docs` with `pages()`: path from the root of the repository → the
whole text of that file, or, for a file written by hand, part → text. A part stands between
`<!-- part:begin -->` and `<!-- part:end -->`.
"""

import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("infra", "components", "sandbox", "tests")


Page = str | Mapping[str, str]


def pages() -> Iterator[tuple[str, Page]]:
    """Every generated file of the repository, as path and text or parts."""
    for package in PACKAGES:
        if importlib.util.find_spec(f"{package}.docs") is not None:
            generate: Callable[[], Mapping[str, Page]] = importlib.import_module(f"{package}.docs").pages
            yield from generate().items()


def merged(found: Iterable[tuple[str, Page]]) -> dict[str, Page]:
    """Pages by path; several packages may write parts of the same one."""
    together: dict[str, Page] = {}
    for name, page in found:
        before = together.get(name, {})
        together[name] = page if isinstance(page, str) or isinstance(before, str) else {**before, **page}
    return together


def whole(root: Path, wanted: Mapping[str, Page]) -> dict[str, str]:
    """The whole text of every file; raises `ValueError` where a file has no place for a part."""
    return {
        name: page if isinstance(page, str) else _filled(name, _read(root / name) or "", page)
        for name, page in wanted.items()
    }


def _filled(name: str, text: str, parts: Mapping[str, str]) -> str:
    for part, content in parts.items():
        begin, end = f"<!-- {part}:begin -->", f"<!-- {part}:end -->"
        if begin not in text or end not in text:
            raise ValueError(f"{name} has no place for the generated part {part!r}: {begin} … {end}")
        text = f"{text.partition(begin)[0]}{begin}\n{content}\n{end}{text.partition(end)[2]}"
    return text


def stale(root: Path, wanted: Mapping[str, str]) -> list[str]:
    """The files that are missing or hold something else."""
    return [name for name, text in wanted.items() if _read(root / name) != text]


def write(root: Path, wanted: Mapping[str, str]) -> list[str]:
    """Writes what is stale and returns its names."""
    changed = stale(root, wanted)
    for name in changed:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(wanted[name], encoding="utf-8")
    return changed


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def main(
    check: Annotated[
        bool, typer.Option("--check", help="Only tell which are stale; exit code 1 if any is.")
    ] = False,
) -> None:
    """Write the generated tables and files."""
    sys.path[:0] = [str(ROOT), str(ROOT / "model")]  # The model's code is no package of the program.
    wanted = whole(ROOT, merged(pages()))
    changed = stale(ROOT, wanted) if check else write(ROOT, wanted)
    for name in changed:
        typer.echo(f"{'stale' if check else 'written'}: {name}", err=check)
    if check and changed:
        typer.echo("error: generated files are not what the code says. Fix: make docs", err=True)
        raise typer.Exit(1)
    typer.echo(f"{len(wanted)} generated files are up to date")


if __name__ == "__main__":
    typer.run(main)
