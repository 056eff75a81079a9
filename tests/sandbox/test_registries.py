"""The local registries and the image, with the real programs."""

import os
import shutil
import signal

import pytest

from sandbox import hosts, images, registries, registry
from sandbox.layout import Layout

pytestmark = pytest.mark.engine
REPOSITORY = "ghcr.io/example/height"


@pytest.fixture
def paths(tmp_path, monkeypatch):
    monkeypatch.setenv("MODELPORT_SANDBOX", str(tmp_path))
    layout = Layout(environment="dev", folder=tmp_path)
    yield layout
    registries.stop(layout)


@pytest.fixture(scope="module")
def tools():
    from tools import install

    return install.ensure()


@pytest.fixture
def addresses(paths, tools):
    return registries.start(paths, str(tools / "registry"))


def pids(paths):
    return {each.name: each.pid for each in registries.status(paths)}


def test_one_registry_per_cloud_and_one_source_on_loopback(addresses, paths):
    assert addresses.keys() == {"aws", "azure", "gcp", "source"}
    assert all(address.startswith("127.0.0.1:") for address in addresses.values())
    assert all(each.healthy() for each in registries.status(paths))
    assert "GET /v2/" in (paths.registry / "aws" / "registry.log").read_text()


def test_a_second_start_keeps_what_runs(addresses, paths, tools):
    before = pids(paths)
    assert registries.start(paths, str(tools / "registry")) == addresses
    assert pids(paths) == before


def test_a_killed_registry_comes_back_at_its_address_with_its_images(addresses, paths, tools):
    digest = images.publish(paths, str(tools / "crane"), [REPOSITORY])
    os.kill(pids(paths)["source"], signal.SIGKILL)
    while pids(paths)["source"]:
        pass
    assert registries.start(paths, str(tools / "registry")) == addresses
    assert registry.digest("source", REPOSITORY, digest) == digest


def test_a_stale_pid_of_another_program_is_no_registry(addresses, paths):
    registries.stop(paths)
    (paths.registry / "aws" / "pid").write_text(f"{os.getpid()}\n")
    assert pids(paths)["aws"] is None
    assert registries.stop(paths) == []


def test_addresses_are_found_again_when_their_file_is_lost(addresses, paths, tools):
    paths.addresses.unlink()
    assert registries.start(paths, str(tools / "registry")) == addresses


def test_the_image_has_the_same_digest_when_built_again(addresses, paths, tools):
    first = images.publish(paths, str(tools / "crane"), [REPOSITORY])
    paths.image.unlink()
    assert images.publish(paths, str(tools / "crane"), [REPOSITORY]) == first


def test_the_client_lists_and_purges(addresses, paths, tools):
    images.publish(paths, str(tools / "crane"), [REPOSITORY])
    assert REPOSITORY in registry.repositories(hosts.SOURCE)
    assert registry.tags(hosts.SOURCE, REPOSITORY) == ["sandbox"]
    assert registry.purge(hosts.SOURCE, REPOSITORY) == 1
    assert registry.tags(hosts.SOURCE, REPOSITORY) == []
    assert registry.tags(hosts.SOURCE, "never/seen") == []
    assert registry.digest(hosts.SOURCE, "never/seen", "latest") is None


def test_a_registry_that_is_down_is_named_with_the_command(addresses, paths):
    registries.stop(paths)
    with pytest.raises(registry.RegistryDown, match=r"python -m sandbox registries start"):
        registry.tags("aws", "height")


def test_registries_whose_folder_was_removed_are_started_anew(addresses, paths, tools):
    before = pids(paths)
    shutil.rmtree(paths.registry)
    paths.addresses.unlink()

    registries.start(paths, str(tools / "registry"))

    assert all(each.healthy() for each in registries.status(paths))
    assert not set(before.values()) & set(pids(paths).values())
