"""What refuses to be deleted, and the way down."""

from sandbox import protection

URN = "urn:pulumi:prod::modelport::modelport:aws:{}::{}"
STATE = [
    {"urn": "a", "parent": URN.format("Registry", "registry"), "protect": True},
    {"urn": "b", "parent": URN.format("Storage", "storage"), "protect": True},
    {"urn": "c", "parent": URN.replace("aws", "gcp").format("Storage", "storage"), "protect": True},
    {"urn": "d", "parent": URN.format("Function", "height"), "protect": False},
    {"urn": "e", "parent": URN.format("Identity", "height")},
]


def test_components_with_protected_children_are_named_once() -> None:
    assert protection.components(STATE) == ["registry", "storage"]
    assert protection.components(STATE[3:]) == []


def test_the_refusal_holds_the_commands_and_the_short_way() -> None:
    said = protection.refusal(["registry", "storage"], "prod")
    assert "nothing was touched" in said
    assert (
        "  pulumi config set --path 'modelport:unprotect[1]' storage\n  pulumi up\n  pulumi destroy\n" in said
    )
    assert said.endswith("make down ENV=prod FORCE=1")
