"""AWS with the bare SDK: ECR, S3, IAM and Lambda."""

import json

import pulumi
import pulumi_aws as sdk
from pulumi_aws import cloudwatch, ecr, iam, lambda_, s3

from benchmarks.bare.common import VARIABLES, Made, Settings, copy, ending, revision

PULL = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
VERSION = "2012-10-17"


def deploy(given: Settings) -> Made:
    """Everything on AWS."""
    region, account = given.aws["region"], given.aws["account"]
    provider = sdk.Provider("aws", region=region, allowed_account_ids=[account])
    opts = pulumi.ResourceOptions(provider=provider)
    image = _image(given, opts)
    bucket = _bucket(given, opts)
    url = _function(given, image, opts)
    return Made(url, image, pulumi.Output.concat("s3://", bucket))


def _functions(given: Settings) -> str:
    """The functions of the model, by the form of their automatic names."""
    return f"arn:aws:lambda:{given.aws['region']}:{given.aws['account']}:function:{given.model}-{'?' * 7}"


def _image(given: Settings, opts: pulumi.ResourceOptions) -> pulumi.Output[str]:
    name = f"registry-{given.model}"
    repository = ecr.Repository(
        name,
        image_tag_mutability="IMMUTABLE",
        image_scanning_configuration=ecr.RepositoryImageScanningConfigurationArgs(scan_on_push=True),
        encryption_configurations=[ecr.RepositoryEncryptionConfigurationArgs(encryption_type="AES256")],
        force_delete=True,
        tags=given.tags("registry", "registry", given.model),
        opts=opts,
    )
    expiry = ecr.LifecyclePolicy(
        f"{name}-expiry", repository=repository.name, policy=_expiry(given), opts=opts
    )
    access = ecr.RepositoryPolicy(
        f"{name}-functions", repository=repository.name, policy=_access(given, repository), opts=opts
    )
    after = pulumi.ResourceOptions(depends_on=[expiry, access])
    return copy(f"aws-{given.model}", given, repository.repository_url, repository.arn, after)


def _expiry(given: Settings) -> str:
    selections: list[dict[str, object]] = [
        {
            "tagStatus": "tagged",
            "tagPrefixList": [given.tag],
            "countType": "imageCountMoreThan",
            "countNumber": 1,
        },
        {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 7},
        {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 20},
    ]
    rules = [
        {"rulePriority": priority, "selection": selection, "action": {"type": "expire"}}
        for priority, selection in enumerate(selections, start=1)
    ]
    return json.dumps({"rules": rules})


def _access(given: Settings, repository: ecr.Repository) -> pulumi.Output[str]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": PULL,
        "Condition": {
            "StringEqualsIfExists": {"aws:SourceAccount": repository.registry_id},
            "ArnLike": {"aws:SourceArn": _functions(given)},
        },
    }
    return pulumi.Output.json_dumps({"Version": VERSION, "Statement": [statement]})


def _bucket(given: Settings, opts: pulumi.ResourceOptions) -> pulumi.Output[str]:
    end = ending("aws-storage-suffix", 6, given.aws["region"])
    bucket = s3.Bucket(
        "storage",
        bucket=end.apply(lambda known: f"{given.start}-storage-{known}"),
        force_destroy=True,
        tags=given.tags("storage", "storage"),
        opts=opts,
    )
    # One after the other, because S3 refuses two changes of a bucket at once.
    block = s3.BucketPublicAccessBlock(
        "storage-private",
        bucket=bucket.bucket,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=opts,
    )
    ownership = s3.BucketOwnershipControls(
        "storage-ownership",
        bucket=block.bucket,
        rule=s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
        opts=opts,
    )
    s3.BucketPolicy("storage-tls", bucket=ownership.bucket, policy=_only_tls(bucket), opts=opts)
    _aging(bucket, opts)
    return bucket.bucket


def _aging(bucket: s3.Bucket, opts: pulumi.ResourceOptions) -> None:
    versions = s3.BucketVersioning(
        "storage-versions",
        bucket=bucket.bucket,
        versioning_configuration=s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
        opts=opts,
    )
    default = s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
        sse_algorithm="AES256"
    )
    rule = s3.BucketServerSideEncryptionConfigurationRuleArgs(
        apply_server_side_encryption_by_default=default, blocked_encryption_types=["SSE-C"]
    )
    encryption = s3.BucketServerSideEncryptionConfiguration(
        "storage-encryption", bucket=versions.bucket, rules=[rule], opts=opts
    )
    s3.BucketLifecycleConfiguration(
        "storage-lifecycle", bucket=encryption.bucket, rules=_lifecycle(), opts=opts
    )


def _only_tls(bucket: s3.Bucket) -> pulumi.Output[str]:
    everything = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket.arn, pulumi.Output.concat(bucket.arn, "/*")],
    }
    statements = [
        {**everything, "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        {**everything, "Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}}},
    ]
    return pulumi.Output.json_dumps({"Version": VERSION, "Statement": statements})


def _lifecycle() -> list[s3.BucketLifecycleConfigurationRuleArgs]:
    whole = s3.BucketLifecycleConfigurationRuleFilterArgs(prefix="")
    end = s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(noncurrent_days=30)
    unfinished = s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
        days_after_initiation=7
    )
    return [
        s3.BucketLifecycleConfigurationRuleArgs(
            id="move",
            status="Enabled",
            filter=whole,
            transitions=[
                s3.BucketLifecycleConfigurationRuleTransitionArgs(days=30, storage_class="STANDARD_IA"),
                s3.BucketLifecycleConfigurationRuleTransitionArgs(days=90, storage_class="GLACIER_IR"),
            ],
        ),
        s3.BucketLifecycleConfigurationRuleArgs(
            id="end",
            status="Enabled",
            filter=whole,
            expiration=s3.BucketLifecycleConfigurationRuleExpirationArgs(expired_object_delete_marker=True),
            noncurrent_version_expiration=end,
            abort_incomplete_multipart_upload=unfinished,
        ),
    ]


def _role(given: Settings, opts: pulumi.ResourceOptions) -> iam.Role:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": ["lambda.amazonaws.com"]},
        "Action": "sts:AssumeRole",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": given.aws["account"]},
            "ArnLike": {"aws:SourceArn": _functions(given)},
        },
    }
    return iam.Role(
        given.model,
        assume_role_policy=json.dumps({"Version": VERSION, "Statement": [statement]}),
        description=f"What the model {given.model} runs as",
        tags=given.tags("identity", given.model, given.model),
        opts=opts,
    )


def _function(given: Settings, image: pulumi.Output[str], opts: pulumi.ResourceOptions) -> pulumi.Output[str]:
    model = given.model
    role = _role(given, opts)
    tags = given.tags("function", model, model)
    group = cloudwatch.LogGroup(f"{model}-logs", retention_in_days=30, tags=tags, opts=opts)
    statement = {
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": pulumi.Output.concat(group.arn, ":*"),
    }
    policy = pulumi.Output.json_dumps({"Version": VERSION, "Statement": [statement]})
    rights = iam.RolePolicy(f"{model}-logs", role=role.name, policy=policy, opts=opts)
    environment = {
        **VARIABLES,
        "MODEL": model,
        "AWS_LWA_PORT": "8080",
        "AWS_LWA_READINESS_CHECK_PATH": "/readyz",
    }
    function = lambda_.Function(
        model,
        package_type="Image",
        image_uri=image,
        architectures=["x86_64"],
        role=role.arn,
        memory_size=2048,
        timeout=30,
        reserved_concurrent_executions=400,
        environment=lambda_.FunctionEnvironmentArgs(variables=environment),
        logging_config=lambda_.FunctionLoggingConfigArgs(log_format="JSON", log_group=group.name),
        publish=True,
        description=revision(given.digest, image, role.arn, environment, group.name),
        region=given.aws["region"],
        tags=tags,
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[rights])),
    )
    return _address(model, function, opts)


def _address(model: str, function: lambda_.Function, opts: pulumi.ResourceOptions) -> pulumi.Output[str]:
    alias = lambda_.Alias(
        f"{model}-live",
        name="live",
        function_name=function.name,
        function_version=function.version,
        description=function.description,
        opts=opts,
    )
    url = lambda_.FunctionUrl(
        f"{model}-url",
        function_name=function.name,
        qualifier=alias.name,
        authorization_type="AWS_IAM",
        opts=opts,
    )
    return url.function_url
