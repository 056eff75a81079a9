"""The least that a container must do to be deployed as a model: the standard library and nothing else."""

import json
import os
import signal
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LONGEST = 2**20
ROOM = threading.BoundedSemaphore(int(os.environ.get("CONCURRENCY", "40")))


class Handler(BaseHTTPRequestHandler):
    """Answers a request, in a thread of its own."""

    # Who is silent for longer is left: else it would be waited for at the end.
    timeout = min(5.0, float(os.environ.get("TIMEOUT_SECONDS", "30")))

    def do_GET(self) -> None:
        """The probes: this one is ready once it listens."""
        known = self.path in ("/", "/livez", "/readyz")
        self._answer(HTTPStatus.OK if known else HTTPStatus.NOT_FOUND, {})

    def do_POST(self) -> None:
        """One prediction: twice the number that came."""
        length = int(self.headers.get("content-length") or 0)
        if length > LONGEST:
            self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"detail": f"at most {LONGEST} bytes"})
        elif not ROOM.acquire(blocking=False):
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE, {"detail": "come again"}, {"retry-after": "1"})
        else:
            try:
                self._predict(self.rfile.read(length))
            finally:
                ROOM.release()

    def _predict(self, body: bytes) -> None:
        try:
            number = float(json.loads(body)["x"])
        except (ValueError, KeyError, TypeError) as error:
            self._answer(HTTPStatus.UNPROCESSABLE_ENTITY, {"detail": f'wanted {{"x": 1.5}}: {error}'})
        else:
            self._answer(HTTPStatus.OK, {"y": 2 * number})

    def _answer(self, status: HTTPStatus, content: object, headers: dict[str, str] | None = None) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        told = {"content-type": "application/json", "content-length": str(len(body)), **(headers or {})}
        for name, value in told.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """A line of JSON, which every cloud's logs can search; never what was sent."""
        print(json.dumps({"severity": "INFO", "message": format % args}), flush=True)


class Server(ThreadingHTTPServer):
    """Ends when those are answered who were let in."""

    daemon_threads = False
    request_queue_size = 128


def main() -> None:
    """Serve until SIGTERM."""
    with Server(("0.0.0.0", int(os.environ.get("PORT", "8080"))), Handler) as server:
        # Of another thread: `shutdown` waits for the loop, which this one runs.
        signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
        server.serve_forever(poll_interval=0.1)


if __name__ == "__main__":
    main()
