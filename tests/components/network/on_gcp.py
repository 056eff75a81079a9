"""A stack on Google Cloud, in a network unless that is left out."""

import pulumi
import pulumi_gcp

from components import catalog
from components.function.access import Access
from components.function.contract import Function, FunctionArgs, FunctionLinks
from components.host.contract import Host, HostArgs, HostLinks
from components.identity.contract import Identity, IdentityArgs, IdentityLinks
from components.image.contract import Image, ImageArgs, ImageLinks
from components.key.contract import Key, KeyArgs, KeyLinks
from components.network.addresses import addresses
from components.network.contract import Network, NetworkArgs, NetworkLinks
from components.network.existing import Existing
from components.registry.contract import Registry, RegistryArgs, RegistryLinks
from components.storage.contract import Storage, StorageArgs, StorageLinks
from tests.components.builders import ACCESS, DIGEST, PLACES, SOURCE, landing

NETWORK = "gcp:compute/network:Network"
SUBNET = "gcp:compute/subnetwork:Subnetwork"
FIREWALL = "gcp:compute/firewall:Firewall"
ROUTE = "gcp:compute/route:Route"
ROUTER = "gcp:compute/router:Router"
NAT = "gcp:compute/routerNat:RouterNat"
ZONE = "gcp:dns/managedZone:ManagedZone"
RECORD = "gcp:dns/recordSet:RecordSet"
LOG_BUCKET = "gcp:logging/projectBucketConfig:ProjectBucketConfig"
SINK = "gcp:logging/projectSink:ProjectSink"
EXCLUSION = "gcp:logging/projectExclusion:ProjectExclusion"
SERVICE = "gcp:cloudrunv2/service:Service"
INVOKER = "gcp:cloudrunv2/serviceIamMember:ServiceIamMember"
BUCKET = "gcp:storage/bucket:Bucket"
REPOSITORY = "gcp:artifactregistry/repository:Repository"
AUDIT = "gcp:projects/iAMAuditConfig:IAMAuditConfig"
API = "gcp:projects/service:Service"
KEY_MEMBER = "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember"

CIDR = "10.20.0.0/16"
PLAN = addresses(CIDR, "gcp", 2)
GOOGLE = "199.36.153.8/30"
ID = "projects/example-models-dev/global/networks/network-0a1b2c3"
FUNCTIONS = "projects/example-models-dev/regions/europe-west1/subnetworks/network-functions-0a1b2c3"
OTHERS = Existing(
    network="projects/hub-network-dev/global/networks/shared",
    functions=("projects/hub-network-dev/regions/europe-west1/subnetworks/functions",),
)
SHARED = {"cidr": None, "existing": OTHERS, "egress": "none"}
PRIVATE = Access(mode="private", callers=ACCESS["gcp"].callers)


def stack(context, *, inside=True, access=ACCESS["gcp"], encrypted=False, days=None, **changes):
    """A stack of one model: in a network unless that is left out."""
    place = PLACES["gcp"]
    provider = pulumi_gcp.Provider("gcp", project=place["account"], region=place["region"])
    opts = pulumi.ResourceOptions(provider=provider)

    def make(kind, name, args, links):
        return catalog.implementation(kind, "gcp")(name, args, links, opts)

    ground = landing("gcp", context, opts)
    key = make(Key, "key", KeyArgs(context=context), KeyLinks(ground)) if encrypted else None
    values = {"cidr": CIDR, "egress": "internet", "allow_from": ("203.0.113.0/28",), **changes}
    args = NetworkArgs(context=context, **values)
    net = make(Network, "network", args, NetworkLinks(ground, key)) if inside else None
    images = RegistryArgs(context=context, models=("height",))
    registry = make(Registry, "registry", images, RegistryLinks(ground, key, net))
    kept = StorageArgs(context=context, access_logs_days=days)
    store = make(Storage, "storage", kept, StorageLinks(ground, key, net))
    shared = HostArgs(context=context, sides=(access.side,))
    host = make(Host, "host", shared, HostLinks(ground, key, net))
    who = IdentityArgs(context=context, model="height")
    identity = make(Identity, "height", who, IdentityLinks(ground))
    source = ImageArgs(context=context, model="height", source=SOURCE)
    links = FunctionLinks(
        landing=ground,
        host=host,
        registry=registry,
        image=make(Image, "height", source, ImageLinks(registry)),
        identity=identity,
        variables={"INBOX": store.grant("height-inbox", identity.principal, "read", "inbox/")},
    )
    function = FunctionArgs(context=context, model="height", digest=DIGEST, access=access)
    return make(Function, "height", function, links)
