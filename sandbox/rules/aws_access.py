"""AWS: access logs of buckets.

Source: docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
"""

import fnmatch

from sandbox.needs import Refused, Situation, rule
from sandbox.rules.aws_storage import ENCRYPTION, LOGGING, bucket
from sandbox.rules.documents import BUCKET_POLICY, Statement, parse
from sandbox.wire import first

_DELIVERY = ("Service", "logging.s3.amazonaws.com")


@rule("s3-logging-target", LOGGING, on="create update")
def _target(situation: Situation) -> None:
    target = str(situation.get("targetBucket"))
    if target == situation.get("bucket"):
        text = "every log would be logged, for ever; and who may change the bucket could change them"
        raise Refused(text, property="targetBucket")
    found = situation.need(bucket(situation, target, "targetBucket"))
    if found.inputs.get("region") != situation.identity.get("region"):
        text = "CrossLocationLoggingProhibitted: the target must be in the region of the bucket"
        raise Refused(text, property="targetBucket")


@rule("s3-logging-delivery", LOGGING, on="create update")
def _delivery(situation: Situation) -> None:
    """S3 takes any target; where it may not write, no log ever comes."""
    target = str(situation.get("targetBucket"))
    policy = situation.world.get(BUCKET_POLICY, target)
    document = parse(policy.inputs.get("policy"), "policy") if policy else []
    if policy is None or not any(_lets(each, situation) for each in document):
        text = f"the policy of {target} lets no {_DELIVERY[1]} do s3:PutObject for this bucket and account"
        raise Refused(text, property="targetBucket", code="PERMISSION_DENIED")
    situation.need(policy)
    default = situation.world.get(ENCRYPTION, target)
    if default is None:
        return
    situation.need(default)
    path = "rules.applyServerSideEncryptionByDefault.sseAlgorithm"
    if first(default.inputs, path) != "AES256":
        text = f"{target} encrypts with a key of KMS, and log delivery takes AES256 only"
        raise Refused(text, property="targetBucket", code="FAILED_PRECONDITION")


def _lets(each: Statement, situation: Situation) -> bool:
    own = f"arn:aws:s3:::{situation.get('bucket')}"
    arns = [value for _, value in each.conditions("aws:SourceArn")]
    accounts = [value for _, value in each.conditions("aws:SourceAccount")]
    asked = each.allows and _DELIVERY in each.principals and "s3:PutObject" in each.words("Action")
    return (
        asked
        and accounts == [situation.identity.get("account")]
        and any(fnmatch.fnmatchcase(own, arn) for arn in arns)
    )
