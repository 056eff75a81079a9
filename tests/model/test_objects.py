"""What the clouds tell of objects, in the shapes in which they do."""

import json
from typing import Any

import pytest
from app.errors import NotUnderstood
from app.objects import Object, read

S3 = {
    "eventVersion": "2.1",
    "eventSource": "aws:s3",
    "eventName": "ObjectCreated:Put",
    "s3": {
        "bucket": {"name": "rows"},
        "object": {"key": "in/a+b%2Bc%C3%A4.json", "eTag": "d41d8", "size": 15},
    },
}
GRID = {
    "topic": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/rows",
    "eventType": "Microsoft.Storage.BlobCreated",
    "data": {"url": "https://rows.blob.core.windows.net/in/a%20b.json", "eTag": "0x8D4BCC2E4835CD0"},
}
CLOUD_EVENT = {"specversion": "1.0", "type": "Microsoft.Storage.BlobCreated", "data": GRID["data"]}
PUSH = {
    "message": {
        "attributes": {
            "eventType": "OBJECT_FINALIZE",
            "bucketId": "rows",
            "objectId": "in/a b.json",
            "objectGeneration": "1556",
        },
        "data": "e30=",
        "messageId": "1",
    },
    "subscription": "projects/p/subscriptions/s",
}
BLOB = Object("https://rows.blob.core.windows.net/in/a b.json", "0x8D4BCC2E4835CD0")


@pytest.mark.parametrize(
    ("told", "objects"),
    [
        ({"Records": [S3, S3]}, [Object("s3://rows/in/a b+cä.json", "d41d8")] * 2),
        ([GRID], [BLOB]),
        (CLOUD_EVENT, [BLOB]),
        (PUSH, [Object("gs://rows/in/a b.json", "1556")]),
        ({"Records": [{**S3, "eventName": "ObjectRemoved:Delete"}]}, []),
        ([{**GRID, "eventType": "Microsoft.Storage.BlobDeleted"}], []),
        ({"message": {"attributes": {"eventType": "OBJECT_DELETE"}}}, []),
        ({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "rows"}, []),
    ],
    ids=[
        "S3",
        "Event Grid",
        "CloudEvents",
        "Pub/Sub",
        "removed",
        "blob deleted",
        "object deleted",
        "S3's test",
    ],
)
def test_objects_that_appeared_are_read(told: Any, objects: list[Object]) -> None:
    assert read(json.dumps(told).encode()) == objects


@pytest.mark.parametrize(
    "body",
    [
        *(
            b"",
            b"{",
            b"1",
            b"null",
            b'"text"',
            b"[1]",
            b'{"Records": 1}',
            b'{"Records": [{}]}',
            b'{"message": {}}',
            b'{"a": 1}',
        ),
        *(b'{"message": {"attributes": {"eventType": "OBJECT_FINALIZE"}}}', b"\xff"),
        json.dumps([{**GRID, "data": {}}]).encode(),
        json.dumps([{**GRID, "data": {"url": "https://[", "eTag": "1"}}]).encode(),
    ],
)
def test_what_is_no_event_is_told_apart(body: bytes) -> None:
    with pytest.raises(NotUnderstood, match="no event of a storage"):
        read(body)
