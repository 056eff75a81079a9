"""The world: clashes, claims, tombstones, and many processes at once."""

import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.layout import ROOT
from sandbox.world import Exists, Resource, World

ACR = "azure-native:containerregistry:Registry"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "world.sqlite")


def thing(id_: str = "a", stack: str = "dev", type_: str = "aws:x:X", **more: object) -> Resource:
    fields = {"cloud": "aws", "inputs": {"size": 1}, "outputs": {"arn": f"arn:{id_}"}} | more
    return Resource(f"urn:pulumi:{stack}::p::{type_}::{id_}", type_, id_, **fields)  # type: ignore[arg-type]


def test_refuses_a_second_object_of_the_same_id(world: World) -> None:
    world.add(thing())
    with pytest.raises(Exists, match=r"aws:x:X a"):
        world.add(thing(stack="prod"))
    world.add(thing(scope="eu-west-1"))


def test_keeps_the_claims_of_all_stacks_on_a_shared_object(world: World) -> None:
    world.add(thing(), upsert=True)
    world.add(thing(stack="prod"), upsert=True)
    assert [each.stack for each in world.live()] == ["dev", "prod"]
    world.remove("aws:x:X", "a", urn=thing().urn)
    assert [each.stack for each in world.live()] == ["prod"]


def test_finds_what_was_asked_for_and_what_was_computed(world: World) -> None:
    world.add(thing())
    assert world.find("aws:x:X", size=1, arn="arn:a") == thing()
    assert world.find("aws:x:X", size=2) is None
    assert world.get("aws:x:X", "a") == thing()
    assert world.get("aws:x:X", "b") is None


def test_azure_ids_are_compared_without_regard_to_case(world: World) -> None:
    world.add(thing("/subscriptions/A", type_=ACR))
    assert world.get(ACR, "/SUBSCRIPTIONS/a") is not None


def test_a_tombstone_holds_its_name_until_it_is_taken_over(world: World) -> None:
    world.add(thing())
    world.tombstone("aws:x:X", "a")
    assert world.get("aws:x:X", "a") is None
    assert [each.id for each in world.tombstones("dev")] == ["a"]
    with pytest.raises(Exists):
        world.add(thing())
    world.add(thing(), upsert=True)
    assert world.tombstones() == []


def test_updates_only_what_is_given(world: World) -> None:
    world.add(thing())
    world.update("aws:x:X", "a", inputs={"size": 2})
    assert world.live("dev")[0].properties == {"size": 2, "arn": "arn:a"}
    world.update("aws:x:X", "a", needs=["urn:b"])
    assert world.needs("dev") == {thing().urn: ["urn:b"]}
    assert world.live("prod") == []


def test_names_of_others_are_taken_whatever_their_case(world: World) -> None:
    world.take(ACR, "Contoso")
    assert world.taken(ACR, "contOSO")
    assert not world.taken(ACR, "fabrikam")


def test_knows_one_account_and_learns_of_others(world: World) -> None:
    world.know(account="222222222222")
    assert world.meta("account") == "111111111111"
    assert world.known("account") == ["111111111111", "222222222222"]


def test_a_fault_is_used_up(world: World) -> None:
    assert [world.use_fault("f", 2) for _ in range(3)] == [True, True, False]


def test_many_processes_lose_nothing(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from sandbox.world import *\n"
        "for n in range(20):\n"
        "    name = f'{sys.argv[2]}-{n}'\n"
        "    thing = Resource(f'urn:pulumi:dev::p::t::{name}', 't', name, 'aws', {}, {})\n"
        "    World(Path(sys.argv[1])).add(thing)\n"
    )
    words = [sys.executable, "-c", script, str(tmp_path / "world.sqlite")]
    running = [subprocess.Popen([*words, str(each)], cwd=ROOT, stderr=subprocess.PIPE) for each in range(4)]
    said = [each.communicate()[1] for each in running]
    assert said == [b""] * 4
    assert len(World(tmp_path / "world.sqlite").live()) == 80


def test_one_of_many_processes_wins_a_name(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from sandbox.world import *\n"
        "try: World(Path(sys.argv[1])).add(Resource('urn:pulumi:dev::p::t::n', 't', 'n', 'aws', {}, {}))\n"
        "except Exists: sys.exit(3)\n"
    )
    words = [sys.executable, "-c", script, str(tmp_path / "world.sqlite")]
    running = [subprocess.Popen(words, cwd=ROOT) for _ in range(4)]
    assert sorted(each.wait() for each in running) == [0, 3, 3, 3]


def test_the_deployer_may_move_to_an_account_of_their_own(tmp_path: Path) -> None:
    world = World(tmp_path / "world.sqlite")
    first = world.meta("account")
    world.own(account="222222222222")
    assert world.meta("account") == "222222222222"
    world.own(account="333333333333")
    assert world.meta("account") == "333333333333"
    assert {first, "222222222222", "333333333333"} <= set(world.known("account"))


@pytest.mark.skipif(sys.platform != "linux", reason="open files are read from /proc")
def test_a_world_that_nobody_uses_holds_no_file_open(tmp_path: Path) -> None:
    World(tmp_path / "world.sqlite").meta("account")
    links = [each for each in Path("/proc/self/fd").iterdir() if each.is_symlink()]
    assert not [each for each in links if str(tmp_path) in str(each.readlink())]
