"""AWS: policy documents taken apart."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.needs import Situation

REPOSITORY_POLICY = "aws:ecr/repositoryPolicy:RepositoryPolicy"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
KEY = "aws:kms/key:Key"
PROPERTY = {
    REPOSITORY_POLICY: "policy",
    ROLE: "assumeRolePolicy",
    ROLE_POLICY: "policy",
    BUCKET_POLICY: "policy",
    KEY: "policy",
}


@dataclass(frozen=True)
class Statement:
    """One statement, with its path in the inputs."""

    path: str
    content: Mapping[str, Any]

    def words(self, element: str) -> list[str]:
        """Values of `Action`, `Resource` and the like, which may be one or a list."""
        return _listed(self.content.get(element))

    @property
    def principals(self) -> list[tuple[str, str]]:
        """Kind and value of each principal: `("Service", "lambda.amazonaws.com")`."""
        principal = self.content.get("Principal")
        if isinstance(principal, Mapping):
            return [(kind, each) for kind, values in principal.items() for each in _listed(values)]
        return [("", str(principal))] if principal is not None else []

    @property
    def allows(self) -> bool:
        """Tell whether it gives rights rather than takes them."""
        return self.content.get("Effect") == "Allow"

    def conditions(self, key: str) -> Iterator[tuple[str, str]]:
        """Operator and value of every condition on a key; keys are compared without regard to case."""
        for operator, tests in (self.content.get("Condition") or {}).items():
            for name, values in tests.items() if isinstance(tests, Mapping) else ():
                if name.lower() == key.lower():
                    yield from ((operator, each) for each in _listed(values))


def _listed(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def wild(words: str) -> bool:
    """Tell whether there is a wildcard of IAM in it."""
    return "*" in words or "?" in words


def wide(arn: str) -> bool:
    """Tell whether an ARN leaves open whose, where or what; only the end of a name may be left open."""
    *place, thing = arn.split(":", 5)
    first, _, rest = re.sub("[:/]+", "/", thing).partition("/")
    if not rest or place[2:3] in (["s3"], ["execute-api"]):  # The name comes first, and is not left open.
        return wild(":".join([*place, first]))
    return wild(":".join([*place, first])) or wild(rest[0])


def text(situation: Situation) -> str | None:
    """The document's text; None when it is not known yet."""
    found = situation.get(PROPERTY[situation.type])
    return None if found is None else str(found)


def statements(situation: Situation) -> list[Statement]:
    """Statements of the document; none when it is not known yet or is refused by `policy-json`."""
    return parse(text(situation), PROPERTY[situation.type])


def parse(document_text: object, path: str) -> list[Statement]:
    """Statements of a document that stands at a path; none when it is no document."""
    try:
        document = json.loads(str(document_text or "{}"))
    except ValueError:
        return []
    raw = document.get("Statement") if isinstance(document, dict) else None
    listed = raw if isinstance(raw, list) else [raw]
    return [
        Statement(f"{path}.Statement[{at}]", each)
        for at, each in enumerate(listed)
        if isinstance(each, Mapping)
    ]
