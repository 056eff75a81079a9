"""A newer version of a provider's SDK: the providers change, and nothing of what they made."""

import json
import shutil
from pathlib import Path

import pytest

from sandbox.layout import ROOT
from tests.engine.bench import Bench

OLDER = {"aws": "7.50.0", "azure-native": "3.28.0", "gcp": "10.1.0"}

# The repository's program as it was before the upgrade: everything asks for older plugins.
BEFORE = f"""\
import runpy

import pulumi

OLDER = {json.dumps(OLDER)}


def older(args):
    package = args.type_.removeprefix("pulumi:providers:").partition(":")[0]
    args.opts.version = OLDER.get(package, args.opts.version)
    return pulumi.ResourceTransformationResult(args.props, args.opts)


pulumi.runtime.register_stack_transformation(older)
runpy.run_path({str(ROOT / "__main__.py")!r})
"""


@pytest.fixture
def upgraded(bench: Bench) -> Bench:
    """A stack that older plugins made, and the program of today."""
    plugins = bench.session.layout.home / "plugins"
    kept = [_copy(plugins, package, version) for package, version in OLDER.items()]
    bench.write(BEFORE)
    bench.up().good()
    for folder in kept:
        shutil.rmtree(folder)
    bench.mend()
    return bench


def _copy(plugins: Path, package: str, version: str) -> Path:
    """The plugin again, under an older version."""
    (today,) = (each for each in plugins.glob(f"resource-{package}-v*") if each.is_dir())
    older = plugins / f"resource-{package}-v{version}"
    shutil.copytree(today, older, symlinks=True)
    return older


def _versions(bench: Bench) -> set[str]:
    return {
        each["inputs"]["version"]
        for each in bench.engine.resources()
        if each["type"].removeprefix("pulumi:providers:") in OLDER
    }


def test_an_upgrade_touches_the_providers_and_nothing_else(upgraded: Bench) -> None:
    assert _versions(upgraded) == set(OLDER.values())
    lived = {(each.urn, each.id) for each in upgraded.session.world().live()}

    changes = {step: op for step, op in upgraded.steps().items() if not step.startswith("pulumi:providers:")}
    assert changes == {}

    upgraded.up().good()
    assert {(each.urn, each.id) for each in upgraded.session.world().live()} == lived
    assert not _versions(upgraded) & set(OLDER.values())
    assert upgraded.steps() == {}
