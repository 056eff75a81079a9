"""Who may tell of events: forged calls are refused on every cloud."""

import json
import time
from typing import Any

import jwt
import pytest
from app.errors import Refusal
from app.push import Doorkeeper
from app.settings import Settings
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CALLER, AUDIENCE = "push@models.iam.gserviceaccount.com", "https://height.run.app/events"
KEY, OTHER = (rsa.generate_private_key(65537, 2048) for _ in range(2))
PUSHED = Settings(events_caller=CALLER, events_audience=AUDIENCE)
LAMBDA = {"AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001"}


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Google's keys are these."""
    public = {**json.loads(RSAAlgorithm.to_jwk(KEY.public_key())), "kid": "1", "use": "sig", "alg": "RS256"}
    monkeypatch.setattr(jwt.PyJWKClient, "fetch_data", lambda self: {"keys": [public]})


def _token(key: Any = KEY, algorithm: str = "RS256", **claims: Any) -> dict[str, str]:
    now = int(time.time())
    told = {"iss": "https://accounts.google.com", "aud": AUDIENCE, "email": CALLER, "email_verified": True}
    content = {**told, "iat": now, "exp": now + 600, **claims}
    content = {name: value for name, value in content.items() if value is not None}
    return {"authorization": f"Bearer {jwt.encode(content, key, algorithm, headers={'kid': '1'})}"}


def _refused(settings: Settings, environment: dict[str, str], headers: dict[str, str]) -> int:
    with pytest.raises(Refusal) as refused:
        Doorkeeper(settings, environment).check(headers)
    return int(refused.value.status)


def test_lambda_passes_through() -> None:
    Doorkeeper(Settings(), LAMBDA).check({"x-amzn-request-context": "null"})


@pytest.mark.parametrize("context", [None, "", '{"http": {"method": "POST"}}', "Null", " null"])
def test_a_request_to_a_function_url_is_no_event(context: str | None) -> None:
    headers = {} if context is None else {"x-amzn-request-context": context}
    assert _refused(Settings(), LAMBDA, headers) == 404


def test_a_token_counts_for_nothing_on_lambda() -> None:
    assert _refused(PUSHED, LAMBDA, _token()) == 404


def test_pubsub_pushes_with_a_token() -> None:
    Doorkeeper(PUSHED, {}).check(_token())
    Doorkeeper(PUSHED, {}).check(_token(iss="accounts.google.com"))


@pytest.mark.parametrize(
    "headers",
    [
        _token(aud="https://elsewhere"),
        _token(email="somebody@models.iam.gserviceaccount.com"),
        _token(email_verified=False),
        _token(email_verified=None),
        _token(email=None),
        _token(iss="https://evil.example"),
        _token(exp=1),
        _token(exp=None),
        _token(key=OTHER),
        _token(key="0" * 64, algorithm="HS256"),
        {"authorization": "Bearer " + jwt.encode({"aud": AUDIENCE, "email": CALLER}, "", "none")},
        {"authorization": "Bearer nonsense"},
    ],
)
def test_another_token_is_refused(headers: dict[str, str]) -> None:
    assert _refused(PUSHED, {}, headers) == 403


@pytest.mark.parametrize("headers", [{}, {"authorization": ""}, {"authorization": "Basic eDp5"}])
def test_without_a_token_nobody_is_let_in(headers: dict[str, str]) -> None:
    assert _refused(PUSHED, {}, headers) == 401


def test_the_adapters_word_counts_only_on_lambda() -> None:
    assert _refused(PUSHED, {}, {"x-amzn-request-context": "null"}) == 401
    assert _refused(Settings(), {}, {"x-amzn-request-context": "null"}) == 404


def test_where_nobody_pushes_a_good_token_is_refused_too() -> None:
    assert _refused(Settings(), {}, _token()) == 404


def test_keys_that_cannot_be_fetched_are_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: jwt.PyJWKClient) -> Any:
        raise jwt.PyJWKClientConnectionError("no route")

    monkeypatch.setattr(jwt.PyJWKClient, "fetch_data", fail)
    assert _refused(PUSHED, {}, _token()) == 503
