"""Command lines of crane taken apart."""

import pytest

from sandbox.shims.words import Words

ADDRESSES = {"aws": "L1", "azure": "L2", "gcp": "L3", "source": "L4"}
ACR, GHCR = "acme.azurecr.io/height", "ghcr.io/example/height"


def names(references):
    return [f"{each.name}:{each.selector}" for each in references]


@pytest.mark.parametrize(
    ("line", "read", "written"),
    [
        (f"copy {GHCR}:a {ACR}:b", [f"{GHCR}:a"], [f"{ACR}:b"]),
        (f"--platform linux/amd64 cp {GHCR} {ACR}:b", [f"{GHCR}:latest"], [f"{ACR}:b"]),
        (f"copy -a {GHCR} {ACR}", [f"{GHCR}:latest"], [f"{ACR}:latest"]),
        (f"digest --full-ref {ACR}:a", [f"{ACR}:a"], []),
        (f"pull {ACR}:a --format oci out.d/image", [f"{ACR}:a"], []),
        (f"push out.d/image.tar {ACR}:a", [], [f"{ACR}:a"]),
        (f"append -b {GHCR}:a -f layer.tar --new_tag={ACR}:b", [f"{GHCR}:a"], [f"{ACR}:b"]),
        (f"mutate {GHCR}:a --set-platform linux/amd64 -t {ACR}:b", [f"{GHCR}:a"], [f"{ACR}:b"]),
        (f"tag {ACR}:a b", [], [f"{ACR}:a"]),
        (f"delete {ACR}:a", [], [f"{ACR}:a"]),
        (f"validate --remote {ACR}:a", [f"{ACR}:a"], []),
        (f"something --flag {ACR}:a", [f"{ACR}:a"], []),
        ("digest 127.0.0.1:5000/a:b", [], []),
    ],
)
def test_finds_what_is_read_and_what_is_written(line, read, written):
    words = Words.of(line.split())
    assert names(words.read) == read
    assert names(words.written) == written


def test_maps_images_and_nothing_else():
    line = f"append --oci-empty-base -f a.d/layer.tar -b {GHCR}:a --new_tag={ACR}:b"
    mapped = Words.of(line.split()).mapped(ADDRESSES)
    assert mapped == [
        *("append", "--oci-empty-base", "-f", "a.d/layer.tar"),
        *("-b", f"L4/{GHCR}:a", f"--new_tag=L2/{ACR}:b"),
    ]


def test_an_unnamed_host_is_docker_hub():
    assert Words.of(["digest", "alpine:3"]).mapped(ADDRESSES) == [
        "digest",
        "L4/index.docker.io/library/alpine:3",
    ]
