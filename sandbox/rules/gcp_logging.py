"""Google Cloud: what only code can say about log buckets, sinks and exclusions."""

import re
from collections.abc import Iterator

from sandbox.needs import Refused, Situation, on_delete, rule
from sandbox.rules.gcp_types import EXCLUSION, LOG_BUCKET, SINK
from sandbox.values import region
from sandbox.world import TOMBSTONE

_BUILT_IN = ("_Default", "_Required")
_DESTINATION = re.compile(r"logging\.googleapis\.com/(projects/([^/]+)/locations/[^/]+/buckets/[^/]+)")
_MOST_EXCLUSIONS = 50

Found = Iterator[tuple[str, str]]


@rule("log-bucket-location", LOG_BUCKET)
def _location(situation: Situation) -> Found:
    location = situation.get("location")
    if location is not None and location != "global" and (text := region("gcp", str(location))):
        yield "location", text


@rule("log-bucket-held", LOG_BUCKET, on="create")
def _held(situation: Situation) -> Found:
    """cloud.google.com/logging/docs/buckets#delete-bucket"""
    path = [str(situation.get(each)) for each in ("project", "location", "bucketId")]
    id_ = "projects/{}/locations/{}/buckets/{}".format(*path)
    if id_ in {each.id for each in situation.world.all(LOG_BUCKET, state=TOMBSTONE)}:
        yield "bucketId", "is being deleted (DELETE_REQUESTED) and holds its name for 7 days"


@rule("log-bucket-locked", LOG_BUCKET, on="update")
def _locked(situation: Situation) -> Found:
    if not situation.old_inputs.get("locked"):
        return
    if not situation.get("locked"):
        yield "locked", "cannot be undone"
    if situation.get("retentionDays", 30) < situation.old_inputs.get("retentionDays", 30):
        yield "retentionDays", "cannot be lowered once locked"


@on_delete("log-bucket-deleted", LOG_BUCKET)
def _deleted(situation: Situation) -> bool:
    """It holds its name for 7 days; the two built-in ones are only forgotten."""
    if situation.inputs.get("bucketId") in _BUILT_IN:
        situation.world.remove(situation.type, situation.id, urn=situation.urn)
    else:
        situation.world.tombstone(situation.type, situation.id, urn=situation.urn)
    return True


@rule("log-filter", SINK, EXCLUSION)
def _filter(situation: Situation) -> Found:
    """cloud.google.com/logging/docs/view/logging-query-language. An empty one matches everything."""
    text = situation.get("filter")
    if text is None:
        if not situation.given("filter"):
            yield "filter", "is left out: it would match all logs of the project"
        return
    bare = re.sub(r'"(\\.|[^"\\])*"', "", str(text))
    if not bare.strip() or '"' in bare or bare.count("(") != bare.count(")"):
        yield "filter", f"Unparseable filter: {text!r}"


@rule("sink-destination", SINK, on="create update")
def _destination(situation: Situation) -> None:
    """A log bucket of the same project needs no grant; others would, and are not simulated."""
    destination = str(situation.get("destination"))
    wanted = _DESTINATION.fullmatch(destination)
    if wanted is None or wanted[2] != situation.identity.get("project"):
        text = f"{destination!r} is no log bucket of the sink's own project; the sandbox knows no other"
        raise Refused(text, property="destination")
    found = situation.world.get(LOG_BUCKET, wanted[1])
    text = f"googleapi: Error 404: Bucket `{wanted[1]}` does not exist, notFound"
    situation.require(found, "destination", text)


@rule("exclusion-loses-logs", EXCLUSION, on="create update")
def _loses_logs(situation: Situation) -> Found:
    """Google takes it: what the sink `_Default` leaves out is gone, unless another sink has it already."""
    text = situation.get("filter")
    for each in situation.world.all(SINK):
        if each.inputs.get("filter") in (None, text) and not each.inputs.get("disabled"):
            situation.need(each)
            return
    yield "filter", f"no sink keeps what is excluded here: logs would be lost ({text!r})"


@rule("exclusion-count", EXCLUSION, on="create")
def _count(situation: Situation) -> Found:
    """cloud.google.com/logging/quotas"""
    prefix = f"projects/{situation.identity.get('project')}/"
    if sum(each.id.startswith(prefix) for each in situation.world.all(EXCLUSION)) >= _MOST_EXCLUSIONS:
        yield "filter", f"the project has {_MOST_EXCLUSIONS} exclusions already"
