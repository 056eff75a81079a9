"""What the clouds' registries refuse."""

import pytest

from sandbox import hosts, reach, registry
from sandbox.shims import clouds, refusals
from sandbox.shims.words import Words

HOSTS = {
    "aws": "111111111111.dkr.ecr.eu-central-1.amazonaws.com",
    "azure": "acme.azurecr.io",
    "gcp": "europe-west1-docker.pkg.dev",
}
LIVE = {
    "aws:ecr/repository:Repository": [
        {"repositoryUrl": f"{HOSTS['aws']}/height", "imageTagMutability": "IMMUTABLE"},
        {"repositoryUrl": f"{HOSTS['aws']}/loose", "imageTagMutability": "MUTABLE"},
    ],
    "azure-native:containerregistry:Registry": [{"loginServer": "acme.azurecr.io"}],
    "gcp:artifactregistry/repository:Repository": [
        {
            "location": "europe-west1",
            "project": "example",
            "repositoryId": "models",
            "format": "DOCKER",
            "dockerConfig": {"immutableTags": True},
        }
    ],
}
NAMES = {
    "aws": f"{HOSTS['aws']}/height",
    "azure": "acme.azurecr.io/height",
    "gcp": f"{HOSTS['gcp']}/example/models/height",
}
DIGEST, OTHER = "sha256:" + "a" * 64, "sha256:" + "b" * 64


class OneAccount:
    def known(self, key):
        return {"account": ["111111111111"]}[key]


@pytest.fixture(autouse=True)
def simulated(monkeypatch):
    monkeypatch.setattr(clouds, "_live", lambda type_: iter(LIVE[type_]))
    monkeypatch.setattr(clouds, "world", OneAccount)
    monkeypatch.setattr(reach, "registry_denies", lambda world, host, repository: None)
    monkeypatch.setattr(registry, "digest", lambda cloud, repository, tag: OTHER if tag == "held" else None)


def write(line, login=True, digest=DIGEST):
    """Names of what the clouds let the command write."""
    words = Words.of(line.split())
    for reference in words.written:
        refusals.check_write(words, reference, lambda _host: login, lambda _words: digest)
    return [reference.name for reference in words.written]


@pytest.mark.parametrize("cloud", hosts.CLOUDS)
def test_takes_what_the_cloud_would_take(cloud):
    assert write(f"copy ghcr.io/a/b:c {NAMES[cloud]}:new") == [NAMES[cloud]]


@pytest.mark.parametrize("cloud", hosts.CLOUDS)
def test_refuses_without_a_login_and_says_how_to_log_in(cloud):
    with pytest.raises(refusals.Refused, match=r"python -m sandbox login"):
        write(f"copy ghcr.io/a/b:c {NAMES[cloud]}:new", login=False)
    with pytest.raises(refusals.Refused, match=r"manifests/new"):
        refusals.check_read(hosts.parse(f"{NAMES[cloud]}:new"), lambda _host: False)


@pytest.mark.parametrize("cloud", hosts.CLOUDS)
def test_refuses_whom_the_network_rules_of_a_registry_leave_out(cloud, monkeypatch):
    left_out = {HOSTS[cloud]: "403 Forbidden"}
    monkeypatch.setattr(reach, "registry_denies", lambda world, host, repository: left_out.get(host))
    monkeypatch.setenv(reach.VARIABLE, "198.51.100.7")
    for other in hosts.CLOUDS:
        if other != cloud:
            assert write(f"copy ghcr.io/a/b:c {NAMES[other]}:new") == [NAMES[other]]
    with pytest.raises(refusals.Refused, match=r"403 Forbidden\n.*you come from 198.51.100.7.*allow_from"):
        write(f"copy ghcr.io/a/b:c {NAMES[cloud]}:new")
    with pytest.raises(refusals.Refused, match=r"manifests/new: 403"):
        refusals.check_read(hosts.parse(f"{NAMES[cloud]}:new"), lambda _host: True)


@pytest.mark.parametrize(
    "name", [f"{HOSTS['aws']}/missing", f"{HOSTS['gcp']}/example/other/height", f"{HOSTS['gcp']}/example"]
)
def test_refuses_a_repository_that_does_not_exist(name):
    with pytest.raises(refusals.Refused, match="NAME_UNKNOWN"):
        write(f"copy ghcr.io/a/b:c {name}:new")


def test_an_azure_push_makes_the_repository():
    assert write("copy ghcr.io/a/b:c acme.azurecr.io/never/seen:new") == ["acme.azurecr.io/never/seen"]


@pytest.mark.parametrize("host", ["other.azurecr.io", "222222222222.dkr.ecr.eu-central-1.amazonaws.com"])
def test_refuses_a_registry_that_does_not_exist(host):
    with pytest.raises(refusals.Refused, match="no such host"):
        write(f"copy ghcr.io/a/b:c {host}/height:new")


@pytest.mark.parametrize("cloud", ["aws", "gcp"])
@pytest.mark.parametrize("line", ["copy ghcr.io/a/b:c {}:held", "push image.tar {}:held", "tag {}:free held"])
def test_refuses_to_move_an_immutable_tag(cloud, line):
    with pytest.raises(refusals.Refused, match=r"held.*immutab"):
        write(line.format(NAMES[cloud]))


@pytest.mark.parametrize("name", [NAMES["azure"], f"{HOSTS['aws']}/loose"])
def test_moves_a_tag_where_tags_are_mutable(name):
    assert write(f"copy ghcr.io/a/b:c {name}:held") == [name]


def test_takes_the_same_digest_again():
    assert write(f"copy ghcr.io/a/b:c {NAMES['aws']}:held", digest=OTHER) == [NAMES["aws"]]


def test_refuses_to_move_a_tag_to_what_cannot_be_known_beforehand():
    with pytest.raises(refusals.Refused, match="immutable"):
        write(f"mutate ghcr.io/a/b:c -t {NAMES['aws']}:held", digest=None)


def test_other_hosts_are_read_freely_and_written_with_a_login():
    refusals.check_read(hosts.parse("ghcr.io/a/b:c"), lambda _host: False)
    with pytest.raises(refusals.Refused, match=r"crane auth login ghcr.io"):
        write("push image.tar ghcr.io/a/b:c", login=False)
    write("push image.tar ghcr.io/a/b:c")


@pytest.mark.parametrize("line", ["catalog acme.azurecr.io", "auth token ghcr.io"])
def test_refuses_commands_that_would_leave_for_the_real_host(line):
    with pytest.raises(refusals.Refused, match="not simulated"):
        refusals.check_command(Words.of(line.split()))
