"""What the environment tells the application; every mistake in it at once."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from app.errors import StartRefused

INSIDE = "/model/model.onnx"
"""The model that the image brings."""

_FOLDER = r"^((/|s3://|gs://|https://)[^\x00-\x20]*/)?$"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Variables of the environment, in small letters."""

    model: str = "model"
    """What it is called in logs."""

    model_uri: Annotated[str, Meta(pattern=r"^(/|s3://|gs://|https://)[^\x00-\x20]+$")] = INSIDE
    """Where it is: a path, `s3://bucket/key`, `gs://bucket/object`, `https://…` (so are Azure's)."""

    model_sha256: Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?$")] = ""
    """What it must be; required unless it comes with the image, which has a digest of its own."""

    model_version: Annotated[str, Meta(max_length=128)] = "image"
    """Told in `/` and in logs."""

    port: Annotated[int, Meta(ge=1, le=65535)] = 8080
    """Where predictions are asked for."""

    address: Literal["0.0.0.0", "127.0.0.1"] = "0.0.0.0"
    """From where: clouds come from outside of the container; `127.0.0.1` is for this machine alone."""

    metrics_port: Annotated[int, Meta(ge=0, le=65535)] = 9090
    """Where numbers are read, which no cloud's ingress leads to; 0: nowhere."""

    concurrency: Annotated[int, Meta(ge=1, le=1000)] = 40
    """How many requests at once; more are told to come again."""

    timeout_seconds: Annotated[float, Meta(gt=0, le=900)] = 30
    """How long a request may take, body and all."""

    max_body_bytes: Annotated[int, Meta(ge=1, le=32 * 2**20)] = 2**20
    """The longest body; AWS lets 6 MB through, the others more."""

    max_rows: Annotated[int, Meta(ge=1, le=1_000_000)] = 10_000
    """The most rows of one request."""

    events_uri: Annotated[str, Meta(pattern=r"^((s3://|gs://|https://)[^\x00-\x20]+/)?$")] = ""
    """Where objects with rows appear, up to the last `/`; without it, events are refused."""

    results_uri: Annotated[str, Meta(pattern=r"^((s3://|gs://|https://)[^\x00-\x20]+/)?$")] = ""
    """Where predictions for them go, outside of EVENTS_URI."""

    events_caller: str = ""
    """E-mail address of the identity that pushes events on Cloud Run."""

    events_audience: str = ""
    """Whom its tokens must be meant for."""

    batch_uri: Annotated[str, Meta(pattern=_FOLDER)] = ""
    """Where `python -m app.batch` finds `manifest.json` and its shards, up to the last `/`; may be a path."""

    batch_results_uri: Annotated[str, Meta(pattern=_FOLDER)] = ""
    """Where predictions for them go, and the leases of the tasks."""

    lease_seconds: Annotated[float, Meta(ge=1, le=86400)] = 900
    """How long a task may take for one shard; after that another one does it, too."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """`debug` logs every request, `info` those that were refused or failed, and what the container does."""


def read(environment: Mapping[str, str]) -> Settings:
    """Settings of an environment; raises `StartRefused` with every mistake in it."""
    told = {
        field.name: environment[field.name.upper()]
        for field in _fields()
        if environment.get(field.name.upper())
    }
    problems = list(_problems(told))
    if told.get("model_uri", INSIDE) != INSIDE and not told.get("model_sha256"):
        problems.append("MODEL_SHA256: is missing, and MODEL_URI names a file that the image does not bring")
    problems += _events(told)
    if bool(told.get("batch_uri")) != bool(told.get("batch_results_uri")):
        problems.append("BATCH_URI, BATCH_RESULTS_URI: one of them is missing")
    if problems:
        raise StartRefused(*problems)
    return msgspec.convert(told, Settings, strict=False)


def _events(told: Mapping[str, str]) -> Iterator[str]:
    """Results that were events again would never end."""
    source, target = (told.get(name, "") for name in ("events_uri", "results_uri"))
    if bool(source) != bool(target):
        yield "EVENTS_URI, RESULTS_URI: one of them is missing"
    elif source and target.startswith(source):
        yield f"RESULTS_URI: {target} is within EVENTS_URI, so that results would be events"
    if bool(told.get("events_caller")) != bool(told.get("events_audience")):
        yield "EVENTS_CALLER, EVENTS_AUDIENCE: one of them is missing"


def _fields() -> tuple[Any, ...]:
    return msgspec.structs.fields(Settings)


def _problems(told: Mapping[str, str]) -> Iterator[str]:
    for field in _fields():
        if field.name in told:
            try:
                msgspec.convert(told[field.name], field.type, strict=False)
            except msgspec.ValidationError as error:
                yield f"{field.name.upper()}: {error}; came {told[field.name]!r}"
