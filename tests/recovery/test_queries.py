"""The questions about what was begun: none is missing, and the ids that they promise are the clouds' own."""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name

import infra
from infra.settings import parse
from recovery import queries
from sandbox import facts, models, schema
from sandbox.world import Resource
from tests.infra.given import given
from tests.rehearsal import Rehearsal

CLI = {"aws": "aws", "azure-native": "az", "gcp": "gcloud"}
TYPES = [type_ for package in CLI for type_ in facts.of_package(package)]
AWS = [type_ for type_ in TYPES if type_.startswith("aws:")]
TEMPLATES = queries.table()
IN_WORDS = [type_ for type_, own in TEMPLATES.items() if " of the answer" in own["id"]]
PROVIDER = {"region", "account", "subscription", "project"}
ARTIFACT = {"uri": "gs://elsewhere/height.onnx", "sha256": "c" * 64, "version": "7"}
CALLERS = {
    "aws": ["arn:aws:iam::111111111111:role/caller"],
    "azure": ["00000000-0000-4000-8000-0000000000c1"],
    "gcp": ["serviceAccount:caller@another-project.iam.gserviceaccount.com"],
}
DEV: dict[str, Any] = {"models": {"height": {"callers": CALLERS, "artifact": ARTIFACT}, "weight": {}}}
NETWORK = {"cidr": "10.20.0.0/16", "egress": "internet", "allow_from": ["203.0.113.0/28"]}
PROD: dict[str, Any] = {**DEV, "environment": "prod", "network": NETWORK}


def _asked(type_: str) -> list[str]:
    """The command of a type, word by word, with its gaps."""
    query = queries.of(type_, {})
    assert query is not None
    return shlex.split(query.find)


def _gaps(type_: str) -> set[str]:
    query = queries.of(type_, {})
    assert query is not None
    return set(re.findall(r"<([\w.-]+)>", " ".join((query.find, query.id, query.imports))))


def test_every_type_that_a_cloud_may_hold_has_a_question() -> None:
    assert sorted(TEMPLATES) == sorted(TYPES)


@pytest.mark.parametrize("type_", TYPES)
def test_each_asks_with_the_own_command_of_its_cloud(type_: str) -> None:
    assert _asked(type_)[0] == CLI[type_.partition(":")[0]]
    assert set(TEMPLATES[type_]) <= {"find", "id", "import"}


@pytest.mark.parametrize("type_", TYPES)
def test_each_says_where_it_asks(type_: str) -> None:
    place = {"aws": "<region>", "azure-native": "<subscription>", "gcp": "<project>"}[type_.partition(":")[0]]
    # IAM has no regions; the others ask by a name that is unique, or an id that holds the place.
    unique = "<scope>|<resourceUri>|gs://<bucket>|<keyRing>/|<cryptoKeyId>"
    asked = " ".join(_asked(type_))
    assert type_.startswith("aws:iam/") or place in asked or re.search(unique, asked)


def test_a_bucket_of_somebody_else_is_not_taken_for_ours() -> None:
    asked = _asked("aws:s3/bucket:Bucket")
    assert asked[asked.index("--expected-bucket-owner") + 1] == "<account>"


@pytest.mark.parametrize("type_", [each for each in TYPES if each not in IN_WORDS])
def test_a_promised_id_is_written_as_the_facts_have_it(type_: str) -> None:
    assert TEMPLATES[type_]["id"] == facts.of(type_).id


@pytest.mark.parametrize("type_", TYPES)
def test_each_gap_is_an_input_or_stands_in_the_provider(type_: str, schemas: Path) -> None:
    known = schema.load(type_, schemas)
    strange = [path for path in _gaps(type_) - PROVIDER if not _is_input(known, path.split("."))]
    assert strange == []


def _is_input(known: schema.Schema, steps: list[str]) -> bool:
    """Whether a path leads to an input; below a map everything is one."""
    node: Any = {"kind": "object", "properties": known.inputs.properties}
    for step in steps:
        if node["kind"] == "map":
            return True
        properties = node.get("properties") or known.objects[node["ref"]].properties
        if step not in properties:
            return False
        node = properties[step]
    return True


def _operation(type_: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The operation of AWS that a command calls, and all shapes of its service."""
    _, service, command, *_ = _asked(type_)
    model = models.service({"s3api": "s3"}.get(service, service))
    (found,) = (each for name, each in model["operations"].items() if _dashed(name) == command)
    return found, model["shapes"]


def _dashed(name: str) -> str:
    """A name of AWS's API as the CLI writes it."""
    return str(xform_name(name, "-"))


@pytest.mark.parametrize("type_", AWS)
def test_aws_has_such_a_command_with_such_options(type_: str) -> None:
    operation, shapes = _operation(type_)
    asked = shapes[operation["input"]["shape"]]
    options = {word.removeprefix("--") for word in _asked(type_) if word.startswith("--")}

    assert options - {"region", "query"} <= set(map(_dashed, asked["members"]))
    assert set(map(_dashed, asked.get("required", ()))) <= options


@pytest.mark.parametrize("type_", IN_WORDS)
def test_aws_answers_with_the_field_that_holds_the_id(type_: str) -> None:
    operation, shapes = _operation(type_)
    field = TEMPLATES[type_]["id"].split()[0]

    assert field in set(_members(shapes, operation["output"]["shape"], set()))


def _members(shapes: Mapping[str, Any], name: str, seen: set[str]) -> Iterator[str]:
    """Names of all fields at any depth of an answer."""
    if name in seen:
        return
    seen.add(name)
    shape = shapes[name]
    yield from shape.get("members", ())
    parts = [*shape.get("members", {}).values(), *([shape["member"]] if "member" in shape else [])]
    for part in parts:
        yield from _members(shapes, part["shape"], seen)


@pytest.fixture
def deployed(
    rehearse: Callable[[Callable[[], object]], Rehearsal], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., list[Resource]]:
    """What the clouds hold after a deployment with these settings."""

    def made(**changes: Any) -> list[Resource]:
        monkeypatch.setattr(infra, "load", lambda: parse(given(**changes)))
        live = rehearse(infra.deploy).world.live()
        return [each for each in live if each.type in TYPES]

    return made


def _known(cloud: str) -> dict[str, str]:
    """What stands in the provider of a cloud."""
    settings = given()[cloud]
    return {key: value for key, value in settings.items() if key in PROVIDER}


@pytest.mark.parametrize("settings", [DEV, PROD], ids=["dev", "prod"])
def test_the_ids_are_those_that_the_clouds_gave(
    settings: dict[str, Any], deployed: Callable[..., list[Resource]]
) -> None:
    promised = {}
    for each in deployed(**settings):
        query = queries.of(each.type, each.inputs, _known(each.cloud))
        assert query is not None
        assert "<" not in f"{query.find}{query.id}{query.imports}", each.urn
        if query.derived:
            promised[each.urn] = (query.id, each.id)
            if each.cloud == "azure":
                promised[each.urn] = (query.id.lower(), each.id.lower())

    assert {urn: both for urn, both in promised.items() if both[0] != both[1]} == {}
    assert promised


def test_what_only_the_cloud_knows_is_said_in_words() -> None:
    inputs = {"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/24"}
    query = queries.of("aws:ec2/subnet:Subnet", inputs, {"region": "eu-central-1"})

    assert query is not None
    assert query.id == "SubnetId of the answer"
    assert not query.derived
    assert "Name=vpc-id,Values=vpc-1 Name=cidr-block,Values=10.0.0.0/24" in query.find


def test_a_type_that_nobody_knows_has_no_question() -> None:
    assert queries.of("aws:sqs/queue:Queue", {"name": "models"}) is None
    assert queries.of("random:index/randomString:RandomString", {"length": 6}) is None


def test_what_is_missing_stays_a_gap_and_is_no_id() -> None:
    query = queries.of("gcp:compute/router:Router", {"name": "ways"}, {"region": "europe-west1"})

    assert query is not None
    assert query.find == "gcloud compute routers describe ways '--project=<project>' --region=europe-west1"
    assert query.id == "projects/<project>/regions/europe-west1/routers/ways"
    assert not query.derived


def test_a_secret_stays_a_gap() -> None:
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:x"}
    query = queries.of("aws:iam/role:Role", {"name": secret})

    assert query is not None
    assert (query.id, query.derived) == ("<name>", False)
    assert "v1" not in query.find


def test_a_resource_comes_before_its_provider() -> None:
    inputs = {"name": "ways", "project": "own", "region": "us-east1"}
    query = queries.of("gcp:compute/router:Router", inputs, {"project": "other", "region": "europe-west1"})

    assert query is not None
    assert query.id == "projects/own/regions/us-east1/routers/ways"


def test_an_import_may_name_it_otherwise() -> None:
    inputs = {"bucket": "b", "managedFolder": "m/", "role": "roles/r", "member": "user:u"}
    query = queries.of("gcp:storage/managedFolderIamMember:ManagedFolderIamMember", inputs)

    assert query is not None
    assert query.derived
    assert query.id == "b/b/managedFolders/m//roles/r/user:u"
    assert query.imports == "b/b/managedFolders/m/ roles/r user:u"


@pytest.mark.parametrize("name", ["two words", "a;b", "$(c)", "it's", "*.internal."])
def test_a_shell_passes_on_what_was_meant(name: str) -> None:
    inputs = {"name": name, "type": "A", "managedZone": "zone", "project": "p"}
    query = queries.of("gcp:dns/recordSet:RecordSet", inputs)

    assert query is not None
    assert shlex.split(query.find)[4] == name
