"""A small evaluator of AWS policies: whether one refuses a request from outside, whoever sends it.

docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
What it does not know does not protect."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.audit import State, listed
from tests.audit.addresses import OUTSIDE, everybody, holds

Request = Mapping[str, str | None]
"""Key, in lower case, to its value; None for a key that no request from outside has."""

Statement = Mapping[str, Any]

_ACCOUNT = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]*:[a-z0-9-]*:(\d{12}):")
_PERSON = re.compile(r"arn:aws:iam::(\d{12}):((?:role|user)/(?!aws-service-role)[\w+=,.@/-]+)")
_STRANGER = "999999999999"
_EVERYBODY = ("*", {"AWS": "*"}, {"AWS": ["*"]})
# What says of a network that it is inside, or of a service that it asks: a request from outside has none.
_ABSENT = ("aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceip", "aws:sourcearn", "aws:sourceaccount")
_PLAIN: Request = {
    **dict.fromkeys(_ABSENT),
    "aws:principalisawsservice": "false",
    "aws:viaawsservice": "false",
    "aws:securetransport": "true",
    "s3:tlsversion": "1.3",
}


def parsed(policy: Any) -> list[Statement]:
    """The statements of a policy; none when it cannot be read."""
    try:
        whole = json.loads(policy) if isinstance(policy, str) else policy
    except ValueError:
        return []
    found = listed(whole.get("Statement")) if isinstance(whole, Mapping) else []
    return [each for each in found if isinstance(each, Mapping)]


def outside(state: State) -> list[Request]:
    """Requests from everywhere by all whom a state names, others of their accounts, and a stranger."""
    text = json.dumps([each.get("inputs") for each in state], default=str)
    accounts = {_STRANGER, *_ACCOUNT.findall(text)}
    people = {(each, who) for each in accounts for who in ("user/somebody", "role/anything")}
    told = [
        {"aws:principalarn": f"arn:aws:iam::{account}:{who}", "aws:principalaccount": account}
        for account, who in sorted({*people, *_PERSON.findall(text)})
    ]
    return [{**_PLAIN, **each, "aws:sourceip": address} for each in told for address in OUTSIDE]


def lets_everybody(policy: Any) -> Iterator[Statement]:
    """Statements of a policy that allow something to whoever asks."""
    for each in parsed(policy):
        if each.get("Effect") != "Deny" and ("NotPrincipal" in each or _anybody(each.get("Principal"))):
            yield each


def refuses(policy: Any, actions: tuple[str, ...], objects: str | None, requests: list[Request]) -> bool:
    """Whether a policy denies each of these actions on all of these objects to all of these requests.

    `objects` is how their names begin; None where a policy names no resource.
    """
    denials = [each for each in parsed(policy) if _denies(each, objects)]
    sets = {frozenset(i for i, each in enumerate(denials) if _of(each, action)) for action in actions}
    return all(any(_applies(denials[i], request) for i in which) for which in sets for request in requests)


def _anybody(principal: Any) -> bool:
    given = principal.get("AWS") if isinstance(principal, Mapping) else principal
    return any("*" in str(each) for each in listed(given))


def _denies(statement: Statement, objects: str | None) -> bool:
    """A pattern that ends in a star and fits how names begin fits every name."""
    if statement.get("Effect") != "Deny" or statement.get("Principal") not in _EVERYBODY:
        return False
    if objects is None:
        return "Resource" not in statement and "NotResource" not in statement
    patterns = [str(each) for each in listed(statement.get("Resource"))]
    return any(each.endswith("*") and _like(each, objects) for each in patterns)


def _of(statement: Statement, action: str) -> bool:
    return any(_like(str(each).lower(), action.lower()) for each in listed(statement.get("Action")))


def _applies(statement: Statement, request: Request) -> bool:
    """Whether all conditions hold; what is not as it should be does not."""
    try:
        conditions = statement["Condition"].items() if "Condition" in statement else ()
        tests = [(operator, *each) for operator, keys in conditions for each in keys.items()]
        return all(_holds(operator, request, key, listed(values)) for operator, key, values in tests)
    except (AttributeError, TypeError, ValueError):
        return False


def _holds(operator: str, request: Request, key: str, values: list[Any]) -> bool:
    """A key that is not known may be there or not, with any value: a condition on it protects nobody."""
    if key.lower() not in request or not values or any("${" in str(each) for each in values):
        return False
    value, name = request[key.lower()], operator.removesuffix("IfExists")
    if operator == "Null":
        return all(str(each).lower() == str(value is None).lower() for each in values)
    if name not in _OPERATORS:
        return False
    negated, fits = _OPERATORS[name]
    if value is None:
        return negated or operator != name
    return negated != any(fits(str(each), value) for each in values)


def _like(pattern: str, value: str) -> bool:
    parts = (re.escape(each).replace(r"\?", ".") for each in pattern.split("*"))
    return re.fullmatch(".*".join(parts), value, re.DOTALL) is not None


def _arn(pattern: str, value: str) -> bool:
    """Each part by itself."""
    pairs = list(zip(pattern.split(":", 5), value.split(":", 5), strict=True))
    return len(pairs) == 6 and all(_like(*each) for each in pairs)


def _excepted(range_: str, value: str) -> bool:
    """Too wide a range holds whoever the samples do not stand for."""
    return everybody(range_) or holds(range_, value)


# Whether it is a negation, and what it says of one value of the policy and the one of the request.
_OPERATORS: dict[str, tuple[bool, Callable[[str, str], bool]]] = {
    "StringEquals": (False, str.__eq__),
    "StringNotEquals": (True, str.__eq__),
    "StringLike": (False, _like),
    "StringNotLike": (True, _like),
    "ArnLike": (False, _arn),
    "ArnEquals": (False, _arn),
    "ArnNotLike": (True, _like),
    "ArnNotEquals": (True, _like),
    "Bool": (False, lambda given, value: given.lower() == value),
    "IpAddress": (False, holds),
    "NotIpAddress": (True, _excepted),
    "NumericLessThan": (False, lambda given, value: float(value) < float(given)),
}
