"""Runbooks name what exists: files, settings, commands and components."""

import re
from pathlib import Path

import pytest

from infra.settings import Settings
from stacks.plan import HOLDING_DATA

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "runbooks").glob("*.md"))


def _anchors(page: Path) -> set[str]:
    """The headings of a page, as links name them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", text).lower().replace(" ", "-") for text in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8"))
    local = [link.partition("#") for link in links if not link.startswith("https://")]
    for path, _, anchor in local:
        target = (page.parent / path).resolve()
        assert target.is_file(), path
        assert not anchor or anchor in _anchors(target), f"{path}#{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_setting_and_command_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    settings = {field.alias or name for name, field in Settings.model_fields.items()}
    assert set(re.findall(r"modelport:([a-z_]+)", text)) <= settings
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(re.findall(r"`(?:[A-Z_]+=\S+ )?make ([a-z-]+)", text)) <= set(targets)
    assert set(re.findall(r"modelport:unprotect\[0\]' (\w+)", text)) <= set(HOLDING_DATA)


def test_the_readme_leads_to_every_runbook() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [page.stem for page in PAGES if f"docs/runbooks/{page.name}" not in readme] == []
