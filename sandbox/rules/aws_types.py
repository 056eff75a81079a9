"""AWS: types of a network, and what the world has of them that nobody here made."""

VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
INTERNET = "aws:ec2/internetGateway:InternetGateway"
NAT = "aws:ec2/natGateway:NatGateway"
ADDRESS = "aws:ec2/eip:Eip"
TABLE = "aws:ec2/routeTable:RouteTable"
ROUTE = "aws:ec2/route:Route"
ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"

ZONES = "abc"
"""Ends of the names of zones: every region has three here."""

_FOREIGN = "0a1b2c3"


def foreign(id_: object) -> bool:
    """Tell whether an id is that of a VPC or subnet that somebody else keeps: it begins with 0a1b2c3."""
    return str(id_).partition("-")[2].startswith(_FOREIGN)


def zone_of(subnet: str) -> str:
    """The end of the zone of somebody else's subnet, which follows from the last digit of its id."""
    return ZONES[int(subnet[-1], 16) % len(ZONES)]
