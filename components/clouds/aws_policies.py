"""Policies on AWS, as text."""

from collections.abc import Mapping
from typing import Any

import pulumi


def document(*statements: Mapping[str, Any]) -> pulumi.Output[str]:
    """A policy as text: the SDK's own classes for it refuse a list of actions."""
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": list(statements)})
