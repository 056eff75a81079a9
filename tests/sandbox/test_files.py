"""Files that a killed process left half written."""

from pathlib import Path

import pytest

from sandbox import files

STACK = Path(".pulumi") / "stacks" / "modelport"


@pytest.mark.parametrize(
    ("name", "text", "cut"),
    [
        (STACK / "dev.json", '{"version": 3, "checkpoint": {}}', False),
        (STACK / "dev.json", "{}", True),
        (STACK / "dev.json", "[]", True),
        (STACK / "dev.json", '{"version": 3, "checkp', True),
        (STACK / "dev.json", "", True),
        (STACK / "dev.json.bak", '{"versi', True),
        (STACK / "dev.json.attrs", "", True),
        (STACK / "dev.json.attrs", "anything", False),
        (Path(".pulumi") / "meta.yaml", "version: 1", False),
        (Path(".pulumi") / "history" / "modelport" / "dev" / "a.json", "{", False),
    ],
)
def test_a_file_that_ends_too_early_is_cut_off(tmp_path: Path, name: Path, text: str, cut: bool) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True)
    file.write_text(text)

    assert files.cut_off(file) is cut


def test_a_folder_is_not_cut_off(tmp_path: Path) -> None:
    assert not files.cut_off(tmp_path)


def test_a_text_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    files.write(tmp_path / "new" / "file", "text")

    assert [each.name for each in (tmp_path / "new").iterdir()] == ["file"]
    assert (tmp_path / "new" / "file").read_text() == "text"
