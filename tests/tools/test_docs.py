"""Generated files are found stale, and written."""

from pathlib import Path

from tools.docs import stale, write


def test_a_missing_or_changed_file_is_stale_until_written(tmp_path: Path) -> None:
    (tmp_path / "same.md").write_text("same\n")
    (tmp_path / "changed.md").write_text("by hand\n")
    wanted = {"same.md": "same\n", "changed.md": "generated\n", "new/page.md": "new\n"}
    assert stale(tmp_path, wanted) == ["changed.md", "new/page.md"]
    assert write(tmp_path, wanted) == ["changed.md", "new/page.md"]
    assert stale(tmp_path, wanted) == []
