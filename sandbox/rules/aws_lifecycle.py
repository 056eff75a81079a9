"""AWS: lifecycle policies of ECR repositories.

Source: docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.needs import Situation, rule
from sandbox.values import nearest

TYPE = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
_RULE = {"rulePriority", "description", "selection", "action"}
_SELECTION = {
    "tagStatus",
    "tagPatternList",
    "tagPrefixList",
    "storageClass",
    "countType",
    "countUnit",
    "countNumber",
}
_STATUSES = ("tagged", "untagged", "any")
_AGES = ("sinceImagePushed", "sinceImagePulled", "sinceImageTransitioned")
_COUNTS = ("imageCountMoreThan", *_AGES)
_WILDCARDS = 4

Found = Iterator[tuple[str, str]]
Rules = list[Mapping[str, Any]]


def _rules(situation: Situation) -> Rules:
    """Rules of the policy; none when it is not known yet or is refused by `ecr-lifecycle-json`."""
    try:
        document = json.loads(situation.get("policy", "{}"))
        rules = document["rules"]
    except (ValueError, TypeError, KeyError):
        return []
    return [each for each in rules if isinstance(each, dict)] if isinstance(rules, list) else []


@rule("ecr-lifecycle-json", TYPE)
def _json(situation: Situation) -> Found:
    text = situation.get("policy")
    if text is None:
        return
    try:
        document = json.loads(text)
    except ValueError as error:
        yield "policy", f"is no JSON: {error}"
        return
    rules = document.get("rules") if isinstance(document, dict) else None
    if not isinstance(rules, list) or not rules or not all(isinstance(each, dict) for each in rules):
        yield "policy", 'must be {"rules": [{…}, …]} with at least one rule'
        return
    for name in sorted(set(document) - {"rules"}):
        yield f"policy.{name}", "is no element of a lifecycle policy; allowed: rules"
    for index, each in enumerate(rules):
        for name in sorted(set(each) - _RULE):
            yield f"policy.rules[{index}].{name}", f"is no element of a rule{nearest(name, _RULE)}"


@rule("ecr-lifecycle-priority", TYPE)
def _priority(situation: Situation) -> Found:
    seen: set[int] = set()
    for index, each in enumerate(_rules(situation)):
        priority, path = each.get("rulePriority"), f"policy.rules[{index}].rulePriority"
        if not isinstance(priority, int) or not _whole(priority, 1):
            yield path, f"must be a whole number of at least 1, came {priority!r}"
        elif priority in seen:
            yield path, f"{priority} is used twice; every rule needs its own"
        else:
            seen.add(priority)


@rule("ecr-lifecycle-any-last", TYPE)
def _any_last(situation: Situation) -> Found:
    rules = [each for each in _rules(situation) if _whole(each.get("rulePriority"), 1)]
    last = max((each["rulePriority"] for each in rules), default=0)
    for index, each in enumerate(_rules(situation)):
        if _selection(each).get("tagStatus") == "any" and each.get("rulePriority") != last:
            yield (
                f"policy.rules[{index}].rulePriority",
                f"a rule for any image must come last, after priority {last}",
            )


@rule("ecr-lifecycle-action", TYPE)
def _action(situation: Situation) -> Found:
    for index, each in enumerate(_rules(situation)):
        action, path = each.get("action"), f"policy.rules[{index}].action"
        if not isinstance(action, dict) or action.get("type") not in ("expire", "transition"):
            yield path, f'must be {{"type": "expire"}} or of type transition, came {action!r}'
        elif action["type"] == "transition" and action.get("targetStorageClass") != "archive":
            yield path, 'a transition needs "targetStorageClass": "archive"'


@rule("ecr-lifecycle-selection", TYPE)
def _selections(situation: Situation) -> Found:
    for index, each in enumerate(_rules(situation)):
        for name, text in (*_tags(_selection(each)), *_count(_selection(each))):
            yield f"policy.rules[{index}].selection.{name}".rstrip("."), text


def _selection(each: Mapping[str, Any]) -> Mapping[str, Any]:
    selection = each.get("selection")
    return selection if isinstance(selection, dict) else {}


def _tags(selection: Mapping[str, Any]) -> Found:
    status = selection.get("tagStatus")
    for name in sorted(set(selection) - _SELECTION):
        yield name, f"is no element of a selection{nearest(name, _SELECTION)}"
    if status not in _STATUSES:
        yield "tagStatus", f"{status!r} is not allowed; allowed: {', '.join(_STATUSES)}"
    lists = [name for name in ("tagPatternList", "tagPrefixList") if selection.get(name)]
    if status == "tagged" and len(lists) != 1:
        yield "tagStatus", "tagged needs either tagPatternList or tagPrefixList"
    if status != "tagged" and lists:
        yield lists[0], f"is for tagged images only, tagStatus is {status}"
    for pattern in selection.get("tagPatternList") or []:
        if str(pattern).count("*") > _WILDCARDS:
            yield "tagPatternList", f"{pattern!r} has more than {_WILDCARDS} wildcards"


def _count(selection: Mapping[str, Any]) -> Found:
    kind = selection.get("countType")
    if kind not in _COUNTS:
        yield (
            "countType",
            f"{kind!r} is not allowed; allowed: {', '.join(_COUNTS)}{nearest(str(kind), _COUNTS)}",
        )
    if kind in _AGES and selection.get("countUnit") != "days":
        yield "countUnit", f"must be days with {kind}, came {selection.get('countUnit')!r}"
    if kind == "imageCountMoreThan" and "countUnit" in selection:
        yield "countUnit", "is for ages only, countType is imageCountMoreThan"
    if not _whole(selection.get("countNumber"), 1):
        yield "countNumber", f"must be a whole number of at least 1, came {selection.get('countNumber')!r}"


def _whole(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least
