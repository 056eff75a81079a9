"""Logs as a JSON object per line, which every cloud reads by itself."""

import sys
import time
from collections.abc import Mapping
from typing import Any

import msgspec

from app.errors import StartRefused

_LEVELS = ("debug", "info", "warning", "error")


class Log:
    """Writes what is at least as grave as its level; never a payload."""

    def __init__(self, level: str, **always: str) -> None:
        self._least = _LEVELS.index(level)
        self._always = always

    def shows(self, level: str) -> bool:
        """Tell whether a level is written, before what it says is put together."""
        return _LEVELS.index(level) >= self._least

    def __call__(self, level: str, message: str, **more: Any) -> None:
        """One line: `severity`, `message`, `time` and whatever else is known."""
        if not self.shows(level):
            return
        now = time.time()
        seconds = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))
        line = {
            "severity": level.upper(),
            "message": message,
            "time": f"{seconds}.{int(now % 1 * 1e6):06d}Z",
            **self._always,
            **more,
        }
        # One write per line: several processes may share the stream.
        sys.stdout.buffer.write(msgspec.json.encode(line) + b"\n")
        sys.stdout.buffer.flush()

    def refused(self, start: StartRefused) -> None:
        """Every reason, a line each."""
        for reason in str(start).splitlines():
            self("error", reason)


def trace(headers: Any, environment: Mapping[str, str]) -> dict[str, str]:
    """Where a cloud's tracing goes on, in the words of that cloud.

    docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html, w3.org/TR/trace-context,
    cloud.google.com/run/docs/trace
    """
    if root := headers.get("x-amzn-trace-id"):
        return {"xray_trace_id": root}
    if google := headers.get("x-cloud-trace-context"):
        project = environment.get("GOOGLE_CLOUD_PROJECT", "-")
        return {"logging.googleapis.com/trace": f"projects/{project}/traces/{google.partition('/')[0]}"}
    if parent := headers.get("traceparent"):
        return {"traceparent": parent}
    return {}
