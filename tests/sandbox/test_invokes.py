"""Functions of the providers that the program may call."""

from collections.abc import Callable

import pytest

from sandbox.needs import Refused
from tests.sandbox.playing import Stage

CALLER = "aws:index/getCallerIdentity:getCallerIdentity"


def test_the_caller_is_the_account_of_the_provider(stage: Callable[..., Stage]) -> None:
    answer = stage("aws").provider.invoke(CALLER, {})
    assert (answer["accountId"], answer["id"]) == ("111111111111", "111111111111")


def test_other_functions_are_refused_by_name(stage: Callable[..., Stage]) -> None:
    with pytest.raises(Refused, match="no facts for the function aws:s3/getBucket:getBucket"):
        stage("aws").provider.invoke("aws:s3/getBucket:getBucket", {})
