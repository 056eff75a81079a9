"""The contract of every cell of the grid: what a capability promises holds on every cloud."""

import importlib
import inspect

import pytest

from components import catalog
from components.core.component import Component
from components.function.scale import Scale
from tests.components.builders import BUILDERS, CELLS
from tests.mocks import path_of

EVERY_CELL = pytest.mark.parametrize(("capability", "cloud_name"), CELLS)
PACKAGES = {"aws": "aws:", "azure": "azure-native:", "gcp": "gcp:"}
WHOLE = {
    "storage": {"access_logs_days": 90},
    "network": {"reached": True},
    "host": {"inside": True},
    "function": {"scale": Scale(min=1)},
}
"""What is asked for so that a component makes everything that it can."""
TAGS = {"project", "environment", "owner", "capability", "component", "managed-by"}


@pytest.fixture
def built(capability, cloud_name, deployed):
    """One cell, deployed once."""
    return deployed(BUILDERS[capability], cloud_name, **WHOLE.get(capability, {}))


@EVERY_CELL
def test_every_cell_is_filled(capability, cloud_name):
    kind = catalog.contract(capability)
    made = catalog.implementation(kind, cloud_name)
    assert issubclass(made, kind)
    assert (capability, cloud_name) == (made.CAPABILITY, made.CLOUD)
    assert "__init__" not in vars(made), "constructors belong to the base class"
    assert made._build is not Component._build
    assert made.label is not Component.label


def test_class_names_are_unique():
    names = [path.rpartition(".")[2] for row in catalog.GRID.values() for path in row.values()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("capability", catalog.CAPABILITIES)
def test_the_grid_has_every_cloud_in_the_same_order(capability):
    assert tuple(catalog.GRID[capability]) == catalog.CLOUDS


@EVERY_CELL
def test_it_builds_in_the_same_order_on_every_cloud(capability, cloud_name):
    """Overridden methods stand in the same order, so that three files can be read side by side."""
    order = ["names", "refusals", "_build", "home", "_model", "_grant_pull"]
    own = [
        name
        for name in vars(catalog.implementation(catalog.contract(capability), cloud_name))
        if name in order
    ]
    assert own == sorted(own, key=order.index)


@EVERY_CELL
def test_it_registers_exactly_the_outputs_of_the_contract(built):
    assert built.outputs.keys() == set(built.kind.OUTPUTS)
    assert built.kind.OUTPUTS == catalog.contract(built.kind.CAPABILITY).OUTPUTS


@EVERY_CELL
def test_what_it_says_it_makes_is_what_it_makes(built):
    children = built.cloud.own_children(built.kind.token())
    assert {child.typ for child in children} == set(built.kind.MAKES)


def test_all_children_are_under_a_component(cloud, deploy, context):
    """Nothing is registered beside the components: parents were given everywhere."""
    deploy(lambda: [BUILDERS["image"](cloud_name, context) for cloud_name in catalog.CLOUDS])
    for urn in cloud.monitor.resources:
        assert path_of(urn).startswith("modelport:"), f"{urn} has no parent"


@EVERY_CELL
def test_every_taggable_child_is_tagged(built):
    for child in built.cloud.own_children(built.kind.token()):
        field = taggable(child.typ)
        if field:
            tags = child.inputs.get(field, {})
            assert tags.keys() >= TAGS, f"{child.typ} {child.name} lacks {TAGS - tags.keys()}"
            assert (tags["capability"], tags["component"]) == (built.kind.CAPABILITY, built.name)
            assert tags["environment"] == "test"


@EVERY_CELL
def test_every_cloud_resource_has_the_explicit_provider(built, cloud_name):
    for child in built.cloud.children:
        if child.typ.startswith(PACKAGES[cloud_name]):
            assert f"::{cloud_name}::" in child.provider, f"{child.name} has the provider {child.provider!r}"


@EVERY_CELL
def test_no_component_is_protected(built):
    """A protected component would freeze all its children."""
    protected = built.cloud.monitor.protected
    assert not any(protected[key] for key in protected if key.startswith("modelport:"))


@EVERY_CELL
def test_gaps_and_refusals_come_with_advice(capability, cloud_name):
    made = catalog.implementation(catalog.contract(capability), cloud_name)
    assert all(advice for advice in [*made.GAPS.values(), *made.UNSUPPORTED.values()])
    assert set(made.UNSUPPORTED) <= set(inspect.signature(made.ARGS).parameters)


def taggable(type_):
    """The input that takes tags or labels, read from the arguments of the installed SDK."""
    package, module, name = type_.replace("index/", "").split(":")[0], *type_.split(":")[1:]
    sdk = importlib.import_module(f"pulumi_{package.replace('-', '_')}")
    part = module.split("/")[0].replace("lambda", "lambda_")  # a keyword of Python
    owner = sdk if part == "index" else importlib.import_module(f"{sdk.__name__}.{part}")
    fields = inspect.signature(vars(getattr(owner, name))["_internal_init"]).parameters
    # What Google calls tags is something else.
    names = ("labels",) if package == "gcp" else ("labels", "tags")
    return next((field for field in names if field in fields), None)


@pytest.mark.parametrize(
    ("type_", "field"),
    [
        ("aws:ecr/repository:Repository", "tags"),
        ("aws:ecr/lifecyclePolicy:LifecyclePolicy", None),
        ("azure-native:resources:ResourceGroup", "tags"),
        ("gcp:artifactregistry/repository:Repository", "labels"),
        ("gcp:compute/route:Route", None),
        ("random:index/randomString:RandomString", None),
    ],
)
def test_what_is_taggable_is_read_from_the_sdk(type_, field):
    assert taggable(type_) == field
