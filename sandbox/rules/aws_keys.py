"""AWS: keys of KMS, what their policies must say, and what encrypts with them.

Sources: docs.aws.amazon.com/kms/latest/developerguide/key-policies.html, …/conditions-kms.html and
…/deleting-keys.html; for what each service asks of a key, the pages beside it.
"""

import fnmatch
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sandbox.needs import Refused, Situation, on_delete, rule
from sandbox.rules.aws_functions import FUNCTION, LOG_GROUP, REPOSITORY
from sandbox.rules.aws_storage import ENCRYPTION
from sandbox.rules.documents import KEY, ROLE_POLICY, Statement, parse, statements
from sandbox.wire import at, first
from sandbox.world import Resource

ALIAS = "aws:kms/alias:Alias"

PATHS: Mapping[str, str] = {
    REPOSITORY: "encryptionConfigurations.kmsKey",
    ENCRYPTION: "rules.applyServerSideEncryptionByDefault.kmsMasterKeyId",
    LOG_GROUP: "kmsKeyId",
    FUNCTION: "kmsKeyArn",
}
"""Where each type says what it encrypts with."""

_ACTIONS: Mapping[str, tuple[str, ...]] = {
    # docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html
    REPOSITORY: ("kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"),
    # docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
    ENCRYPTION: ("kms:Decrypt", "kms:GenerateDataKey"),
    # docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    LOG_GROUP: ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"),
    # docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
    FUNCTION: ("kms:CreateGrant", "kms:Decrypt", "kms:Encrypt"),
}
_VIA: Mapping[str, str] = {REPOSITORY: "ecr", ENCRYPTION: "s3", FUNCTION: "lambda"}
_DATA = {
    f"kms:{each}".lower()
    for each in ("Encrypt", "Decrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "CreateGrant")
} | {"kms:reencryptfrom", "kms:reencryptto"}
_OBJECTS: Mapping[str, tuple[str, ...]] = {
    "s3:getobject": ("kms:Decrypt",),
    "s3:putobject": ("kms:GenerateDataKey", "kms:Decrypt"),
}
_LOGS_CONTEXT = "kms:EncryptionContext:aws:logs:arn"
_S3_CONTEXT = "kms:EncryptionContext:aws:s3:arn"

Found = Iterator[tuple[str, str]]


@dataclass(frozen=True)
class Request:
    """What asks KMS for something: who, what for, and what its conditions are compared with."""

    principal: tuple[str, str]
    actions: tuple[str, ...]
    sent: Mapping[str, str]

    def refused(self, document: list[Statement]) -> list[str]:
        """Actions that no statement allows."""
        return [each for each in self.actions if not any(self._may(one, each) for one in document)]

    def _may(self, statement: Statement, action: str) -> bool:
        allowed = statement.allows and _any(statement.words("Action"), action.lower())
        who = not self.principal[0] or self._meant(statement)
        return allowed and who and all(self._met(*each) for each in _tests(statement))

    def _meant(self, statement: Statement) -> bool:
        kind, value = self.principal
        return any(one in (kind, "") and each in (value, "*") for one, each in statement.principals)

    def _met(self, key: str, patterns: list[str]) -> bool:
        value = self.sent.get(key.lower())
        return value is not None and any(fnmatch.fnmatchcase(value, each) for each in patterns)


def _any(patterns: list[str], value: str) -> bool:
    return any(fnmatch.fnmatchcase(value, each.lower()) for each in patterns)


def _tests(statement: Statement) -> Iterator[tuple[str, list[str]]]:
    """Key and allowed values of every condition; none of the operators that appear here is a negation."""
    for tests in (statement.content.get("Condition") or {}).values():
        for key, values in tests.items() if isinstance(tests, Mapping) else ():
            yield key, [str(each) for each in (values if isinstance(values, list) else [values])]


@rule("kms-rotation", KEY)
def _rotation(situation: Situation) -> Found:
    if situation.knows("enableKeyRotation") and situation.inputs.get("enableKeyRotation") is not True:
        yield "enableKeyRotation", "must be true: all data would be encrypted with one key for ever"
    if situation.get("customerMasterKeySpec", "SYMMETRIC_DEFAULT") != "SYMMETRIC_DEFAULT":
        yield "customerMasterKeySpec", "only a SYMMETRIC_DEFAULT key rotates, and encrypts for services"


@rule("kms-policy", KEY)
def _policy(situation: Situation) -> Found:
    if not situation.given("policy"):
        yield "policy", "without one, every policy of the account decides who decrypts; say who may"
    for each in statements(situation):
        if each.words("Resource") != ["*"]:
            yield f"{each.path}.Resource", 'MalformedPolicyDocument: must be "*", which is this key'


@rule("kms-lockout", KEY)
def _lockout(situation: Situation) -> Found:
    """Only who may change the policy now may make the key."""
    asked = Request(_root(situation), ("kms:PutKeyPolicy",), {})
    if situation.get("policy") is not None and asked.refused(statements(situation)):
        yield (
            "policy",
            "MalformedPolicyDocumentException: The new key policy will not allow you to update the key "
            f"policy in the future; let {asked.principal[1]} do kms:PutKeyPolicy",
        )


@rule("kms-via-service", KEY, ROLE_POLICY)
def _via_service(situation: Situation) -> Found:
    """KMS takes it, and then whoever has the right decrypts without the service that checks."""
    for each in statements(situation):
        used = sorted({action.lower() for action in each.words("Action")} & _DATA)
        served = any(kind == "Service" for kind, _ in each.principals)
        if each.allows and used and not served and not any(each.conditions("kms:ViaService")):
            yield (
                f"{each.path}.Condition",
                f"{used[0]} without kms:ViaService: name the service it goes through",
            )


@rule("kms-service-source", KEY)
def _service_source(situation: Situation) -> Found:
    """Without the source, the service would use the key for any account (the confused deputy)."""
    region, account = situation.identity.get("region"), situation.identity.get("account")
    own = f"arn:aws:logs:{region}:{account}:log-group:"
    for each in statements(situation):
        services = [value for kind, value in each.principals if kind == "Service"]
        contexts = [value for _, value in each.conditions(_LOGS_CONTEXT)]
        named = all(value.startswith(own) and value != f"{own}*" for value in contexts)
        if each.allows and services and not (contexts and named):
            came = ", ".join(contexts) or "nothing"
            yield (
                f"{each.path}.Condition",
                f"{_LOGS_CONTEXT} must name log groups of {account} in {region} by a part of their names, "
                f"came {came}",
            )


def _root(situation: Situation) -> tuple[str, str]:
    """The principal that stands for the account."""
    return "AWS", f"arn:aws:iam::{situation.identity.get('account')}:root"


@rule("kms-alias-name", ALIAS)
def _alias_name(situation: Situation) -> Found:
    if not situation.given("name"):
        yield "name", "the one that Pulumi would make up is not simulated; give alias/…"


@rule("kms-alias-target", ALIAS, on="create update")
def _alias_target(situation: Situation) -> None:
    target = str(situation.get("targetKeyId"))
    found = situation.world.get(KEY, target.rpartition("/")[2])
    if found is None or _elsewhere(found, situation):
        text = f"NotFoundException: Key {target!r} does not exist in this region, or waits for its deletion"
        raise Refused(text, property="targetKeyId", code="NOT_FOUND")
    situation.need(found)


def _elsewhere(key: Resource, situation: Situation) -> bool:
    return bool(key.inputs.get("region") != situation.identity.get("region"))


@rule("kms-key-exists", *PATHS, on="create update")
def _key_exists(situation: Situation) -> None:
    for path, arn in situation.each(PATHS[situation.type]):
        key = situation.world.find(KEY, arn=arn)
        if key is None:
            text = (
                f"KmsException: the key {arn!r} does not exist, or waits for its deletion; give a key's ARN"
            )
            raise Refused(text, property=path, code="NOT_FOUND")
        if _elsewhere(key, situation):
            text = f"KmsException: {arn!r} is a key of another region than {situation.identity.get('region')}"
            raise Refused(text, property=path)
        situation.need(key)


@rule("kms-key-lets", *PATHS, on="create update")
def _key_lets(situation: Situation) -> None:
    """The policy of the key names the service that would use it, for this one resource."""
    for path, arn in situation.each(PATHS[situation.type]):
        key = situation.world.find(KEY, arn=arn)
        asked = _request(situation)
        document = parse(key.inputs.get("policy"), "policy") if key else []
        if key and (refused := asked.refused(document)):
            text = f"KMSAccessDeniedException: the policy of {arn} does not let {asked.principal[1]} do"
            sent = ", ".join(f"{name} {value}" for name, value in asked.sent.items())
            raise Refused(f"{text} {', '.join(refused)} ({sent})", property=path, code="PERMISSION_DENIED")


def _request(situation: Situation) -> Request:
    region, account = situation.identity.get("region"), str(situation.identity.get("account"))
    if situation.type == LOG_GROUP:
        group = f"arn:aws:logs:{region}:{account}:log-group:{situation.get('name')}"
        who = ("Service", f"logs.{region}.amazonaws.com")
        return Request(who, _ACTIONS[LOG_GROUP], {_LOGS_CONTEXT.lower(): group})
    sent = {
        "kms:viaservice": f"{_VIA[situation.type]}.{region}.amazonaws.com",
        "kms:calleraccount": account,
    }
    if situation.type == ENCRYPTION:
        sent[_S3_CONTEXT.lower()] = _context(situation.inputs)
    return Request(_root(situation), _ACTIONS[situation.type], sent)


def _context(encryption: Mapping[str, object]) -> str:
    """What S3 names when it asks for a key: the bucket if it has a bucket key, else each object."""
    bucket = f"arn:aws:s3:::{encryption.get('bucket')}"
    keyed = any(value is True for _, value in at(encryption, "rules.bucketKeyEnabled"))
    return bucket if keyed else f"{bucket}/object"


@rule("s3-bucket-key", ENCRYPTION)
def _bucket_key(situation: Situation) -> Found:
    """S3 does without; then every object asks KMS, which costs and is limited."""
    for index, each in enumerate(situation.inputs["rules"]):
        algorithm = first(each, "applyServerSideEncryptionByDefault.sseAlgorithm")
        if algorithm == "aws:kms" and first(each, "bucketKeyEnabled") is not True:
            yield f"rules[{index}].bucketKeyEnabled", "must be true with aws:kms: every object would ask KMS"


@rule("kms-rights-key-exists", ROLE_POLICY, on="create update")
def _rights_key_exists(situation: Situation) -> None:
    for each in statements(situation):
        for arn in (one for one in each.words("Resource") if one.startswith("arn:aws:kms:")):
            found = situation.world.find(KEY, arn=arn)
            text = f"rights on the key {arn!r}, which does not exist or waits for its deletion"
            situation.require(found, f"{each.path}.Resource", text)


@rule("lambda-decrypts", FUNCTION, on="create update")
def _decrypts(situation: Situation) -> None:
    """Whoever may read or write what is encrypted may do so with the key."""
    name = str(situation.get("role")).rpartition("/")[2]
    policies = [each for each in situation.world.all(ROLE_POLICY) if each.inputs.get("role") == name]
    document = [each for one in policies for each in parse(one.inputs.get("policy"), "policy")]
    for encryption in situation.world.all(ENCRYPTION):
        for _, arn in at(encryption.inputs, PATHS[ENCRYPTION]):
            for asked in _decrypting(document, encryption, situation):
                usable = [each for each in document if _any(each.words("Resource"), arn)]
                if refused := asked.refused(usable):
                    bucket = encryption.inputs.get("bucket")
                    text = f"AccessDenied: objects of {bucket} need {', '.join(refused)} on {arn}"
                    raise Refused(
                        f"{text} in the policies of {name}", property="role", code="PERMISSION_DENIED"
                    )


def _decrypting(document: list[Statement], encryption: Resource, situation: Situation) -> Iterator[Request]:
    """What the rights on a bucket's objects ask of its key."""
    objects = f"arn:aws:s3:::{encryption.inputs.get('bucket')}/"
    sent = {
        "kms:viaservice": f"s3.{situation.identity.get('region')}.amazonaws.com",
        _S3_CONTEXT.lower(): _context(encryption.inputs),
    }
    for each in document:
        if each.allows and any(one.startswith(objects) for one in each.words("Resource")):
            for action in each.words("Action"):
                yield Request(("", ""), _OBJECTS.get(action.lower(), ()), sent)


@rule("kms-in-use", KEY, on="delete")
def _in_use(situation: Situation) -> None:
    """KMS deletes it, and nobody ever reads again what it encrypted."""
    arn = situation.outputs.get("arn")
    for type_, path in PATHS.items():
        for each in situation.world.all(type_):
            if arn in [value for _, value in at(each.inputs, path)]:
                text = f"{each.id} ({type_}) is encrypted with it and could never be read again"
                raise Refused(text, code="FAILED_PRECONDITION")


@on_delete("kms-schedule", KEY)
def _schedule(situation: Situation) -> bool:
    """Disabled at once, gone after 7 to 30 days."""
    situation.world.tombstone(KEY, situation.id)
    return True
