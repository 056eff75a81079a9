"""Faults of the registries."""

import pytest

from sandbox import hosts
from sandbox.shims import faults
from sandbox.shims.refusals import Refused

HEIGHT = [hosts.parse("acme.azurecr.io/height:a")]


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.setenv("MODELPORT_SANDBOX", str(tmp_path))
    return (tmp_path / "faults.yaml").write_text


def test_without_a_file_there_are_none(write):
    assert faults.of("digest", HEIGHT) is None


def test_the_faults_of_operations_are_not_ours(write):
    write("operations: [{type: t, operation: create, how: slow}]")
    assert faults.of("digest", HEIGHT) is None


def test_answers_another_digest_for_the_image_that_is_meant(write):
    write("registry: [{command: digest, match: azurecr.io/height, digest: 'sha256:b'}]")
    assert faults.of("digest", HEIGHT).digest == "sha256:b"
    assert faults.of("copy", HEIGHT) is None
    assert faults.of("digest", [hosts.parse("acme.azurecr.io/weight:a")]) is None


def test_a_fault_with_times_ends(write):
    write("registry: [{command: copy, error: TOOMANYREQUESTS, times: 2}]")
    assert [bool(faults.of("copy", HEIGHT)) for _ in range(3)] == [True, True, False]


@pytest.mark.parametrize("entry", ["{command: copy}", "{error: x}", "{command: copy, error: x, tims: 1}"])
def test_an_entry_that_can_never_happen_is_refused(write, entry):
    write(f"registry: [{entry}]")
    with pytest.raises(Refused, match="no fault of a registry"):
        faults.of("copy", HEIGHT)
