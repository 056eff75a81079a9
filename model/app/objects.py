"""Objects that appeared in a storage, as the clouds tell of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, unquote_plus, urlsplit

import msgspec

from app.errors import NotUnderstood


@dataclass(frozen=True)
class Object:
    """One version of one object."""

    uri: str
    """`s3://…`, `gs://…`, or `https://…` of a blob."""
    version: str
    """Differs where the content does: for logs."""


def read(body: bytes) -> list[Object]:
    """Objects that an event is about, none for what is no creation; raises `NotUnderstood`.

    Records of S3, events of Event Grid and messages of Pub/Sub:
    docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html,
    learn.microsoft.com/azure/event-grid/event-schema-blob-storage,
    cloud.google.com/storage/docs/pubsub-notifications
    """
    try:
        told = msgspec.json.decode(body)
        return [*_objects(told)]
    except (msgspec.DecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotUnderstood(f"no event of a storage: {error!r}") from error


def _objects(told: Any) -> Iterator[Object]:
    if isinstance(told, list):
        for each in told:
            yield from _event_grid(each)
    elif "Records" in told:
        for record in told["Records"]:
            yield from _s3(record)
    elif "message" in told:
        yield from _pubsub(told["message"])
    elif told.get("Event") != "s3:TestEvent":  # What S3 sends once when notifications are switched on.
        yield from _event_grid(told)


def _s3(record: Any) -> Iterator[Object]:
    if record["eventName"].startswith("ObjectCreated:"):
        s3 = record["s3"]
        # Keys come as in a form: docs.aws.amazon.com/lambda/latest/dg/with-s3-tutorial.html
        key = unquote_plus(s3["object"]["key"])
        yield Object(f"s3://{s3['bucket']['name']}/{key}", s3["object"]["eTag"])


def _event_grid(event: Any) -> Iterator[Object]:
    """In the schema of Event Grid, or that of CloudEvents."""
    kind = event["eventType"] if "eventType" in event else event["type"]
    if kind == "Microsoft.Storage.BlobCreated":
        url = urlsplit(event["data"]["url"])
        yield Object(f"https://{url.netloc}{unquote(url.path)}", event["data"]["eTag"].strip('"'))


def _pubsub(message: Any) -> Iterator[Object]:
    told = message["attributes"]
    if told["eventType"] == "OBJECT_FINALIZE":
        yield Object(f"gs://{told['bucketId']}/{told['objectId']}", told["objectGeneration"])
