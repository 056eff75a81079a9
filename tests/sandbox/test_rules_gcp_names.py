"""Names in networks on the simulated Google Cloud: zones and records."""

# ruff: noqa: E501 - a row of a table is one line

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.needs import Refused
from sandbox.rules.gcp_types import RECORD, ZONE
from tests.sandbox.playing import Stage
from tests.sandbox.playing_gcp import GOOD, PROJECT, hold, networked, reaching, refuses

Stages = Callable[..., Stage]
MISTAKES: list[tuple[str, str, dict[str, Any], str]] = [
    ("zone-visible", ZONE, {"privateVisibilityConfig": None}, "no network sees the zone"),
    ("zone-visible", ZONE, {"visibility": "public", "dnsName": "example.com."}, "privateVisibilityConfig: is for private zones"),
    ("zone-reserved", ZONE, {"visibility": None, "privateVisibilityConfig": None}, "dnsName: googleapi: Error 400: googleapis.com. is reserved"),
    ("value", ZONE, {"dnsName": "googleapis.com"}, "dnsName"),
    ("gcp-labels", ZONE, {"labels": {"Owner": "ml"}}, "labels.Owner"),
    ("record-values", RECORD, {"rrdatas": None}, "rrdatas: one of rrdatas, routingPolicy"),
    ("record-values", RECORD, {"rrdatas": ["private"]}, "'private' is no IPv4 address"),
    ("record-values", RECORD, {"type": "CNAME", "rrdatas": ["a."] * 2}, "a CNAME has one value"),
    ("record-values", RECORD, {"type": "CNAME", "rrdatas": ["a"]}, "does not end with a dot"),
    ("value", RECORD, {"name": "private.googleapis.com"}, "name"),
]  # fmt: skip


@pytest.fixture
def cloud(stage: Stages, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A project with a network in which nothing reaches anything."""
    hold(monkeypatch)
    return networked(stage("gcp"))


@pytest.fixture
def ready(cloud: Stage) -> Stage:
    """A network in which functions reach Google's services."""
    return reaching(cloud)


def test_a_zone_is_seen_by_a_network_that_exists(cloud: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = {"networks": [{"networkUrl": f"projects/{PROJECT}/global/networks/other"}]}
    inputs = {**GOOD[ZONE], "privateVisibilityConfig": seen}
    assert (
        refuses(cloud, monkeypatch, "networks/other' does not exist", ZONE, **inputs) == "zone-network-exists"
    )


def test_a_network_sees_one_zone_of_a_name(ready: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = {**GOOD[ZONE], "name": "second"}
    assert refuses(ready, monkeypatch, "of the same name already", ZONE, **inputs) == "zone-twice"


def test_a_zone_goes_after_what_it_holds(ready: Stage) -> None:
    zone = f"projects/{PROJECT}/managedZones/google"
    with pytest.raises(Refused, match="'google' cannot be deleted because it is not empty") as found:
        ready.delete(ZONE, zone, "zone")
    assert found.value.rule == "zone-not-empty"
    ready.delete(RECORD, f"{zone}/rrsets/private.googleapis.com./A", "addresses")
    ready.delete(RECORD, f"{zone}/rrsets/*.googleapis.com./CNAME", "all")
    ready.delete(ZONE, zone, "zone")


@pytest.mark.parametrize(
    ("rule", "changes", "says"),
    [
        ("record-zone-exists", {"managedZone": "other"}, "named 'other' does not exist"),
        ("record-in-zone", {"name": "private.run.app."}, "'private.run.app.' is not in googleapis.com."),
        ("record-alias", {"type": "CNAME", "rrdatas": ["a.example."]}, "A is at private.googleapis.com. already"),
        ("record-alias", {"name": "googleapis.com.", "type": "CNAME", "rrdatas": ["a.example."]}, "not permitted at the zone's own name"),
    ],
)  # fmt: skip
def test_a_record_is_of_its_zone(
    ready: Stage, monkeypatch: pytest.MonkeyPatch, rule: str, changes: dict, says: str
) -> None:
    assert refuses(ready, monkeypatch, says, RECORD, **{**GOOD[RECORD], **changes}) == rule
