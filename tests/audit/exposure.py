"""What the public internet reaches."""

from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from tests.audit import State, listed, statements

Judge = Callable[[Mapping[str, Any], State], str | None]
"""Why the internet reaches a resource with these inputs; None when it does not."""

_BLOCKS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
# docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies-vpc-endpoint.html
_NETWORK_KEYS = {"aws:sourcevpc", "aws:sourcevpce"}


def answering(state: State) -> list[str]:
    """Everything that the internet reaches, with the reason: `type::name: why`."""
    return sorted(_reached(state))


def unjudged(state: State) -> set[str]:
    """Types on which nobody decided yet whether the internet reaches them."""
    custom = {each["type"] for each in state if not each["type"].startswith(_NOT_OF_A_CLOUD)}
    return custom - set(JUDGES) - set(EXCEPTIONS) - SILENT


def _reached(state: State) -> Iterator[str]:
    for each in state:
        judge = JUDGES.get(each["type"])
        if judge and (why := judge(each["inputs"], state)):
            yield f"{each['type']}::{each['urn'].rpartition('::')[2]}: {why}"


def _all(state: State, type_: str) -> Iterator[Mapping[str, Any]]:
    return (each["inputs"] for each in state if each["type"] == type_)


def _function_url(_: Mapping[str, Any], __: State) -> str:
    return "a function URL is an address on the internet"


def _permission(inputs: Mapping[str, Any], _: State) -> str | None:
    return "everybody may call" if inputs.get("principal") == "*" else None


def _bucket(inputs: Mapping[str, Any], state: State) -> str | None:
    name = inputs["bucket"]
    (block,) = (
        each
        for each in _all(state, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock")
        if each["bucket"] == name
    )
    if not all(block.get(key) is True for key in _BLOCKS):
        return "can be made public"
    policies = _all(state, "aws:s3/bucketPolicy:BucketPolicy")
    own = [each["policy"] for each in policies if each["bucket"] == name]
    if not any(_denies(policy, "s3:GetObject") and _denies(policy, "s3:PutObject") for policy in own):
        return "objects are given and taken from everywhere"
    return None


def _ecr(inputs: Mapping[str, Any], state: State) -> str | None:
    policies = _all(state, "aws:ecr/repositoryPolicy:RepositoryPolicy")
    own = [each["policy"] for each in policies if each["repository"] == inputs["name"]]
    if not any(_denies(policy, "ecr:BatchGetImage") and _denies(policy, "ecr:PutImage") for policy in own):
        return "images are given and taken from everywhere"
    return None


def _denies(policy: str, action: str) -> bool:
    """Whether a policy refuses an action to all who come from outside of a network."""
    return any(
        statement["Effect"] == "Deny"
        and statement.get("Principal") in ("*", {"AWS": "*"})
        and any(fnmatchcase(action, each) for each in listed(statement.get("Action")))
        and any(
            key.lower() in _NETWORK_KEYS
            for operator, condition in statement.get("Condition", {}).items()
            if "Not" in operator
            for key in condition
        )
        for statement in statements(policy)
    )


def _account(inputs: Mapping[str, Any], _: State) -> str | None:
    if inputs.get("allowBlobPublicAccess") is not False:
        return "anybody may be let in"
    return _rules(inputs)


def _rules(inputs: Mapping[str, Any], _: State = ()) -> str | None:
    """A service of Azure: closed to the internet, or to all but ranges that are named."""
    if inputs.get("publicNetworkAccess") == "Disabled":
        return None
    if (inputs.get("networkRuleSet") or {}).get("defaultAction") != "Deny":
        return "answers every network"
    return None


def _app(inputs: Mapping[str, Any], state: State) -> str | None:
    if not (inputs["configuration"].get("ingress") or {}).get("external"):
        return None
    within = inputs["environmentId"].lower()
    for each in state:
        if each["type"] == "azure-native:app:ManagedEnvironment" and each["id"].lower() == within:
            inside = (each["inputs"].get("vnetConfiguration") or {}).get("internal") is True
            return None if inside else "its environment has an address on the internet"
    return "nobody knows its environment"


def _run(inputs: Mapping[str, Any], _: State) -> str | None:
    if inputs.get("ingress") != "INGRESS_TRAFFIC_INTERNAL_ONLY":
        return f"ingress is {inputs.get('ingress')}"
    return None


def _member(inputs: Mapping[str, Any], _: State) -> str | None:
    return f"{inputs['member']} may" if inputs["member"] in ("allUsers", "allAuthenticatedUsers") else None


def _gcs(inputs: Mapping[str, Any], _: State) -> str | None:
    if inputs.get("publicAccessPrevention") != "enforced":
        return "can be made public"
    if (inputs.get("ipFilter") or {}).get("mode") != "Enabled":
        return "objects are given and taken from everywhere"
    return None


def _group(inputs: Mapping[str, Any], _: State) -> str | None:
    sources = [source for each in inputs.get("ingress") or () for source in each.get("cidrBlocks") or ()]
    return "lets in everybody" if "0.0.0.0/0" in sources else None


def _firewall(inputs: Mapping[str, Any], _: State) -> str | None:
    lets_in = inputs.get("allows") and inputs.get("direction", "INGRESS") == "INGRESS"
    return "lets in everybody" if lets_in and "0.0.0.0/0" in (inputs.get("sourceRanges") or ()) else None


def _zone(inputs: Mapping[str, Any], _: State) -> str | None:
    return None if inputs.get("visibility") == "private" else "tells its names to everybody"


JUDGES: dict[str, Judge] = {
    "aws:ec2/securityGroup:SecurityGroup": _group,
    "gcp:compute/firewall:Firewall": _firewall,
    "gcp:dns/managedZone:ManagedZone": _zone,
    "aws:lambda/functionUrl:FunctionUrl": _function_url,
    "aws:lambda/permission:Permission": _permission,
    "aws:s3/bucket:Bucket": _bucket,
    "aws:ecr/repository:Repository": _ecr,
    "azure-native:storage:StorageAccount": _account,
    "azure-native:containerregistry:Registry": _rules,
    "azure-native:app:ContainerApp": _app,
    "gcp:cloudrunv2/service:Service": _run,
    "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": _member,
    "gcp:storage/bucket:Bucket": _gcs,
    "gcp:storage/bucketIAMMember:BucketIAMMember": _member,
    "gcp:storage/managedFolderIamMember:ManagedFolderIamMember": _member,
}

# What a network cannot close, with the place where a README says so: capability, cloud, and the promise.
EXCEPTIONS: dict[str, tuple[str, str, str]] = {
    "azure-native:keyvault:Vault": ("key", "azure", "network"),
    "azure-native:operationalinsights:Workspace": ("host", "azure", "network"),
    "gcp:artifactregistry/repository:Repository": ("registry", "gcp", "network"),
}

_NOT_OF_A_CLOUD = ("pulumi:", "modelport:", "random:", "command:")

# Rights, records, parts of networks and what has no address of its own that answers with data. Lambda and the
# stores of logs and keys answer through the interfaces of their clouds only, to those who have a right.
SILENT = {
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    "aws:ec2/eip:Eip",
    "aws:ec2/flowLog:FlowLog",
    "aws:ec2/internetGateway:InternetGateway",
    "aws:ec2/natGateway:NatGateway",
    "aws:ec2/route:Route",
    "aws:ec2/routeTable:RouteTable",
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "aws:ec2/subnet:Subnet",
    "aws:ec2/vpc:Vpc",
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    "aws:ecr/lifecyclePolicy:LifecyclePolicy",
    "aws:ecr/repositoryPolicy:RepositoryPolicy",
    "aws:iam/role:Role",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:kms/alias:Alias",
    "aws:kms/key:Key",
    "aws:lambda/alias:Alias",
    "aws:lambda/function:Function",
    "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketLogging:BucketLogging",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    "aws:s3/bucketPolicy:BucketPolicy",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketVersioning:BucketVersioning",
    "azure-native:app:ContainerAppsAuthConfig",
    "azure-native:app:ManagedEnvironment",
    "azure-native:authorization:RoleAssignment",
    "azure-native:keyvault:Key",
    "azure-native:managedidentity:UserAssignedIdentity",
    "azure-native:monitor:DiagnosticSetting",
    "azure-native:network:FlowLog",
    "azure-native:network:NatGateway",
    "azure-native:network:NetworkSecurityGroup",
    "azure-native:network:PrivateDnsZoneGroup",
    "azure-native:network:PrivateEndpoint",
    "azure-native:network:PublicIPAddress",
    "azure-native:network:Subnet",
    "azure-native:network:VirtualNetwork",
    "azure-native:privatedns:PrivateRecordSet",
    "azure-native:privatedns:PrivateZone",
    "azure-native:privatedns:VirtualNetworkLink",
    "azure-native:resources:ResourceGroup",
    "azure-native:storage:BlobContainer",
    "azure-native:storage:BlobServiceProperties",
    "azure-native:storage:ManagementPolicy",
    "gcp:compute/network:Network",
    "gcp:compute/route:Route",
    "gcp:compute/router:Router",
    "gcp:compute/routerNat:RouterNat",
    "gcp:compute/subnetwork:Subnetwork",
    "gcp:dns/recordSet:RecordSet",
    "gcp:kms/cryptoKey:CryptoKey",
    "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
    "gcp:kms/keyRing:KeyRing",
    "gcp:logging/projectBucketConfig:ProjectBucketConfig",
    "gcp:logging/projectExclusion:ProjectExclusion",
    "gcp:logging/projectSink:ProjectSink",
    "gcp:projects/iAMAuditConfig:IAMAuditConfig",
    "gcp:projects/service:Service",
    "gcp:projects/serviceIdentity:ServiceIdentity",
    "gcp:serviceaccount/account:Account",
    "gcp:storage/managedFolder:ManagedFolder",
}
