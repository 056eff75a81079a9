"""What the public internet reaches."""

from collections.abc import Callable, Iterator

from tests.audit import Resource, State, aws, azure, gcp, named

Judge = Callable[[Resource, State], str | None]
"""Why the internet reaches a resource; None when it does not."""


WITHOUT_A_NETWORK = {
    "aws:lambda/functionUrl:FunctionUrl",
    "aws:s3/bucket:Bucket",
    "aws:ecr/repository:Repository",
    "azure-native:app:ContainerApp",
    "azure-native:storage:StorageAccount",
    "azure-native:containerregistry:Registry",
    "gcp:cloudrunv2/service:Service",
    "gcp:storage/bucket:Bucket",
}
"""What has an address on the internet where there is no network, and asks everybody for a login."""


def answering(state: State) -> list[str]:
    """Everything that the internet reaches, with the reason: `type::name: why`."""
    return sorted(_reached([{**each, "inputs": each.get("inputs") or {}} for each in state]))


def unjudged(state: State) -> set[str]:
    """Types on which nobody decided yet whether the internet reaches them."""
    custom = {each["type"] for each in state if not each["type"].startswith(_NOT_OF_A_CLOUD)}
    return custom - set(JUDGES) - set(EXCEPTIONS) - SILENT


def _reached(state: State) -> Iterator[str]:
    for each in state:
        if why := _why(each, state):
            yield f"{named(each)}: {why}"


def _why(resource: Resource, state: State) -> str | None:
    """What has not the shape that a judge expects is open until somebody looks."""
    judge = JUDGES.get(resource["type"])
    try:
        return judge(resource, state) if judge else None
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        return f"nobody can judge it: {error!r}"


JUDGES: dict[str, Judge] = {
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": aws.group,
    "aws:ec2/securityGroup:SecurityGroup": aws.group,
    "aws:ec2/subnet:Subnet": aws.subnet,
    "aws:ec2/vpcEndpoint:VpcEndpoint": aws.endpoint,
    "aws:ecr/repository:Repository": aws.ecr,
    "aws:kms/key:Key": aws.key,
    "aws:lambda/functionUrl:FunctionUrl": aws.function_url,
    "aws:lambda/permission:Permission": aws.permission,
    "aws:s3/bucket:Bucket": aws.bucket,
    "azure-native:app:ContainerApp": azure.app,
    "azure-native:containerregistry:Registry": azure.registry,
    "azure-native:storage:BlobContainer": azure.container,
    "azure-native:storage:StorageAccount": azure.account,
    "gcp:cloudrunv2/service:Service": gcp.run,
    "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": gcp.member,
    "gcp:compute/firewall:Firewall": gcp.firewall,
    "gcp:dns/managedZone:ManagedZone": gcp.zone,
    "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": gcp.member,
    "gcp:storage/bucket:Bucket": gcp.bucket,
    "gcp:storage/bucketIAMMember:BucketIAMMember": gcp.member,
    "gcp:storage/managedFolderIamMember:ManagedFolderIamMember": gcp.member,
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
# A network security group may let in everybody: what is behind it decides, and is judged by itself. An
# environment of apps is judged with each app.
SILENT = {
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:ec2/eip:Eip",
    "aws:ec2/flowLog:FlowLog",
    "aws:ec2/internetGateway:InternetGateway",
    "aws:ec2/natGateway:NatGateway",
    "aws:ec2/route:Route",
    "aws:ec2/routeTable:RouteTable",
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "aws:ec2/vpc:Vpc",
    "aws:ecr/lifecyclePolicy:LifecyclePolicy",
    "aws:ecr/repositoryPolicy:RepositoryPolicy",
    "aws:iam/role:Role",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:kms/alias:Alias",
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
    "azure-native:storage:BlobServiceProperties",
    "azure-native:storage:ManagementPolicy",
    "gcp:compute/network:Network",
    "gcp:compute/route:Route",
    "gcp:compute/router:Router",
    "gcp:compute/routerNat:RouterNat",
    "gcp:compute/subnetwork:Subnetwork",
    "gcp:dns/recordSet:RecordSet",
    "gcp:kms/cryptoKey:CryptoKey",
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
