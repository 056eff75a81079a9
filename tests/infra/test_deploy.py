"""The whole program: what is wrong ends it cleanly before the first resource, what is right gives outputs."""

from typing import Any

import pulumi
import pytest

import infra
from components.core.errors import InvalidArgument
from infra.settings import parse
from tests.conftest import Deploy
from tests.infra.given import given
from tests.mocks import Cloud


@pytest.fixture
def errors(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was logged as an error."""
    logged: list[str] = []
    monkeypatch.setattr(pulumi.log, "error", logged.append)
    return logged


def leaves(deploy: Deploy) -> int:
    """The exit code with which the program leaves."""
    codes: list[int] = []

    def program() -> None:
        with pytest.raises(SystemExit) as left:
            infra.deploy()
        codes.append(left.value.code)

    deploy(program)
    return codes[0]


def use(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    monkeypatch.setattr(infra, "load", lambda: parse(given(**changes)))


def test_problems_are_logged_a_line_each_and_nothing_is_made(
    cloud: Cloud, deploy: Deploy, errors: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, owner="me", clouds=["aws", "gpc"])
    assert leaves(deploy) == 32
    assert [line.split(": ")[0] for line in errors] == ["modelport:owner", "modelport:clouds[1]"]
    assert cloud.requests == []


def test_other_errors_of_the_family_end_it_as_cleanly(
    cloud: Cloud, deploy: Deploy, errors: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise InvalidArgument("keep_images", "at least 1")

    monkeypatch.setattr(infra, "load", refuse)
    assert leaves(deploy) == 32
    assert errors == ["keep_images: at least 1"]


def test_unexpected_errors_keep_their_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(infra, "load", fail)
    with pytest.raises(ZeroDivisionError):
        infra.deploy()


def test_every_cloud_is_deployed_by_its_own_provider(
    cloud: Cloud, deploy: Deploy, monkeypatch: pytest.MonkeyPatch
) -> None:
    exported: dict[str, Any] = {}
    monkeypatch.setattr(pulumi, "export", exported.__setitem__)
    use(monkeypatch)
    deploy(infra.deploy)
    assert exported.keys() == {"endpoints", "functions", "images", "digests", "storage", "parity"}
    assert {one.typ.split(":")[1] for one in cloud.requests if one.typ.startswith("modelport:")} == {
        "aws",
        "azure",
        "gcp",
    }
    for prefix, provider in (("aws:", "aws"), ("azure-native:", "azure"), ("gcp:", "gcp")):
        used = {one.provider.split("::")[-2] for one in cloud.children if one.typ.startswith(prefix)}
        assert used == {provider}
