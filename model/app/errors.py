"""What a caller, or whoever starts the container, did wrong."""

from http import HTTPStatus


class StartRefused(Exception):
    """The container cannot serve as it was told to: every reason, a line each."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("\n".join(reasons))


class Refusal(Exception):
    """A request is answered with a status of its own, and a sentence for the caller."""

    def __init__(self, status: HTTPStatus, detail: str, **headers: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class NotUnderstood(Exception):
    """What came is no event that the application knows: it will not be understood the next time either."""


class Failed(Exception):
    """An object was not turned into predictions: to be tried again, and kept where that does not help."""
