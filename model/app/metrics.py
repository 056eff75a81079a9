"""Numbers for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server


class Metrics:
    """What is counted; alike on every cloud."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "modelport_requests", "Answers by path and status.", ["path", "status"], registry=self.registry
        )
        self.rows = Counter("modelport_rows", "Rows predicted.", registry=self.registry)
        self.seconds = Histogram(
            "modelport_request_seconds",
            "Time from the first byte of a prediction's request to its answer.",
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
            registry=self.registry,
        )
        self.at_once = Gauge("modelport_requests_at_once", "Requests at work.", registry=self.registry)

    def serve(self, port: int) -> None:
        """Answer on a port of its own, which no ingress leads to; 0: nowhere."""
        if port:
            start_http_server(port, registry=self.registry)
