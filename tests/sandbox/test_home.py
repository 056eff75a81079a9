"""PULUMI_HOME of the sandbox."""

import sys
from pathlib import Path

from sandbox import home


def test_the_cli_finds_no_folder_for_its_logs(tmp_path: Path) -> None:
    for _ in range(2):
        made = home.prepare(tmp_path, Path(sys.executable))
        assert (made / "logs").is_file()


def test_logs_of_an_older_sandbox_give_way(tmp_path: Path) -> None:
    logs = tmp_path / "home" / "logs"
    logs.mkdir(parents=True)
    (logs / "pulumi-1.log").write_text("encrypted")
    assert (home.prepare(tmp_path, Path(sys.executable)) / "logs").is_file()
