"""Faults of the clouds on demand: how often they happen, and what they leave behind."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox import faults
from sandbox.needs import Refused
from sandbox.provider import PartlyMade
from tests.sandbox.playing import LAMBDA_RUNS, ROLE, Stage, policy, urn

Stages = Callable[..., Stage]
TRUST = {"assumeRolePolicy": policy(LAMBDA_RUNS)}


def fault(tmp_path: Path, **entry: Any) -> None:
    (tmp_path / "faults.yaml").write_text(
        yaml.safe_dump({"operations": [{"type": ROLE, "operation": "create", **entry}]})
    )


@pytest.mark.parametrize(("how", "code", "says"), [
    ("throttled", "RESOURCE_EXHAUSTED", "ThrottlingException: Rate exceeded"),
    ("denied", "PERMISSION_DENIED", "AccessDeniedException"),
])  # fmt: skip
def test_a_fault_happens_as_often_as_it_is_told(
    stage: Stages, tmp_path: Path, how: str, code: str, says: str
) -> None:
    fault(tmp_path, how=how, times=2)
    cloud = stage("aws")
    for _ in range(2):
        with pytest.raises(Refused, match=says) as refused:
            cloud.make(ROLE, name="runs", **TRUST)
        assert refused.value.code == code
        assert cloud.world.live() == []
    cloud.make(ROLE, name="runs", **TRUST)


def test_a_fault_may_be_meant_for_one_resource(stage: Stages, tmp_path: Path) -> None:
    fault(tmp_path, how="denied", name="other")
    cloud = stage("aws")
    cloud.make(ROLE, "it", **TRUST)
    with pytest.raises(Refused):
        cloud.make(ROLE, "other", **TRUST)


def test_every_resource_meets_a_fault_of_all_types_by_itself(stage: Stages, tmp_path: Path) -> None:
    fault(tmp_path, type="*", how="denied")
    cloud = stage("aws")
    for name in ("one", "two"):
        with pytest.raises(Refused):
            cloud.make(ROLE, name, **TRUST)
        cloud.make(ROLE, name, name=name, **TRUST)
    assert cloud.world.struck() == 2


def test_a_fault_may_be_meant_for_a_type_once(stage: Stages, tmp_path: Path) -> None:
    fault(tmp_path, type="*", how="denied", per="type")
    cloud = stage("aws")
    with pytest.raises(Refused):
        cloud.make(ROLE, "one", **TRUST)
    cloud.make(ROLE, "other", **TRUST)
    assert cloud.world.struck() == 1


@pytest.mark.parametrize(("moment", "made"), [("before", 0), ("after", 1)])
def test_a_plugin_may_crash_at_either_moment(
    stage: Stages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str, made: int
) -> None:
    def gone(code: int) -> None:
        raise SystemExit(code)

    monkeypatch.setattr("sandbox.faults.os._exit", gone)
    fault(tmp_path, how=f"crash-{moment}")
    cloud = stage("aws")
    with pytest.raises(SystemExit):
        cloud.make(ROLE, name="runs", **TRUST)
    assert len(cloud.world.live()) == made


def test_timed_out_after_it_was_made(stage: Stages, tmp_path: Path) -> None:
    fault(tmp_path, how="timeout-after")
    cloud = stage("aws")
    with pytest.raises(PartlyMade, match=r"timed out") as partly:
        cloud.make(ROLE, name="runs", **TRUST)
    assert partly.value.id == "runs"
    assert partly.value.outputs["arn"] == "arn:aws:iam::111111111111:role/runs"
    assert cloud.there(ROLE, "runs").outputs == partly.value.outputs


def test_a_read_and_a_deletion_may_time_out(stage: Stages, tmp_path: Path) -> None:
    fault(tmp_path, operation="delete", how="timeout-after")
    cloud = stage("aws")
    cloud.make(ROLE, name="runs", **TRUST)
    with pytest.raises(faults.Late):
        cloud.delete(ROLE, "runs")
    assert cloud.world.live() == []
    fault(tmp_path, operation="read", how="timeout-after")
    with pytest.raises(faults.Late):
        cloud.provider.read(urn(ROLE, "it"), "runs", {}, {})


def test_a_slow_operation_is_done(stage: Stages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("sandbox.faults.time.sleep", waited.append)
    fault(tmp_path, how="slow")
    stage("aws").make(ROLE, name="runs", **TRUST)
    assert waited == [3.0]


@pytest.mark.parametrize(
    "entry",
    [
        {"how": "explode"},
        {"how": "denied", "operation": "make"},
        {"how": "denied", "tims": 2},
        {"how": "denied", "per": "cloud"},
    ],
)
def test_a_fault_that_could_never_happen_is_refused(
    stage: Stages, tmp_path: Path, entry: dict[str, Any]
) -> None:
    fault(tmp_path, **entry)
    with pytest.raises(Refused, match=r"faults\.yaml: .* is no fault"):
        stage("aws").make(ROLE, **TRUST)
