"""Who may call, and how each cloud says no."""

from dataclasses import dataclass, field
from http import HTTPStatus

from sandbox.gateway.endpoints import Endpoint

SCHEME = "sandbox"
"""`authorization: sandbox <principal>`: who calls. Signatures and tokens are not checked here."""


@dataclass(frozen=True)
class Answer:
    """What a cloud answers by itself."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "text/plain"})


def caller(authorization: str) -> str | None:
    """Who calls, as the header says; None for nobody."""
    scheme, _, principal = authorization.partition(" ")
    return (principal.strip() or None) if scheme.lower() == SCHEME else None


def refusal(endpoint: Endpoint, who: str | None) -> Answer | None:
    """What a cloud says to a caller who is not on the list; None to one who is.

    AWS and Google Cloud do not tell who is unknown from who is not allowed:
    docs.aws.amazon.com/lambda/latest/dg/urls-auth.html,
    cloud.google.com/run/docs/troubleshooting#unauthorized-client,
    learn.microsoft.com/azure/container-apps/authentication
    """
    if endpoint.is_public or (who is not None and who in endpoint.callers):
        return None
    if endpoint.cloud == "aws":
        return Answer(
            HTTPStatus.FORBIDDEN,
            b'{"Message":"Forbidden"}',
            {"content-type": "application/json", "x-amzn-errortype": "AccessDeniedException"},
        )
    if endpoint.cloud == "azure" and who is None:
        return Answer(HTTPStatus.UNAUTHORIZED, b"", {"www-authenticate": "Bearer"})
    return Answer(HTTPStatus.FORBIDDEN, b"" if endpoint.cloud == "azure" else b"Forbidden")


def too_long(endpoint: Endpoint, length: int) -> Answer | None:
    """What a cloud says to a body above its limit; Container Apps has none.

    docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, cloud.google.com/run/quotas
    """
    most = {"aws": 6 * 2**20, "gcp": 32 * 2**20}.get(endpoint.cloud)
    if most is None or length <= most:
        return None
    return Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b"Request Entity Too Large")


def too_many(endpoint: Endpoint, inside: int) -> Answer | None:
    """What a cloud says when as many are at work as may be.

    Container Apps hands on whatever comes, and the application refuses: a rule of scale starts replicas and
    stops nobody. docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-throttling,
    cloud.google.com/run/docs/troubleshooting#abort-request,
    learn.microsoft.com/azure/container-apps/scale-app#http
    """
    if endpoint.cloud == "azure" or inside < endpoint.instances * endpoint.each:
        return None
    if endpoint.cloud == "aws":
        return Answer(
            HTTPStatus.TOO_MANY_REQUESTS,
            b'{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User",'
            b'"message":"Rate Exceeded."}',
            {"content-type": "application/json"},
        )
    return Answer(HTTPStatus.TOO_MANY_REQUESTS, b"Rate exceeded.")


def too_late(endpoint: Endpoint) -> Answer:
    """What a cloud says when an answer takes too long; of Lambda, as for every failed call.

    docs.aws.amazon.com/lambda/latest/dg/urls-monitoring.html,
    cloud.google.com/run/docs/configuring/request-timeout
    """
    if endpoint.cloud == "aws":
        return Answer(HTTPStatus.BAD_GATEWAY, b"Internal Server Error")
    return Answer(HTTPStatus.GATEWAY_TIMEOUT, b"upstream request timeout")


def broken(endpoint: Endpoint) -> Answer:
    """What a cloud says when the container does not start, or ends."""
    status = HTTPStatus.BAD_GATEWAY if endpoint.cloud == "aws" else HTTPStatus.SERVICE_UNAVAILABLE
    return Answer(status, b"Internal Server Error" if endpoint.cloud == "aws" else b"Service Unavailable")
