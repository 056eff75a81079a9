"""A stack on AWS, in a network unless that is left out."""

import json

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
from tests.components.builders import ACCESS, DIGEST, SOURCE, landing

EC2 = "aws:ec2/"
VPC, SUBNET, ROUTE = f"{EC2}vpc:Vpc", f"{EC2}subnet:Subnet", f"{EC2}route:Route"
GROUP, ENDPOINT = f"{EC2}securityGroup:SecurityGroup", f"{EC2}vpcEndpoint:VpcEndpoint"
FLOW_LOG, LOG_GROUP = f"{EC2}flowLog:FlowLog", "aws:cloudwatch/logGroup:LogGroup"
FUNCTION, URL = "aws:lambda/function:Function", "aws:lambda/functionUrl:FunctionUrl"
PERMISSION, RIGHTS = "aws:lambda/permission:Permission", "aws:iam/rolePolicy:RolePolicy"
ROLE = "aws:iam/role:Role"
BUCKET_POLICY, IMAGES = "aws:s3/bucketPolicy:BucketPolicy", "aws:ecr/repositoryPolicy:RepositoryPolicy"
CIDR, OFFICE = "10.20.0.0/16", "203.0.113.0/28"
PLAN = addresses(CIDR, "aws", 2)
FOREIGN_VPC = "vpc-0a1b2c3d4e5f60718"
"""Somebody else's."""
EXISTING = Existing(network=FOREIGN_VPC, functions=("subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"))
PRIVATE = Access(mode="private", callers=ACCESS["aws"].callers)


def everything(context, opts=None, *, inside=True, access=None, with_key=False, days=None, **changes):
    """All that a stack has, in a network."""

    def make(kind, name, args, links):
        return catalog.implementation(kind, "aws")(name, args, links, opts)

    ground = landing("aws", context, opts)
    key = make(Key, "key", KeyArgs(context=context), KeyLinks(ground)) if with_key else None
    values = {"cidr": CIDR, "egress": "internet", "allow_from": (OFFICE,), **changes}
    args = NetworkArgs(context=context, **values)
    net = make(Network, "network", args, NetworkLinks(ground, key)) if inside else None
    images = RegistryArgs(context=context, models=("height",))
    registry = make(Registry, "registry", images, RegistryLinks(ground, key, net))
    kept = StorageArgs(context=context, access_logs_days=days)
    make(Storage, "storage", kept, StorageLinks(ground, key, net))
    sides = ("internal", "external") if inside else ("external",)
    host = make(Host, "host", HostArgs(context=context, sides=sides), HostLinks(ground, key, net))
    who = IdentityArgs(context=context, model="height", in_network=inside)
    links = FunctionLinks(
        landing=ground,
        host=host,
        registry=registry,
        image=make(
            Image, "height", ImageArgs(context=context, model="height", source=SOURCE), ImageLinks(registry)
        ),
        identity=make(Identity, "height", who, IdentityLinks(ground)),
    )
    function = FunctionArgs(context=context, model="height", digest=DIGEST, access=access or ACCESS["aws"])
    return make(Function, "height", function, links)


def statements(cloud, type_, name=None, key="policy"):
    return json.loads(cloud.inputs(type_, name)[key])["Statement"]


def of(cloud, type_):
    return {one.name: one.inputs for one in cloud.children if one.typ == type_}
