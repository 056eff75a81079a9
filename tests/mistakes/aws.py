"""Planted mistakes on AWS: who is trusted, what may be done, what comes first, and who may call."""

from typing import Any

from tests.mistakes import Mistake
from tests.mistakes.changes import Change, editing, forgetting, policy, setting

ROLE = "aws:iam/role:Role"
RIGHTS = "aws:iam/rolePolicy:RolePolicy"
PULL = "aws:ecr/repositoryPolicy:RepositoryPolicy"
GROUP = "aws:cloudwatch/logGroup:LogGroup"
FUNCTION = "aws:lambda/function:Function"
ALIAS = "aws:lambda/alias:Alias"
URL = "aws:lambda/functionUrl:FunctionUrl"
PERMISSION = "aws:lambda/permission:Permission"
BUCKET = "aws:s3/bucket:Bucket"
BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"


def _statement(name: str, **values: Any) -> Change:
    return policy(lambda statements: statements[0].update(values), name)


def _condition(name: str, operator: str, key: str, value: str) -> Change:
    return policy(lambda statements: statements[0]["Condition"][operator].update({key: value}), name)


def _lifecycle(first: int, second: int) -> Change:
    moves = [{"days": first, "storage_class": "STANDARD_IA"}, {"days": second, "storage_class": "GLACIER_IR"}]
    return setting(
        rules=[{"id": "move", "status": "Enabled", "filter": {"prefix": ""}, "transitions": moves}]
    )


MISTAKES: dict[str, Mistake] = {
    "role for functions of another account": Mistake(
        ROLE,
        _condition("assume_role_policy", "StringEquals", "aws:SourceAccount", "222222222222"),
        ("assumeRolePolicy.Statement[0].Condition", "aws:SourceAccount: must equal", "222222222222"),
        # Without the rule on the role, the function could not take it on.
        "lambda-role-source,lambda-role",
    ),
    "role for functions of another model": Mistake(
        ROLE,
        _condition(
            "assume_role_policy",
            "ArnLike",
            "aws:SourceArn",
            "arn:aws:lambda:eu-central-1:111111111111:function:other-*",
        ),
        ("role", "aws:SourceArn", "function:other-*"),
        "lambda-role",
    ),
    "role for every function": Mistake(
        ROLE,
        _statement("assume_role_policy", Condition={}),
        ("assumeRolePolicy.Statement[0].Condition", "aws:SourceArn: is missing"),
        "lambda-role-source",
    ),
    "role for another service": Mistake(
        ROLE,
        _statement("assume_role_policy", Principal={"Service": "ec2.amazonaws.com"}),
        ("role", "does not trust lambda.amazonaws.com"),
        "lambda-role",
    ),
    "role with rights of its own": Mistake(
        ROLE,
        setting(managed_policy_arns=["arn:aws:iam::aws:policy/AmazonS3FullAccess"]),
        ("managedPolicyArns", "use RolePolicy"),
        "iam-role-inline",
    ),
    "repository for functions of another model": Mistake(
        PULL,
        _condition(
            "policy", "ArnLike", "aws:SourceArn", "arn:aws:lambda:eu-central-1:111111111111:function:other-*"
        ),
        ("imageUri", "no policy of the repository"),
        "lambda-pull",
    ),
    "rights to write into another log group": Mistake(
        RIGHTS,
        _statement("policy", Resource="arn:aws:logs:eu-central-1:111111111111:log-group:other:*"),
        ("loggingConfig.logGroup", "may not write"),
        "lambda-logs",
        name="height-logs",
    ),
    "rights to make log groups": Mistake(
        RIGHTS,
        _statement("policy", Action=["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]),
        ("policy.Statement[0].Action", "kept for ever"),
        "lambda-log-group-by-itself",
        name="height-logs",
    ),
    "logs kept for days that nobody sells": Mistake(
        GROUP, setting(retention_in_days=45), ("retentionInDays", "45 is not allowed"), "value"
    ),
    "image that was never copied": Mistake(
        FUNCTION,
        editing("image_uri", lambda text: f"{text.split('@')[0]}@sha256:{'0' * 64}"),
        ("imageUri", "Source image", "does not exist"),
        "lambda-image-exists",
    ),
    "memory that nobody sells": Mistake(
        FUNCTION, setting(memory_size=20_000), ("memorySize", "at most 10240"), "value"
    ),
    "more concurrency than the account has": Mistake(
        FUNCTION,
        setting(reserved_concurrent_executions=901),
        ("reservedConcurrentExecutions", "below its minimum value of [100]"),
        "lambda-concurrency",
    ),
    "variable that Lambda sets": Mistake(
        FUNCTION,
        setting(environment={"variables": {"AWS_REGION": "eu-west-1"}}),
        ("environment.variables.AWS_REGION", "is reserved"),
        "lambda-environment",
    ),
    "alias of what is not published": Mistake(
        ALIAS,
        setting(function_version="$LATEST"),
        ("functionVersion", "no published version"),
        "lambda-version-exists",
    ),
    "URL for everybody": Mistake(
        URL,
        setting(authorization_type="NONE"),
        ("authorizationType", "NONE lets in everybody"),
        "lambda-url-everybody",
    ),
    "permission for everybody": Mistake(
        PERMISSION,
        setting(principal="*"),
        ("principal", "lets in everybody who has any AWS account"),
        "lambda-permission-everybody",
    ),
    "permission for whoever has such a name": Mistake(
        PERMISSION,
        setting(principal="arn:aws:iam::111111111111:role/*"),
        ("principal", "without wildcards"),
        "lambda-permission-everybody",
    ),
    "permission for another alias": Mistake(
        PERMISSION, setting(qualifier="other"), ("qualifier", "no alias 'other'"), "lambda-alias-exists"
    ),
    "one permission of two": Mistake(
        PERMISSION,
        setting(
            action="lambda:InvokeFunctionUrl",
            function_url_auth_type="AWS_IAM",
            invoked_via_function_url=None,
        ),
        ("authorizationType", "403 Forbidden", "lambda:InvokeFunction is missing"),
        "lambda-url-callers",
    ),
    "bucket that could be made public": Mistake(
        BLOCK,
        setting(block_public_policy=False),
        ("blockPublicPolicy", "opens the bucket"),
        "s3-block-public",
    ),
    "bucket with a name of somebody else": Mistake(
        BUCKET, setting(bucket="modelport"), ("bucket", "BucketAlreadyExists"), "name-taken"
    ),
    "bucket with a name that is none": Mistake(
        BUCKET, setting(bucket="Modelport_Storage"), ("bucket", "upper-case letters"), "name"
    ),
    "moves in the wrong order": Mistake(
        LIFECYCLE, _lifecycle(30, 45), ("rules[0].transitions", "30 days must lie"), "s3-lifecycle-days"
    ),
    "old versions of a bucket without versions": Mistake(
        VERSIONING,
        setting(versioning_configuration={"status": "Suspended"}),
        ("rules", "the bucket has no versions"),
        "s3-lifecycle-versions",
    ),
    "bucket policy of another bucket": Mistake(
        BUCKET_POLICY,
        _statement("policy", Resource="arn:aws:s3:::other/*"),
        ("policy.Statement[0].Resource", "MalformedPolicy"),
        "s3-policy-resource",
    ),
    "bucket policy that lets everybody read": Mistake(
        BUCKET_POLICY,
        _statement("policy", Effect="Allow", Action="s3:GetObject"),
        ("policy.Statement[0].Principal", "lets in everybody"),
        "policy-wildcard-principal",
    ),
    "bucket policy that waits for no block": Mistake(
        OWNERSHIP, forgetting("bucket"), ("BucketPolicy", "needs", "BucketPublicAccessBlock"), luck=True
    ),
    "lifecycle that waits for no versions": Mistake(
        LIFECYCLE,
        forgetting("bucket"),
        ("BucketLifecycleConfiguration", "needs", "BucketVersioning"),
        luck=True,
    ),
    "function that waits for no image": Mistake(
        FUNCTION,
        forgetting("image_uri", "description"),
        ("Function", "needs", "RepositoryPolicy", "local:Command"),
        luck=True,
    ),
    "function that waits for no log group": Mistake(
        FUNCTION,
        forgetting("logging_config", "description"),
        ("Function", "needs", "LogGroup"),
        luck=True,
    ),
    "permission that waits for no alias": Mistake(
        PERMISSION, forgetting("qualifier"), ("Permission", "needs", "Alias"), luck=True
    ),
}
