"""Google Cloud: doors that stand wider open than a careful company would want; Google takes all of them.

Sources: cloud.google.com/storage/docs/public-access-prevention, …/uniform-bucket-level-access;
cloud.google.com/run/docs/reference/iam/roles; cloud.google.com/iam/docs/principal-identifiers
"""

from collections.abc import Iterator

from sandbox import facts as knowledge
from sandbox.needs import Situation, rule
from sandbox.rules.gcp_types import BUCKET, INVOKER, MEMBERS

_INVOKE = "roles/run.invoker"
_MANY = {
    "domain:": "everybody of a domain",
    "principalSet:": "everybody of a pool or a group",
    "projectOwner:": "every owner of a project",
    "projectEditor:": "every editor of a project",
    "projectViewer:": "every viewer of a project",
}

Found = Iterator[tuple[str, str]]


@rule("bucket-open", BUCKET)
def _bucket(situation: Situation) -> Found:
    """Google's own defaults are open: what the organisation says, and access lists on single objects."""
    name = "publicAccessPrevention"
    if not situation.given(name) or situation.get(name) == "inherited":
        yield name, "objects could be opened to everybody; set it to enforced"
    if situation.knows("uniformBucketLevelAccess") and not situation.get("uniformBucketLevelAccess"):
        yield "uniformBucketLevelAccess", "access lists of single objects would count, too; set it to true"


@rule("run-role", INVOKER)
def _role(situation: Situation) -> Found:
    """A caller calls; what is no role at all is left to `iam-role-known`."""
    role = str(situation.get("role", _INVOKE))
    own = not role.startswith("roles/")
    if role != _INVOKE and (own or role in knowledge.clouds()["gcp_roles"]):
        yield "role", f"{role} gives callers more than to call; give {_INVOKE}"


@rule("member-many", *MEMBERS)
def _member(situation: Situation) -> Found:
    member = str(situation.get("member", ""))
    for start, who in _MANY.items():
        if member.startswith(start):
            yield "member", f"{member} is {who}, now and later: name one identity, or a kept group"
