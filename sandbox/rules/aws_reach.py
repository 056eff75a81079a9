"""AWS: what policies of buckets and repositories refuse by where a request comes from.

Sources: docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html (a key
that is missing meets a negated operator and …IfExists), …/reference_policies_condition-keys.html,
…/access_policies_data-perimeters.html
"""

import fnmatch
import ipaddress
from collections.abc import Iterable, Iterator, Mapping

from sandbox import hosts
from sandbox.needs import Refused, Situation, rule
from sandbox.rules.aws_storage import BUCKET
from sandbox.rules.aws_types import VPC, foreign
from sandbox.rules.documents import BUCKET_POLICY, REPOSITORY_POLICY, Statement, parse, statements
from sandbox.world import World, stack_of

_PLACES = ("aws:SourceVpc", "aws:SourceVpce", "aws:SourceIp", "aws:VpcSourceIp")
_SERVICES = ("aws:PrincipalIsAWSService", "aws:ViaAWSService")
_NEGATED = ("StringNot", "ArnNot", "NotIp", "NumericNot", "DateNot")
_DATA: Mapping[str, tuple[str, ...]] = {
    BUCKET_POLICY: ("s3:GetObject", "s3:PutObject", "s3:DeleteObject"),
    REPOSITORY_POLICY: ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:PutImage"),
}
# 192.0.2.0/24 is for documentation, as is what deployers are let in from here.
_ELSEWHERE = "192.0.2.1"

Found = Iterator[tuple[str, str]]
Sent = Mapping[str, str]


def request(account: str, **keys: str) -> Sent:
    """What a request of the deployer sends, with what differs from a plain one; keys in lower case."""
    return {
        "aws:principalarn": f"arn:aws:iam::{account}:user/deployer",
        "aws:principalisawsservice": "false",
        "aws:viaawsservice": "false",
        "aws:securetransport": "true",
        "s3:tlsversion": "1.3",
        **{f"aws:{name}": value for name, value in keys.items()},
    }


def denied(document: Iterable[Statement], action: str, resource: str, sent: Sent) -> bool:
    """Tell whether a statement refuses an action on a resource to this request."""
    return any(not each.allows and _meant(each, action, resource) and _met(each, sent) for each in document)


def _meant(each: Statement, action: str, resource: str) -> bool:
    actions = [one.lower() for one in each.words("Action")]
    resources = each.words("Resource") or ["*"]
    return _any(actions, action.lower()) and _any(resources, resource)


def _any(patterns: Iterable[str], value: str) -> bool:
    return any(fnmatch.fnmatchcase(value, each) for each in patterns)


def _met(each: Statement, sent: Sent) -> bool:
    """All conditions at once."""
    conditions = each.content.get("Condition") or {}
    return all(
        _holds(operator, sent.get(key.lower()), values if isinstance(values, list) else [values])
        for operator, tests in conditions.items()
        for key, values in tests.items()
    )


def _holds(operator: str, value: str | None, wanted: list[str]) -> bool:
    plain = operator.removesuffix("IfExists")
    if plain == "Null":
        return (value is None) == (str(wanted[0]).lower() == "true")
    if value is None:
        return operator.endswith("IfExists") or plain.startswith(_NEGATED)
    found = any(_same(plain, value, str(each)) for each in wanted)
    return not found if plain.startswith(_NEGATED) else found


def _same(operator: str, value: str, wanted: str) -> bool:
    if "IpAddress" in operator:
        return ipaddress.ip_address(value) in ipaddress.ip_network(wanted)
    if operator == "NumericLessThan":
        return float(value) < float(wanted)
    if "Like" in operator or operator.startswith("Arn"):
        return fnmatch.fnmatchcase(value, wanted)
    return value == wanted


def _perimeters(situation: Situation) -> Iterator[Statement]:
    """Statements that refuse by place."""
    for each in statements(situation):
        if not each.allows and any(any(each.conditions(key)) for key in _PLACES):
            yield each


@rule("perimeter-services", BUCKET_POLICY, REPOSITORY_POLICY)
def _services(situation: Situation) -> Found:
    """AWS's own services come from no network of ours: Lambda for an image, S3 for its logs."""
    for each in _perimeters(situation):
        for key in _SERVICES:
            if list(each.conditions(key)) != [("BoolIfExists", "false")]:
                yield f"{each.path}.Condition", f"{key} must be false (BoolIfExists): services are locked out"


@rule("perimeter-lockout", BUCKET_POLICY)
def _lockout(situation: Situation) -> Found:
    """Only the root user could mend a bucket that refuses its own settings to the deployer."""
    own = f"arn:aws:s3:::{situation.get('bucket')}"
    for each in _perimeters(situation):
        if own in each.words("Resource"):
            yield f"{each.path}.Resource", f"{own} locks out whoever deploys: refuse objects only, {own}/*"


@rule("perimeter-vpc", BUCKET_POLICY, REPOSITORY_POLICY, on="create update")
def _vpc_exists(situation: Situation) -> None:
    """IAM takes any id."""
    for each in _perimeters(situation):
        for _, vpc in each.conditions("aws:SourceVpc"):
            found = situation.world.get(VPC, vpc)
            if found is None and not foreign(vpc):
                text = f"aws:SourceVpc {vpc!r} does not exist: nobody would ever come from there"
                raise Refused(text, property=f"{each.path}.Condition", code="NOT_FOUND")
            if found:
                situation.need(found)


@rule("perimeter-open", BUCKET_POLICY, REPOSITORY_POLICY, on="create update")
def _open(situation: Situation) -> None:
    """A stack with a network of its own keeps its data there; who is allowed inside is not refused."""
    account = str(situation.identity.get("account"))
    bucket = f"arn:aws:s3:::{situation.get('bucket')}/object"
    document = statements(situation)
    if situation.old_inputs and not any(_perimeters(situation)):
        return  # The network is about to go.
    outside = request(account, sourceip=_ELSEWHERE)
    own = [each for each in situation.world.all(VPC) if each.stack == stack_of(situation.urn)]
    for vpc in own[-1:]:  # While one is made anew, the one of before is still there.
        for action in _DATA[situation.type]:
            if not denied(document, action, bucket, outside):
                text = (
                    f"{action} is open to the internet ({_ELSEWHERE}): refuse what does not come by {vpc.id}"
                )
                raise Refused(text, property="policy", code="PERMISSION_DENIED")
            for sent in (request(account, sourcevpc=vpc.id), request(account, principalisawsservice="true")):
                if denied(document, action, bucket, sent):
                    text = f"{action} is refused to {vpc.id} or to AWS's own services, too"
                    raise Refused(text, property="policy", code="PERMISSION_DENIED")


def registry_denies(world: World, host: str, address: str) -> str | None:
    """ECR's refusal of this address at a registry's host; with `host/repository`, of this repository only."""
    name, _, repository = host.partition("/")
    account = str(hosts.account_of(name))
    for policy in world.all(REPOSITORY_POLICY):
        if repository in ("", policy.id) and policy.outputs.get("registryId") == account:
            arn = f"arn:aws:ecr:{policy.inputs.get('region')}:{account}:repository/{policy.id}"
            if text := _refusal(policy.inputs.get("policy"), REPOSITORY_POLICY, account, arn, address):
                return f"denied: {text}"
    return None


def storage_denies(world: World, place: str, address: str) -> str | None:
    """S3's refusal of this address at a bucket."""
    policy, bucket = world.get(BUCKET_POLICY, place), world.get(BUCKET, place)
    if policy is None or bucket is None:
        return None
    account = world.meta("account")
    text = _refusal(
        policy.inputs.get("policy"), BUCKET_POLICY, account, f"arn:aws:s3:::{place}/object", address
    )
    return f"AccessDenied: {text}" if text else None


def _refusal(policy: object, type_: str, account: str, arn: str, address: str) -> str:
    document, sent = parse(policy, "policy"), request(account, sourceip=address)
    for action in _DATA[type_]:
        if denied(document, action, arn, sent):
            return (
                f"User: {sent['aws:principalarn']} is not authorized to perform: {action} on resource: "
                f"{arn.removesuffix('/object')} with an explicit deny in a resource-based policy"
            )
    return ""
