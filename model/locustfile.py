"""Load for a model, with rows of your own: `uvx locust -f model/locustfile.py --host https://…`.

Set AUTHORIZATION where it matters who calls: `Bearer <token>`, or in the sandbox `sandbox <principal>`.
"""

import os
import random

from locust import HttpUser, between, task


class Caller(HttpUser):
    """Asks for one prediction most of the time, and for a hundred now and then."""

    wait_time = between(0.0, 0.1)

    def on_start(self) -> None:
        if proof := os.environ.get("AUTHORIZATION"):
            self.client.headers["authorization"] = proof

    @task(20)
    def one(self) -> None:
        self.client.post("/predict", json=_row(), name="one row")

    @task(1)
    def many(self) -> None:
        self.client.post("/predict", json=[_row() for _ in range(100)], name="100 rows")


def _row() -> dict[str, float]:
    return {"Weight": random.uniform(100, 300)}
