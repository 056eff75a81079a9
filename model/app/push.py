"""Who may tell of events over HTTP: the cloud itself, and nobody from outside."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import jwt

from app.errors import Refusal
from app.settings import Settings

ISSUERS = ("https://accounts.google.com", "accounts.google.com")
_KEYS = "https://www.googleapis.com/oauth2/v3/certs"
_CONTEXT = "x-amzn-request-context"
"""The adapter writes it over whatever a caller sent: `null` for an event, an object for a request."""


class Doorkeeper:
    """Lets in what Lambda passes through, and what Pub/Sub pushes with a token of the caller that was named.

    github.com/awslabs/aws-lambda-web-adapter, cloud.google.com/pubsub/docs/authenticate-push-subscriptions
    """

    def __init__(self, settings: Settings, environment: Mapping[str, str]) -> None:
        self._on_lambda = "AWS_LAMBDA_RUNTIME_API" in environment
        self._caller, self._audience = settings.events_caller, settings.events_audience
        self._keys = jwt.PyJWKClient(_KEYS, lifespan=3600, timeout=5)

    def check(self, headers: Any) -> None:
        """Raises `Refusal`: 404 where nobody may, 401 without a token, 403 with another; may fetch keys."""
        if self._on_lambda:
            if headers.get(_CONTEXT) != "null":
                raise Refusal(HTTPStatus.NOT_FOUND, "events come from Lambda itself")
        elif self._caller:
            self._pushed(headers.get("authorization", ""))
        else:
            raise Refusal(HTTPStatus.NOT_FOUND, "events do not come over HTTP here")

    def _pushed(self, authorization: str) -> None:
        kind, _, token = authorization.partition(" ")
        if kind.lower() != "bearer" or not token:
            raise Refusal(HTTPStatus.UNAUTHORIZED, "a token is needed", www_authenticate="Bearer")
        try:
            key = self._keys.get_signing_key_from_jwt(token)
            claims = jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                audience=self._audience,
                options={"require": ["exp", "iat", "iss", "aud", "email"]},
            )
        except jwt.PyJWKClientConnectionError as error:
            raise Refusal(
                HTTPStatus.SERVICE_UNAVAILABLE, "keys cannot be fetched", retry_after="5"
            ) from error
        except jwt.PyJWTError as error:
            raise Refusal(HTTPStatus.FORBIDDEN, "the token is not good") from error
        if (
            claims["iss"] not in ISSUERS
            or claims["email"] != self._caller
            or not claims.get("email_verified")
        ):
            raise Refusal(HTTPStatus.FORBIDDEN, "the token is somebody else's")
