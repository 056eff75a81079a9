"""The sandbox of the benchmarks, without the engine: where it lies, and what it changes."""

import os
from pathlib import Path

import pytest
import yaml

from benchmarks import probe
from benchmarks.workbench import BARE, NO_BYTECODE, REAL, Workbench, probed, temporary, wipe
from sandbox.engine import Engine
from sandbox.layout import VARIABLE, Layout
from sandbox.session import Session


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(environment="dev", folder=tmp_path / "sandbox")
    made.work.mkdir(parents=True)
    (made.work / "Pulumi.yaml").write_text("name: modelport\nmain: ../../..\n")
    made.work_settings.write_text("config: {modelport:owner: us, modelport:models: {height: {}}}\n")
    return made


def test_it_lies_in_a_folder_of_its_own_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "elsewhere")
    monkeypatch.setenv(NO_BYTECODE, "1")
    with temporary() as folder:
        assert os.environ[VARIABLE] == str(folder)
        assert NO_BYTECODE not in os.environ
        assert not folder.exists()
    assert not folder.parent.exists()
    assert (os.environ[VARIABLE], os.environ[NO_BYTECODE]) == ("elsewhere", "1")


def test_both_programs_are_there_and_run_in_the_same_way(layout: Layout) -> None:
    for program in (REAL, BARE):
        assert program.exists()
        probed(layout, program)
        text = (layout.work / "program" / "__main__.py").read_text()
        assert text == f"from benchmarks.probe import run\n\nrun({str(program)!r})\n"
    project = yaml.safe_load((layout.work / "Pulumi.yaml").read_text())
    assert project == {"name": "modelport", "main": "program"}


def test_models_are_changed_and_nothing_else(layout: Layout, tmp_path: Path) -> None:
    Workbench(Session(layout, print), Engine(layout, tmp_path)).models(200)
    config = yaml.safe_load(layout.work_settings.read_text())["config"]
    assert config["modelport:owner"] == "us"
    assert len(config["modelport:models"]) == 200
    assert max(len(name) for name in config["modelport:models"]) <= 24


def test_what_is_compared_has_no_callers(layout: Layout, tmp_path: Path) -> None:
    layout.work_settings.write_text("config: {modelport:models: {height: {callers: {aws: [x]}}}}\n")
    Workbench(Session(layout, print), Engine(layout, tmp_path)).uncalled()
    assert yaml.safe_load(layout.work_settings.read_text())["config"] == {"modelport:models": {"height": {}}}


def test_wiping_keeps_what_is_no_state(layout: Layout) -> None:
    (layout.folder / "world.sqlite-wal").write_text("")
    (layout.folder / "image.json").write_text("")
    layout.backend.mkdir()
    wipe(layout)
    assert [path.name for path in layout.folder.iterdir()] == ["image.json"]


def test_the_probe_counts_an_import_within_another_once() -> None:
    trace = probe._Trace()
    outer = trace.importing(lambda deeper: deeper() if deeper else None)
    outer(lambda: outer(None))
    assert trace._depth == 0
    assert 0 < trace.imports < 1


def test_the_probe_knows_its_process() -> None:
    assert 5 < probe.peak_mib() < 10_000
    assert 0 < probe._Trace().begun - probe.born() < 7200
