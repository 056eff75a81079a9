"""Google Cloud: tokens of the types that the rules are about, and who acts for some of them."""

REPOSITORY = "gcp:artifactregistry/repository:Repository"
MEMBER = "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember"
SERVICE = "gcp:projects/service:Service"
ACCOUNT = "gcp:serviceaccount/account:Account"
BUCKET = "gcp:storage/bucket:Bucket"
BUCKET_MEMBER = "gcp:storage/bucketIAMMember:BucketIAMMember"
FOLDER = "gcp:storage/managedFolder:ManagedFolder"
FOLDER_MEMBER = "gcp:storage/managedFolderIamMember:ManagedFolderIamMember"
LOG_BUCKET = "gcp:logging/projectBucketConfig:ProjectBucketConfig"
SINK = "gcp:logging/projectSink:ProjectSink"
EXCLUSION = "gcp:logging/projectExclusion:ProjectExclusion"
RUN = "gcp:cloudrunv2/service:Service"
INVOKER = "gcp:cloudrunv2/serviceIamMember:ServiceIamMember"
KEY_RING = "gcp:kms/keyRing:KeyRing"
KEY = "gcp:kms/cryptoKey:CryptoKey"
KEY_MEMBER = "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember"
AGENT = "gcp:projects/serviceIdentity:ServiceIdentity"
NETWORK = "gcp:compute/network:Network"
SUBNET = "gcp:compute/subnetwork:Subnetwork"
FIREWALL = "gcp:compute/firewall:Firewall"
ROUTE = "gcp:compute/route:Route"
ROUTER = "gcp:compute/router:Router"
NAT = "gcp:compute/routerNat:RouterNat"
ZONE = "gcp:dns/managedZone:ManagedZone"
RECORD = "gcp:dns/recordSet:RecordSet"
AUDIT = "gcp:projects/iAMAuditConfig:IAMAuditConfig"

MEMBERS = (MEMBER, BUCKET_MEMBER, FOLDER_MEMBER, INVOKER, KEY_MEMBER)
EVERYBODY = ("allUsers", "allAuthenticatedUsers")

AGENTS = {
    REPOSITORY: "service-{number}@gcp-sa-artifactregistry.iam.gserviceaccount.com",
    BUCKET: "service-{number}@gs-project-accounts.iam.gserviceaccount.com",
    LOG_BUCKET: "cmek-p{number}@gcp-sa-logging.iam.gserviceaccount.com",
}
"""Google's own accounts that encrypt and decrypt for a project; `number` is that of the project."""
