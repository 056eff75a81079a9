"""Pulumi's configuration as the program sees it: JSON text, other namespaces, secrets."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pulumi
import pytest
from pulumi.runtime import config

from components.core.errors import ConfigurationError
from infra import settings
from tests.infra.given import GOOD

Configure = Callable[..., None]


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Iterator[Configure]:
    """Sets the whole configuration of a stack named dev."""
    before, hidden = dict(config.CONFIG.get()), list(config._SECRET_KEYS.get())
    monkeypatch.setattr(pulumi, "get_stack", lambda: "dev")
    monkeypatch.delenv("PULUMI_CONFIG", raising=False)

    def run(changes: dict[str, Any] | None = None, secret: tuple[str, ...] = ()) -> None:
        ours = {f"modelport:{key}": _text(value) for key, value in GOOD.items()}
        config.set_all_config({**ours, **(changes or {})}, list(secret))

    yield run
    config.set_all_config(before, hidden)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def said() -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as error:
        settings.load()
    return error.value.lines


def test_reads_json_text(configure: Configure) -> None:
    configure({"pulumi:disable-default-providers": '["aws"]'})
    assert settings.load().aws.region == "eu-central-1"
    assert settings.load().clouds == ("aws", "azure", "gcp")


def test_reads_the_environment_variable_of_the_engine(
    configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure()
    everything = json.dumps({**config.CONFIG.get(), "modelport:owner": "hush"})
    config.set_all_config({})
    monkeypatch.setenv("PULUMI_CONFIG", everything)
    monkeypatch.setenv("PULUMI_CONFIG_SECRET_KEYS", '["modelport:owner"]')
    (line,) = said()
    assert line.startswith("modelport:owner: is not an e-mail address, came a secret value, not shown")


@pytest.mark.parametrize(
    "value", ["eu-central-1", "{region: eu-central-1}", "", "17", '"text"', "[]", "true"]
)
def test_text_where_an_object_is_expected(configure: Configure, value: str) -> None:
    configure({"modelport:aws": value})
    (line,) = said()
    assert line.startswith("modelport:aws: is not an object, came ")
    assert line.endswith(
        "Fix: pulumi config rm modelport:aws && pulumi config set --path 'modelport:aws.region' eu-central-1"
    )


@pytest.mark.parametrize("namespace", ["modelprot", "model-port", "modelports", "Modelport"])
def test_a_typo_in_the_namespace(configure: Configure, namespace: str) -> None:
    configure({f"{namespace}:aws": "{}"})
    assert said() == (
        f'{namespace}:aws: is not read: the settings are in the namespace "modelport"; '
        f'did you mean "modelport:aws"? Fix: pulumi config rm {namespace}:aws',
    )


def test_our_name_in_the_namespace_of_a_renamed_project(configure: Configure) -> None:
    configure({"heights:clouds": "[]"})
    (line,) = said()
    assert 'did you mean "modelport:clouds"?' in line


def test_provider_configuration_would_have_no_effect(configure: Configure) -> None:
    configure({"aws:region": "hush", "kubernetes:context": "hush"})
    assert said() == (
        "aws:region: has no effect: providers are made from modelport settings only; "
        'did you mean "modelport:aws.region"? Fix: pulumi config rm aws:region',
        "kubernetes:context: has no effect: providers are made from modelport settings only. "
        "Fix: pulumi config rm kubernetes:context",
    )


def test_other_namespaces_are_left_alone(configure: Configure) -> None:
    configure({"pulumi:autonaming": "{}", "datadog:apiKey": "x"})
    assert settings.load().environment == "dev"


def test_a_secret_is_not_shown_however_it_is_wrong(configure: Configure) -> None:
    configure(
        {"modelport:aws": '{"region": "hush"', "modelport:image": "hush:v1"},
        ("modelport:aws", "modelport:image"),
    )
    lines = said()
    assert len(lines) == 2
    assert "hush" not in " ".join(lines)


def test_no_traceback_holds_a_value(configure: Configure) -> None:
    configure({"modelport:owner": "hush"}, ("modelport:owner",))
    with pytest.raises(ConfigurationError) as error:
        settings.load()
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__
