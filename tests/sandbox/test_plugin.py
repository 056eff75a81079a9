"""The plugin over gRPC, as the engine talks to it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
import yaml
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from sandbox import home, plugin, schema
from sandbox.layout import ROOT
from sandbox.wire import plain, struct
from tests.sandbox.playing import LAMBDA_RUNS, REPOSITORY, ROLE, Stage, policy, urn

Stages = Callable[..., Stage]
Diff = provider_pb2.PropertyDiff


@pytest.fixture
def aws(stage: Stages) -> Iterator[provider_pb2_grpc.ResourceProviderStub]:
    server, port = plugin.serve(stage("aws").provider)
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield provider_pb2_grpc.ResourceProviderStub(channel)
    server.stop(None).wait()


def check(aws: Any, type_: str, **inputs: Any) -> Any:
    return aws.Check(provider_pb2.CheckRequest(urn=urn(type_, "it"), news=struct(inputs), randomSeed=b"1"))


def create(aws: Any, type_: str, preview: bool = False, **inputs: Any) -> Any:
    request = provider_pb2.CreateRequest(urn=urn(type_, "it"), properties=struct(inputs), preview=preview)
    return aws.Create(request)


def test_asks_for_plain_values(aws: Any) -> None:
    shaken = aws.Handshake(provider_pb2.ProviderHandshakeRequest())
    assert [shaken.accept_secrets, shaken.accept_outputs, shaken.accept_resources] == [False] * 3
    answer = aws.Configure(provider_pb2.ConfigureRequest(args=struct({"region": "eu-west-1"})))
    assert answer.supportsPreview
    assert [answer.acceptSecrets, answer.acceptOutputs, answer.acceptResources] == [False] * 3


def test_says_what_it_plays(aws: Any) -> None:
    from google.protobuf import empty_pb2

    assert aws.GetPluginInfo(empty_pb2.Empty()).version == schema.version_of("aws")
    assert json.loads(aws.GetSchema(provider_pb2.GetSchemaRequest()).schema)["name"] == "aws"


def test_a_failed_check_names_property_and_rule(aws: Any) -> None:
    (failure,) = check(aws, REPOSITORY, imageTagMutabilty="IMMUTABLE").failures
    assert failure.property == "imageTagMutabilty"
    assert failure.reason.endswith('did you mean "imageTagMutability"? [rule schema-unknown-property]')


def test_lives_through_create_change_and_delete(aws: Any) -> None:
    inputs = plain(check(aws, REPOSITORY, name="height", tags={"a": "b"}).inputs)
    assert "arn" not in plain(create(aws, REPOSITORY, preview=True, **inputs).properties)
    made = create(aws, REPOSITORY, **inputs)
    assert made.id == "height"
    news = {**inputs, "tags": {"a": "c"}}
    request = {
        "urn": urn(REPOSITORY, "it"),
        "id": "height",
        "old_inputs": struct(inputs),
        "news": struct(news),
    }
    changed = aws.Update(provider_pb2.UpdateRequest(olds=made.properties, **request))
    assert plain(changed.properties)["tagsAll"] == {"a": "c"}
    read = aws.Read(provider_pb2.ReadRequest(id="height", urn=urn(REPOSITORY, "it")))
    assert plain(read.inputs)["tags"] == {"a": "c"}
    aws.Delete(
        provider_pb2.DeleteRequest(id="height", urn=urn(REPOSITORY, "it"), properties=changed.properties)
    )
    assert aws.Read(provider_pb2.ReadRequest(id="height", urn=urn(REPOSITORY, "it"))).id == ""


def test_a_difference_says_what_replaces_and_in_which_order(aws: Any) -> None:
    olds = {"name": "height", "region": "eu-central-1", "tags": {"a": "b"}}
    news = {"name": "height", "region": "eu-west-1", "tags": {"a": "c"}}
    found = aws.Diff(
        provider_pb2.DiffRequest(urn=urn(REPOSITORY, "it"), old_inputs=struct(olds), news=struct(news))
    )
    assert found.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert list(found.replaces) == ["region"]
    assert found.deleteBeforeReplace
    assert {path: each.kind for path, each in found.detailedDiff.items()} == {
        "region": Diff.UPDATE_REPLACE,
        "tags.a": Diff.UPDATE,
    }
    same = aws.Diff(
        provider_pb2.DiffRequest(urn=urn(REPOSITORY, "it"), old_inputs=struct(olds), news=struct(olds))
    )
    assert same.changes == provider_pb2.DiffResponse.DIFF_NONE


def refused(call: Callable[[], Any]) -> grpc.RpcError:
    with pytest.raises(grpc.RpcError) as error:
        call()
    return error.value


def test_a_refusal_is_a_status_with_a_readable_text(aws: Any) -> None:
    create(aws, REPOSITORY, name="height", region="eu-central-1")
    error = refused(lambda: create(aws, REPOSITORY, name="height", region="eu-central-1"))
    assert error.code() == grpc.StatusCode.ALREADY_EXISTS
    assert error.details().startswith("RepositoryAlreadyExistsException")


def test_unknown_types_and_functions_are_refused_by_name(aws: Any) -> None:
    error = refused(lambda: check(aws, "aws:sqs/queue:Queue"))
    assert "no facts for aws:sqs/queue:Queue" in error.details()
    error = refused(lambda: aws.Invoke(provider_pb2.InvokeRequest(tok="aws:index/getRegion:getRegion")))
    assert "no facts for the function aws:index/getRegion:getRegion" in error.details()


def test_made_but_late_tells_the_engine_what_was_made(aws: Any, tmp_path: Path) -> None:
    entry = {"type": ROLE, "operation": "create", "how": "timeout-after"}
    (tmp_path / "faults.yaml").write_text(yaml.safe_dump({"operations": [entry]}))
    error = refused(lambda: create(aws, ROLE, name="runs", assumeRolePolicy=policy(LAMBDA_RUNS)))
    trailing = dict(error.trailing_metadata())  # type: ignore[attr-defined]
    status = status_pb2.Status.FromString(trailing["grpc-status-details-bin"])
    detail = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(detail)
    assert detail.id == "runs"
    assert plain(detail.properties)["arn"].endswith(":role/runs")
    assert "timed out" in detail.reasons[0]


def test_a_mistake_of_ours_is_called_one(aws: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.diff.changes", lambda *_: 1 / 0)
    error = refused(lambda: aws.Diff(provider_pb2.DiffRequest(urn=urn(REPOSITORY, "it"))))
    assert error.code() == grpc.StatusCode.INTERNAL
    assert "a mistake in the sandbox" in error.details()
    assert "ZeroDivisionError" in error.details()


@pytest.fixture(scope="module")
def plugins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return home.prepare(tmp_path_factory.mktemp("sandbox"), Path(sys.executable)) / "plugins"


def test_one_plugin_per_sdk_under_its_exact_version(plugins: Path) -> None:
    found = sorted(each.relative_to(plugins).as_posix() for each in plugins.rglob("pulumi-resource-*"))
    assert found == sorted(
        f"resource-{name}-v{schema.version_of(name)}/pulumi-resource-{name}" for name in schema.SDKS
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_plugin_prints_its_port_and_leaves_when_told(plugins: Path, number: signal.Signals) -> None:
    (file,) = plugins.rglob("pulumi-resource-random")
    # The repository must be found from anywhere, without changing what commands inherit.
    running = subprocess.Popen(
        [file],
        cwd="/",
        stdout=subprocess.PIPE,
        env={**os.environ, "MODELPORT_SANDBOX": str(plugins.parent.parent)},
    )
    assert running.stdout is not None
    assert int(running.stdout.readline()) > 0
    running.send_signal(number)
    assert running.wait(2) == 0
    running.stdout.close()


def test_only_known_packages_are_played() -> None:
    words = [sys.executable, "-m", "sandbox.plugin", "awss"]
    said = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, check=False)
    assert said.returncode == 1
    assert "packages: aws, azure-native, gcp, random, command" in said.stderr
