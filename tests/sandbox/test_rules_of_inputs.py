"""Mistakes in inputs, one at a time: each is refused in words, and by one rule only."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from tests.sandbox import (
    test_rules_aws,
    test_rules_aws_functions,
    test_rules_aws_keys,
    test_rules_azure,
    test_rules_azure_functions,
    test_rules_azure_keys,
    test_rules_azure_network,
    test_rules_gcp,
    test_rules_gcp_functions,
    test_rules_gcp_keys,
    test_rules_gcp_names,
    test_rules_gcp_network,
    test_rules_gcp_reach,
)
from tests.sandbox.playing import Stage, off

TABLES: list[tuple[str, ModuleType]] = [
    ("aws", test_rules_aws),
    ("aws", test_rules_aws_functions),
    ("aws", test_rules_aws_keys),
    ("azure-native", test_rules_azure),
    ("azure-native", test_rules_azure_functions),
    ("azure-native", test_rules_azure_keys),
    ("azure-native", test_rules_azure_network),
    ("gcp", test_rules_gcp),
    ("gcp", test_rules_gcp_functions),
    ("gcp", test_rules_gcp_keys),
    ("gcp", test_rules_gcp_names),
    ("gcp", test_rules_gcp_network),
    ("gcp", test_rules_gcp_reach),
]
"""Package, and the module with inputs that are right (GOOD) and what spoils them (MISTAKES)."""

EACH = [
    pytest.param(package, table.GOOD[type_], rule, type_, mistake, says, id=f"{rule}-{type_}-{number}")
    for package, table in TABLES
    for number, (rule, type_, mistake, says) in enumerate(table.MISTAKES)
]


@pytest.mark.parametrize(("package", "good", "rule", "type_", "mistake", "says"), EACH)
def test_refuses(
    stage: Callable[..., Stage],
    monkeypatch: pytest.MonkeyPatch,
    package: str,
    good: dict[str, Any],
    rule: str,
    type_: str,
    mistake: dict[str, Any],
    says: str,
) -> None:
    cloud = stage(package)
    inputs = {name: value for name, value in {**good, **mistake}.items() if value is not None}
    assert cloud.wrong(type_, **good) == []
    found = [str(each) for each in cloud.wrong(type_, **inputs) if each.rule == rule]
    assert any(says in each for each in found), found
    assert all(each.endswith(f"[rule {rule}]") for each in found)
    off(monkeypatch, rule)
    assert rule not in cloud.rules(type_, **inputs)
