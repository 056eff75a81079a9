"""Logging in and out, and the credential helper."""

import io
import json
import os

import pytest

from sandbox import login
from sandbox.layout import Layout
from sandbox.shims import clouds, credential


@pytest.fixture
def paths(tmp_path, monkeypatch):
    monkeypatch.setenv("MODELPORT_SANDBOX", str(tmp_path))
    monkeypatch.setattr(clouds, "registry_of", lambda host: "azure" if host == "acme.azurecr.io" else None)
    return Layout(environment="dev", folder=tmp_path)


def test_nobody_decided_yet(paths):
    assert not login.known(paths)
    assert not login.logged_in(paths)


def test_a_logout_is_a_decision_that_stays(paths):
    login.login(paths)
    assert login.logged_in(paths)
    login.logout(paths)
    assert login.known(paths)
    assert not login.logged_in(paths)


def test_the_shims_are_programs(paths):
    login.install(paths)
    for name in ("crane", "docker-credential-modelport"):
        assert os.access(paths.bin / name, os.X_OK)


def ask(monkeypatch, capsys, word, text):
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    return credential.main([word]), capsys.readouterr().out.strip()


def test_answers_for_a_registry_that_exists(paths, monkeypatch, capsys):
    code, said = ask(monkeypatch, capsys, "get", "https://acme.azurecr.io\n")
    assert code == 0
    assert json.loads(said)["Username"] == "00000000-0000-0000-0000-000000000000"


@pytest.mark.parametrize("host", ["other.azurecr.io", "ghcr.io"])
def test_has_nothing_for_other_hosts(paths, monkeypatch, capsys, host):
    # The exact text is how crane and docker tell "no login" from a broken helper.
    assert ask(monkeypatch, capsys, "get", host) == (1, "credentials not found in native keychain")


def test_keeps_and_forgets_a_login_by_hand(paths, monkeypatch, capsys):
    given = {"ServerURL": "ghcr.io", "Username": "me", "Secret": "x"}
    assert ask(monkeypatch, capsys, "store", json.dumps(given))[0] == 0
    assert json.loads(ask(monkeypatch, capsys, "get", "ghcr.io")[1])["Username"] == "me"
    assert json.loads(ask(monkeypatch, capsys, "list", "")[1]) == {"ghcr.io": "me"}
    ask(monkeypatch, capsys, "erase", "ghcr.io")
    assert ask(monkeypatch, capsys, "get", "ghcr.io")[0] == 1


def test_an_unknown_word_is_refused(capsys):
    assert credential.main(["version"]) == 1
    assert "usage" in capsys.readouterr().err
