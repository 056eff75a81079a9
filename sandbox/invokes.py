"""Functions of the providers (`get…`) that the program may call."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.needs import Refused

Answer = Callable[[Mapping[str, str], Mapping[str, Any]], dict[str, Any]]


def _caller(identity: Mapping[str, str], _: Mapping[str, Any]) -> dict[str, Any]:
    """docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"""
    account = identity["account"]
    return {
        "accountId": account,
        "arn": f"arn:aws:iam::{account}:user/deployer",
        "userId": "AIDASANDBOX",
        "id": account,
    }


ANSWERS: Mapping[str, Answer] = {"aws:index/getCallerIdentity:getCallerIdentity": _caller}


def answer(token: str, identity: Mapping[str, str], args: Mapping[str, Any]) -> dict[str, Any]:
    """What a function returns; raises `Refused` for one that has no facts."""
    if token not in ANSWERS:
        text = f"no facts for the function {token}: the sandbox does not answer it"
        raise Refused(text, code="UNIMPLEMENTED")
    return ANSWERS[token](identity, args)
