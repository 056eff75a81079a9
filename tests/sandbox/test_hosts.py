"""References of the clouds and the local registries that play them."""

import pytest

from sandbox import hosts

ADDRESSES = {"aws": "127.0.0.1:1", "azure": "127.0.0.1:2", "gcp": "127.0.0.1:3", "source": "127.0.0.1:4"}
ECR = "111111111111.dkr.ecr.eu-central-1.amazonaws.com"
DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("reference", "local"),
    [
        (f"{ECR}/registry-height-1a2b:digest-x", f"127.0.0.1:1/{ECR}/registry-height-1a2b:digest-x"),
        (f"acme.azurecr.io/height@{DIGEST}", f"127.0.0.1:2/acme.azurecr.io/height@{DIGEST}"),
        (
            "europe-west1-docker.pkg.dev/p/r/height:v1",
            "127.0.0.1:3/europe-west1-docker.pkg.dev/p/r/height:v1",
        ),
        (f"ghcr.io/example/height:v1@{DIGEST}", f"127.0.0.1:4/ghcr.io/example/height:v1@{DIGEST}"),
        ("registry.example.com:5000/a/b:c", "127.0.0.1:4/registry.example.com-5000/a/b:c"),
        ("alpine:3", "127.0.0.1:4/index.docker.io/library/alpine:3"),
        ("grafana/grafana", "127.0.0.1:4/index.docker.io/grafana/grafana"),
        ("127.0.0.1:9/a:b", "127.0.0.1:9/a:b"),
    ],
)
def test_maps_a_reference_to_the_registry_that_plays_its_host(reference, local):
    assert hosts.to_local(reference, ADDRESSES) == local


@pytest.mark.parametrize(
    "host",
    [
        "evil.azurecr.io.example.com",
        "1.dkr.ecr.eu-central-1.amazonaws.com",
        "docker.pkg.dev",
        "ghcr.io",
        "azurecr.io",
    ],
)
def test_other_hosts_belong_to_no_cloud(host):
    assert hosts.cloud_of(host) is None


@pytest.mark.parametrize("path", ["./a/b", "../a/b", "/a/b", "image.tar", "linux/amd64", "http:", "a.b/"])
def test_paths_and_platforms_are_no_references(path):
    assert not hosts.looks_like_reference(path)


def test_messages_speak_of_the_clouds_again():
    said = f"GET http://127.0.0.1:1/v2/{ECR}/height/manifests/x: no 127.0.0.1:1/{ECR}/height:x"
    assert hosts.to_cloud(said, ADDRESSES) == f"GET https://{ECR}/v2/height/manifests/x: no {ECR}/height:x"


def test_tells_account_and_place_from_a_host():
    assert hosts.account_of(ECR) == "111111111111"
    assert hosts.place_of(ECR) == "eu-central-1"
    assert hosts.place_of("europe-west1-docker.pkg.dev") == "europe-west1"
    assert hosts.place_of("acme.azurecr.io") is None
