"""What AWS computes, for the mock."""

from typing import Any

ACCOUNT = "111111111111"
REGION = "eu-central-1"


def repository(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """An ECR repository, with a name as automatic naming makes it."""
    physical = inputs.get("name", f"{name}-0a1b2c3")
    return {
        "id": physical,
        "name": physical,
        "arn": f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/{physical}",
        "registryId": ACCOUNT,
        "repositoryUrl": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{physical}",
    }


def role(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """An IAM role."""
    physical = inputs.get("name", f"{name}-0a1b2c3")
    return {"id": physical, "name": physical, "arn": f"arn:aws:iam::{ACCOUNT}:role/{physical}"}


def bucket(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """An S3 bucket."""
    return {"id": inputs["bucket"], "arn": f"arn:aws:s3:::{inputs['bucket']}"}


def of_bucket(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """What is set beside a bucket."""
    return {"id": inputs["bucket"]}


def log_group(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """A log group."""
    physical = inputs.get("name", f"{name}-0a1b2c3")
    arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{physical}"
    return {"id": physical, "name": physical, "arn": arn}


def function(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """A Lambda function; the hash of an image is its digest."""
    physical = inputs.get("name", f"{name}-0a1b2c3")
    return {
        "id": physical,
        "name": physical,
        "arn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{physical}",
        "version": "1",
        "codeSha256": inputs["imageUri"].rpartition("@sha256:")[2],
    }


def alias(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """An alias of a Lambda function."""
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{inputs['functionName']}:{inputs['name']}"
    return {"id": arn, "arn": arn}


def function_url(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """The URL of a Lambda function or alias."""
    url = f"https://0a1b2c3d4e5f6g7h.lambda-url.{REGION}.on.aws/"
    return {"id": f"{inputs['functionName']}/{inputs['qualifier']}", "functionUrl": url}


def permission(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """A statement in the policy of a Lambda function."""
    statement = inputs.get("statementId", f"{name}-0a1b2c3")
    return {"id": statement, "statementId": statement}


def provisioned(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """Instances that wait warm."""
    return {"id": f"{inputs['functionName']},{inputs['qualifier']}"}


def key(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """A KMS key."""
    made = "0a1b2c3d-4e5f-4a6b-8c7d-0a1b2c3d4e5f"
    return {"id": made, "keyId": made, "arn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{made}"}


def key_alias(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """The name of a KMS key."""
    return {"id": inputs["name"], "arn": f"arn:aws:kms:{REGION}:{ACCOUNT}:{inputs['name']}"}


def _ec2(kind: str, path: str, **more: str) -> Any:
    """What EC2 makes: an id with the logical name in it, so that tests tell them apart."""

    def made(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
        id_ = f"{kind}-{name}"
        return {"id": id_, "arn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:{path}/{id_}", **more}

    return made


def address(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """An Elastic IP address."""
    return {"id": f"eipalloc-{name}", "allocationId": f"eipalloc-{name}", "publicIp": "198.51.100.1"}


def endpoint(name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """An endpoint of a VPC."""
    listed = {"prefixListId": "pl-0a1b2c3d"} if inputs["vpcEndpointType"] == "Gateway" else {}
    return {"id": f"vpce-{name}", **listed}


def zones(args: dict[str, Any]) -> dict[str, Any]:
    """Zones of the region, in no order."""
    names = [f"{REGION}{zone}" for zone in "cabd"]
    return {"id": REGION, "names": names, "zoneIds": [], "groupNames": [REGION]}


ANSWERS = {"aws:index/getAvailabilityZones:getAvailabilityZones": zones}

COMPUTED = {
    "aws:ec2/vpc:Vpc": _ec2("vpc", "vpc"),
    "aws:ec2/subnet:Subnet": _ec2("subnet", "subnet"),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": _ec2("sg", "security-group"),
    "aws:ec2/securityGroup:SecurityGroup": _ec2("sg", "security-group"),
    "aws:ec2/routeTable:RouteTable": _ec2("rtb", "route-table"),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": lambda name, inputs: {"id": f"rtbassoc-{name}"},
    "aws:ec2/route:Route": lambda name, inputs: {"id": f"r-{name}"},
    "aws:ec2/internetGateway:InternetGateway": _ec2("igw", "internet-gateway"),
    "aws:ec2/natGateway:NatGateway": lambda name, inputs: {"id": f"nat-{name}"},
    "aws:ec2/eip:Eip": address,
    "aws:ec2/vpcEndpoint:VpcEndpoint": endpoint,
    "aws:ec2/flowLog:FlowLog": _ec2("fl", "vpc-flow-log"),
    "aws:s3/bucketLogging:BucketLogging": of_bucket,
    "aws:kms/key:Key": key,
    "aws:kms/alias:Alias": key_alias,
    "aws:ecr/repository:Repository": repository,
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": lambda name, inputs: {"id": inputs["repository"]},
    "aws:ecr/repositoryPolicy:RepositoryPolicy": lambda name, inputs: {"id": inputs["repository"]},
    "aws:iam/rolePolicy:RolePolicy": lambda name, inputs: {"id": f"{inputs['role']}:{name}-0a1b2c3"},
    "aws:iam/role:Role": role,
    "aws:s3/bucket:Bucket": bucket,
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": of_bucket,
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": of_bucket,
    "aws:s3/bucketPolicy:BucketPolicy": of_bucket,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": of_bucket,
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": of_bucket,
    "aws:s3/bucketVersioning:BucketVersioning": of_bucket,
    "aws:cloudwatch/logGroup:LogGroup": log_group,
    "aws:lambda/function:Function": function,
    "aws:lambda/alias:Alias": alias,
    "aws:lambda/functionUrl:FunctionUrl": function_url,
    "aws:lambda/permission:Permission": permission,
    "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": provisioned,
}
