"""Generated files are found stale, and written."""

from pathlib import Path

import pytest

from tools.docs import merged, stale, whole, write


def test_a_missing_or_changed_file_is_stale_until_written(tmp_path: Path) -> None:
    (tmp_path / "same.md").write_text("same\n")
    (tmp_path / "changed.md").write_text("by hand\n")
    wanted = {"same.md": "same\n", "changed.md": "generated\n", "new/page.md": "new\n"}
    assert stale(tmp_path, wanted) == ["changed.md", "new/page.md"]
    assert write(tmp_path, wanted) == ["changed.md", "new/page.md"]
    assert stale(tmp_path, wanted) == []


def test_only_the_generated_part_of_a_page_is_written(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("before\n<!-- table:begin -->\nold\n<!-- table:end -->\nafter\n")

    wanted = whole(tmp_path, {"page.md": {"table": "new"}, "other.md": "all\n"})

    assert wanted == {
        "page.md": "before\n<!-- table:begin -->\nnew\n<!-- table:end -->\nafter\n",
        "other.md": "all\n",
    }


def test_a_page_without_a_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("no place\n")
    with pytest.raises(ValueError, match=r"page\.md has no place for the generated part 'table'"):
        whole(tmp_path, {"page.md": {"table": "new"}})


def test_packages_share_a_page_part_by_part() -> None:
    pages = merged([("page.md", {"table": "a"}), ("other.md", "all"), ("page.md", {"list": "b"})])
    assert pages == {"page.md": {"table": "a", "list": "b"}, "other.md": "all"}
