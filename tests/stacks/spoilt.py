"""One change each to the state of prod, the check that must notice, and what it says then."""

import json
from collections.abc import Callable
from typing import Any

from tests.audit.encryption import unprotected, without_a_key
from tests.audit.exposure import answering
from tests.audit.privilege import too_much
from tests.audit.workload import by_name

Spoil = Callable[[dict[str, Any]], None]
Spoilt = tuple[Callable[[list[dict[str, Any]]], list[str]], str, Spoil, str]


def _statement(name: str, *, at: int = 0, **changes: Any) -> Spoil:
    """Change one statement of a policy, the first one unless told otherwise."""

    def change(inputs: dict[str, Any]) -> None:
        policy = json.loads(inputs[name])
        policy["Statement"][at].update(changes)
        inputs[name] = json.dumps(policy)

    return change


def _perimeter(**changes: Any) -> Spoil:
    """Change the last statement of a policy, which refuses all who come from outside."""
    return _statement("policy", at=-1, **changes)


def _condition(operator: str, key: str, value: Any) -> Spoil:
    """Say one thing more, or another one, of whom the last statement refuses."""

    def change(inputs: dict[str, Any]) -> None:
        policy = json.loads(inputs["policy"])
        policy["Statement"][-1]["Condition"].setdefault(operator, {})[key] = value
        inputs["policy"] = json.dumps(policy)

    return change


def _beside(**statement: Any) -> Spoil:
    """Add a statement to a policy."""

    def change(inputs: dict[str, Any]) -> None:
        policy = json.loads(inputs["policy"])
        policy["Statement"].append(statement)
        inputs["policy"] = json.dumps(policy)

    return change


def _set(**changes: Any) -> Spoil:
    return lambda inputs: inputs.update(changes)


def _within(name: str, **changes: Any) -> Spoil:
    """Change what is below one input."""
    return lambda inputs: inputs.update({name: {**inputs[name], **changes}})


def _without(name: str) -> Spoil:
    return lambda inputs: inputs.pop(name, None)


def _ingress(**changes: Any) -> Spoil:
    return _set(ingress=[{"protocol": "tcp", "fromPort": 443, "toPort": 443, **changes}])


def _allowing(**changes: Any) -> Spoil:
    return _set(direction="INGRESS", denies=None, allows=[{"protocol": "all"}], **changes)


def _more_ports(inputs: dict[str, Any]) -> None:
    """An app that is internal but for one more port, on a host that nobody knows."""
    more = [{"external": True, "targetPort": 9}]
    inputs.update(configuration={"ingress": {"external": False, "additionalPortMappings": more}})
    inputs.pop("environmentId")


def _unsaid(inputs: dict[str, Any]) -> None:
    """An app without a configuration, on a host that nobody knows."""
    inputs.pop("configuration")
    inputs.pop("environmentId")


ROLE, RIGHTS = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"
GRANT, ACCOUNT = "azure-native:authorization:RoleAssignment", "azure-native:storage:StorageAccount"
REGISTRY, APP = "azure-native:containerregistry:Registry", "azure-native:app:ContainerApp"
ENVIRONMENT, CONTAINER = "azure-native:app:ManagedEnvironment", "azure-native:storage:BlobContainer"
GROUP = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/landing"
FOLDER = "gcp:storage/managedFolderIamMember:ManagedFolderIamMember"
KEY_MEMBER = "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember"
BUCKET, SERVICE = "gcp:storage/bucket:Bucket", "gcp:cloudrunv2/service:Service"
FIREWALL, ZONE = "gcp:compute/firewall:Firewall", "gcp:dns/managedZone:ManagedZone"
S3, ECR = "aws:s3/bucketPolicy:BucketPolicy", "aws:ecr/repositoryPolicy:RepositoryPolicy"
BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
PERMISSION, KEY = "aws:lambda/permission:Permission", "aws:kms/key:Key"
GROUPS, DEFAULT = "aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
ENDPOINT, SUBNET = "aws:ec2/vpcEndpoint:VpcEndpoint", "aws:ec2/subnet:Subnet"

ALL, HALVES = "0.0.0.0/0", ["0.0.0.0/1", "128.0.0.0/1"]
ADDRESS, ELSEWHERE = "aws:SourceIp", "from everywhere"
ANYBODY: dict[str, Any] = {"Effect": "Allow", "Principal": "*", "Resource": "*"}


def _rules(*ranges: str) -> list[dict[str, str]]:
    return [{"iPAddressOrRange": each, "action": "Allow"} for each in ranges]


OTHERS: list[Spoilt] = [
    (too_much, ROLE, _statement("assumeRolePolicy", Condition={}), "whoever it works for"),
    (too_much, ROLE, _statement("assumeRolePolicy", Principal="*"), "for everybody"),
    (too_much, RIGHTS, _statement("policy", Action=["logs:*"]), "logs:* is many"),
    (too_much, RIGHTS, _statement("policy", Resource="*", Action=["s3:GetObject"]), "on everything"),
    (too_much, RIGHTS, _statement("policy", NotAction=["iam:PassRole"]), "nobody thought of"),
    (too_much, GRANT, _set(scope=GROUP), "on all of"),
    (too_much, GRANT, _set(roleDefinitionId="b24988ac-6180-42a0-ab88-20f7382dd24c"), "for everything"),
    (too_much, GRANT, _set(principalType="Group"), "for Group"),
    (too_much, FOLDER, _set(member="allAuthenticatedUsers"), "for allAuthenticatedUsers"),
    (too_much, FOLDER, _set(role="roles/editor"), "roles/editor"),
    (without_a_key, "aws:ecr/repository:Repository", _set(encryptionConfigurations=[{}]), "no key"),
    (without_a_key, "aws:cloudwatch/logGroup:LogGroup", _set(kmsKeyId=None), "no key"),
    (without_a_key, "aws:s3/bucketLogging:BucketLogging", _set(targetBucket="other"), "no key"),
    (without_a_key, ACCOUNT, _set(encryption={"keySource": "Microsoft.Storage"}), "no key"),
    (without_a_key, BUCKET, _set(encryption=None), "no key"),
    (unprotected, ACCOUNT, _set(minimumTlsVersion="TLS1_0"), "old TLS"),
    (unprotected, ACCOUNT, _set(allowSharedKeyAccess=True), "shared keys"),
    (unprotected, REGISTRY, _set(adminUserEnabled=True), "a password"),
    (by_name, "aws:lambda/function:Function", _set(imageUri="registry/height:v1"), "runs registry/height"),
]

# What is open to the internet, by type.
OPEN: list[tuple[str, Spoil, str]] = [
    (S3, _set(policy='{"Statement": []}'), ELSEWHERE),
    (S3, _set(policy="none"), ELSEWHERE),
    (S3, _set(bucket="other"), ELSEWHERE),
    (S3, _perimeter(Effect="Allow"), ELSEWHERE),
    (S3, _perimeter(Principal={"AWS": "111111111111"}), ELSEWHERE),
    (S3, _perimeter(Resource="arn:aws:s3:::other/*"), ELSEWHERE),
    (S3, _perimeter(Resource="arn:aws:s3:::modelport-prod-*/height/*"), ELSEWHERE),
    (S3, _perimeter(Action=["s3:GetObject", "s3:PutObject"]), ELSEWHERE),
    (S3, _perimeter(Condition="never"), ELSEWHERE),
    (S3, _beside(**ANYBODY, Action="s3:GetObjectVersion"), ELSEWHERE),
    (S3, _condition("StringEquals", "aws:PrincipalAccount", "000000000000"), ELSEWHERE),
    (S3, _condition("StringEquals", "aws:PrincipalAccount", "111111111111"), ELSEWHERE),
    (S3, _condition("StringNotEquals", "aws:RequestedRegion", "eu-central-1"), ELSEWHERE),
    (S3, _condition("BoolIfExists", "aws:ViaAWSService", "true"), ELSEWHERE),
    (S3, _condition("ArnNotLikeIfExists", "aws:PrincipalArn", "arn:aws:iam::*:*"), ELSEWHERE),
    (S3, _condition("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::*:role/height-*"), ELSEWHERE),
    (S3, _condition("NotIpAddressIfExists", ADDRESS, ALL), ELSEWHERE),
    (S3, _condition("NotIpAddressIfExists", ADDRESS, HALVES), ELSEWHERE),
    (S3, _condition("NotIpAddressIfExists", ADDRESS, ["2000::/3"]), ELSEWHERE),
    (S3, _condition("NotIpAddress", ADDRESS, "everywhere"), ELSEWHERE),
    (S3, _condition("StringLike", "aws:SourceVpc", "*"), ELSEWHERE),
    (S3, _condition("Null", "aws:SourceVpc", "false"), ELSEWHERE),
    (S3, _condition("NumericLessThan", "s3:TlsVersion", "1.2"), ELSEWHERE),
    (S3, _condition("ForAnyValue:StringNotEquals", "aws:SourceVpc", "vpc-1"), ELSEWHERE),
    (ECR, _set(policy='{"Statement": []}'), ELSEWHERE),
    (ECR, _perimeter(Action=["ecr:BatchGetImage", "ecr:PutImage"]), ELSEWHERE),
    (ECR, _condition("Bool", "aws:ViaAWSService", "true"), ELSEWHERE),
    (ECR, _condition("NotIpAddressIfExists", ADDRESS, HALVES), ELSEWHERE),
    (ECR, _beside(**ANYBODY, Action="ecr:*"), ELSEWHERE),
    (BLOCK, _set(bucket="other"), "made public"),
    (BLOCK, _without("restrictPublicBuckets"), "made public"),
    (PERMISSION, _set(principal="*"), "everybody may call"),
    (PERMISSION, _set(principal="arn:aws:iam::222222222222:root"), "all of arn"),
    (PERMISSION, _set(principal="222222222222"), "all of 222222222222"),
    (PERMISSION, _set(principal="apigateway.amazonaws.com"), "whoever it works for"),
    (PERMISSION, _set(functionUrlAuthType="NONE"), "everybody may call"),
    (PERMISSION, _without("principal"), "all of None"),
    (KEY, _statement("policy", Principal={"AWS": ["*"]}), "everybody may use it"),
    (KEY, _without("policy"), "everybody may use it"),
    (ENDPOINT, _without("policy"), "anybody to anything"),
    (ENDPOINT, _beside(**ANYBODY, Action="*"), "anybody to anything"),
    (SUBNET, _set(mapPublicIpOnLaunch=True), "public addresses"),
    (GROUPS, _ingress(cidrBlocks=[ALL]), "lets in everybody"),
    (GROUPS, _ingress(cidrBlocks=HALVES), "lets in everybody"),
    (GROUPS, _ingress(ipv6CidrBlocks=["::/0"]), "lets in everybody"),
    (GROUPS, _ingress(prefixListIds=["pl-1"]), "nobody sees"),
    (GROUPS, _without("ingress"), "nobody says"),
    (DEFAULT, _ingress(cidrBlocks=[ALL]), "lets in everybody"),
    (ACCOUNT, _set(networkRuleSet=None, publicNetworkAccess="Enabled"), "every network"),
    (ACCOUNT, _within("networkRuleSet", ipRules=_rules(ALL)), "lets in everybody"),
    (ACCOUNT, _within("networkRuleSet", ipRules=_rules(*HALVES)), "lets in everybody"),
    (ACCOUNT, _within("networkRuleSet", bypass="AzureServices"), "StorageAccount::storage: lets in Azure"),
    (ACCOUNT, _within("networkRuleSet", bypass=None), "StorageAccount::storage: lets in Azure"),
    (ACCOUNT, _within("networkRuleSet", bypass="Logging, Metrics"), "network-flows: lets in Logging"),
    (ACCOUNT, _within("networkRuleSet", resourceAccessRules=[{"tenantId": "t"}]), "resources of others"),
    (ACCOUNT, _set(allowBlobPublicAccess=True), "anybody may be let in"),
    (CONTAINER, _set(publicAccess="Blob"), "everybody reads"),
    (REGISTRY, _set(networkRuleBypassOptions="AzureServices"), "lets in AzureServices"),
    (REGISTRY, _set(anonymousPullEnabled=True), "anybody may pull"),
    (REGISTRY, _within("networkRuleSet", ipRules=_rules(*HALVES)), "lets in everybody"),
    (ENVIRONMENT, _set(publicNetworkAccess="Enabled"), "an address on the internet"),
    (ENVIRONMENT, _set(vnetConfiguration=None), "an address on the internet"),
    (APP, _without("environmentId"), "nobody knows"),
    (APP, _unsaid, "nobody knows"),
    (APP, _more_ports, "nobody knows"),
    (BUCKET, _set(ipFilter={"mode": "Disabled"}), ELSEWHERE),
    (BUCKET, _within("ipFilter", publicNetworkSource={"allowedIpCidrRanges": HALVES}), ELSEWHERE),
    (BUCKET, _within("ipFilter", publicNetworkSource={"allowedIpCidrRanges": ["::/0"]}), ELSEWHERE),
    (BUCKET, _within("ipFilter", publicNetworkSource="all"), "nobody can judge it"),
    (BUCKET, _within("ipFilter", allowCrossOrgVpcs=True), "networks of others"),
    (BUCKET, _set(publicAccessPrevention="inherited"), "made public"),
    (SERVICE, _set(ingress="INGRESS_TRAFFIC_ALL"), "INGRESS_TRAFFIC_ALL"),
    (SERVICE, _set(invokerIamDisabled=True), "everybody may call"),
    (FOLDER, _set(member="ALLUSERS"), "ALLUSERS may"),
    (FOLDER, _set(member="domain:example.com"), "domain:example.com may"),
    (FOLDER, _set(member="group:all@example.com"), "group:all@example.com may"),
    (FOLDER, _set(member="projectViewer:other"), "projectViewer:other may"),
    (FOLDER, _set(member="principalSet://iam.googleapis.com/pool/*"), "principalSet"),
    (KEY_MEMBER, _set(member="allUsers"), "allUsers may"),
    (FIREWALL, _allowing(sourceRanges=HALVES), "lets in everybody"),
    (FIREWALL, _allowing(sourceRanges=["::/0"]), "lets in everybody"),
    (FIREWALL, _allowing(sourceRanges=None), "lets in everybody"),
    (ZONE, _set(visibility="public"), "to everybody"),
]

SPOILT: list[Spoilt] = [*OTHERS, *((answering, *each) for each in OPEN)]
"""Check, type of what is changed, change, and what is said of it."""
