"""Kinds of values in the settings: what they look like and what is said about one that does not."""

import ipaddress
import re
from collections.abc import Callable, Iterable
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field

from components.catalog import CLOUDS
from components.clouds import regions
from components.core import naming
from components.core.errors import InvalidArgument, Refused, nearest
from components.function.access import CALLERS, MODES
from components.function.contract import check_variable
from components.host.contract import RETENTION_DAYS
from components.network import addresses
from components.network.contract import EGRESS, check_source
from components.network.existing import GROUP, NETWORK, SUBNET, SUBNETS
from components.storage.artifact import SHA256, URI, VERSION
from infra import images

_ACCOUNT_DIGITS: Final = 12
_GUID: Final = r"^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$"


MODEL_NAMES: Final = (
    f"names of {naming.MODEL.shortest} to {naming.MODEL.longest} lower-case letters, digits and "
    "single hyphens, a letter first"
)


def about(
    meaning: str,
    *,
    noun: str = "an object",
    element: str = "",
    allowed: str = "",
    example: object = None,
    default: Any = ...,
    **rules: Any,
) -> Any:
    """A field with everything that its documentation and its errors say about it.

    `noun` continues "is not …" (`element` for what is inside a list), `allowed` is what follows "allowed:"
    and `example` goes into commands. A field that holds another section says all but its meaning by itself.
    """
    said: dict[str, Any] = {"noun": noun, "element": element, "allowed": allowed}
    return Field(default, description=meaning, examples=[example], json_schema_extra=said, **rules)


def listed(cloud: str, noun: str) -> str:
    """What is allowed, too long to be repeated in an error."""
    return f"one of the {len(regions.REGIONS[cloud])} {noun} listed in docs/configuration.md"


def _in_region_of(cloud: str) -> AfterValidator:
    def check(value: str) -> str:
        regions.check(cloud, value)
        return value

    return AfterValidator(check)


def _known(cloud: str) -> Any:
    known: list[Any] = sorted(regions.REGIONS[cloud])
    return Field(json_schema_extra={"enum": known})


def _whole_account(value: object) -> object:
    """Without quotes YAML reads a number, which is safe only when it kept all its digits."""
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    if len(str(value)) != _ACCOUNT_DIGITS:
        raise Refused("is a number without quotes, which loses leading zeros")
    return str(value)


def _cloud(value: str) -> str:
    if value not in CLOUDS:
        raise Refused("is not a cloud", _NICKNAMES.get(value.lower()) or nearest(value, CLOUDS))
    return value


_NICKNAMES: Final = {
    "google": "gcp",
    "gcloud": "gcp",
    "amazon": "aws",
    "microsoft": "azure",
    "azure-native": "azure",
}


def _image(value: str) -> str:
    return str(images.parse(value))


def one_of(noun: str, words: Iterable[str]) -> AfterValidator:
    """Refuses all but these words."""
    known = list(words)

    def check(value: str) -> str:
        if value not in known:
            raise Refused(f"is not {noun}", nearest(value, known))
        return value

    return AfterValidator(check)


def _variable(value: str) -> str:
    try:
        check_variable(value)
    except InvalidArgument as refusal:
        raise Refused(f"is not the name of a variable: {refusal.reason}") from None
    return value


def _refused_by(check: Callable[[str], object]) -> AfterValidator:
    """Refuses what a component's own check refuses, in its words."""

    def judge(value: str) -> str:
        try:
            check(value)
        except InvalidArgument as refusal:
            what = refusal.reason.partition("; came")[0]
            raise Refused(f"must be {what}", _aligned(value, check)) from None
        return value

    return AfterValidator(judge)


def _aligned(text: str, check: Callable[[str], object]) -> str | None:
    """The range that an address in it, or one without a prefix, was probably meant to be."""
    try:
        found = str(ipaddress.IPv4Network(text, strict=False))
        check(found)
    except (ValueError, InvalidArgument):
        return None
    return found


def _as_many_as(cloud: str) -> AfterValidator:
    """As many subnets as functions take on a cloud."""
    least, most = SUBNETS[cloud]

    def check(value: tuple[str, ...]) -> tuple[str, ...]:
        if not least <= len(value) <= most:
            raise Refused(f"has {len(value)} subnets, not {least} to {most}")
        return value

    return AfterValidator(check)


def _days(value: int) -> int:
    if value not in RETENTION_DAYS:
        raise Refused("is not a retention that every cloud knows", str(_next(value)))
    return value


def _next(days: int) -> int:
    """The shortest retention that is long enough."""
    return next((known for known in RETENTION_DAYS if known >= days), RETENTION_DAYS[-1])


def _model_name(value: str) -> str:
    limit = naming.MODEL
    better = re.sub(r"[^a-z0-9]+", "-", value.lower()).lstrip("-0123456789")[: limit.longest].strip("-")
    if len(value) > limit.longest:
        raise Refused(f"is a model name of {len(value)} characters, {limit.longest} at most", better)
    if not re.fullmatch(limit.pattern, value):
        raise Refused("is not a model name", better or None)
    return value


def _project(value: object) -> object:
    if isinstance(value, str) and value.isdecimal():
        raise Refused("is a project number, not a project id")
    return value


# Checked by rules.py, which names each double; here for editors.
_ONCE: Final = Field(json_schema_extra={"uniqueItems": True})

AwsRegion = Annotated[str, _in_region_of("aws"), _known("aws")]
AzureLocation = Annotated[str, _in_region_of("azure"), _known("azure")]
GcpRegion = Annotated[str, _in_region_of("gcp"), _known("gcp")]
Account = Annotated[str, Field(pattern=rf"^[0-9]{{{_ACCOUNT_DIGITS}}}$"), BeforeValidator(_whole_account)]
RoleArn = Annotated[str, Field(pattern=r"^arn:aws:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]+$")]
Guid = Annotated[str, Field(pattern=_GUID)]
# cloud.google.com/resource-manager/docs/creating-managing-projects
GcpProject = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{4,28}[a-z0-9]$"), BeforeValidator(_project)]
EMail = Annotated[str, Field(pattern=r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}$")]
Environment = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]{1,14}$")]
Image = Annotated[str, AfterValidator(_image), Field(json_schema_extra={"pattern": images.PATTERN})]
Cloud = Annotated[str, AfterValidator(_cloud), Field(json_schema_extra={"enum": list(CLOUDS)})]
Clouds = Annotated[tuple[Cloud, ...], Field(min_length=1), _ONCE]
ModelName = Annotated[str, AfterValidator(_model_name)]
Names = Annotated[tuple[str, ...], _ONCE]
AccessMode = Annotated[
    str,
    one_of("a kind of access", MODES),
    Field(json_schema_extra={"enum": list[Any](MODES)}),
]
Target = Annotated[str, one_of("a target", ("function",)), Field(json_schema_extra={"enum": ["function"]})]
Targets = Annotated[tuple[Target, ...], _ONCE]
AwsCallers = Annotated[tuple[Annotated[str, Field(pattern=CALLERS["aws"][0])], ...], _ONCE]
AzureCallers = Annotated[tuple[Annotated[str, Field(pattern=CALLERS["azure"][0])], ...], _ONCE]
GcpCallers = Annotated[tuple[Annotated[str, Field(pattern=CALLERS["gcp"][0])], ...], _ONCE]
Variable = Annotated[str, AfterValidator(_variable)]
RetentionDays = Annotated[
    int, AfterValidator(_days), Field(json_schema_extra={"enum": list[Any](RETENTION_DAYS)})
]
Vcpu = Annotated[float, Field(allow_inf_nan=False)]
Gib = Annotated[float, Field(allow_inf_nan=False)]
Uri = Annotated[str, Field(pattern=URI)]
Sha256 = Annotated[str, Field(pattern=SHA256)]
VersionName = Annotated[str, Field(pattern=VERSION)]
Encryption = Annotated[
    str,
    one_of("an owner of keys", ("provider", "customer")),
    Field(json_schema_extra={"enum": ["provider", "customer"]}),
]
Cidr = Annotated[str, _refused_by(addresses.check)]
Source = Annotated[str, _refused_by(check_source)]
Sources = Annotated[tuple[Source, ...], _ONCE]
Egress = Annotated[
    str, one_of("a kind of egress", EGRESS), Field(json_schema_extra={"enum": list[Any](EGRESS)})
]
Vpc = Annotated[str, Field(pattern=NETWORK["aws"][0])]
VirtualNetwork = Annotated[str, Field(pattern=NETWORK["azure"][0])]
GcpNetwork = Annotated[str, Field(pattern=NETWORK["gcp"][0])]
AwsSubnets = Annotated[tuple[Annotated[str, Field(pattern=SUBNET["aws"][0])], ...], _as_many_as("aws"), _ONCE]
AzureSubnet = Annotated[str, Field(pattern=SUBNET["azure"][0])]
AzureSubnets = Annotated[tuple[AzureSubnet, ...], _as_many_as("azure"), _ONCE]
GcpSubnets = Annotated[tuple[Annotated[str, Field(pattern=SUBNET["gcp"][0])], ...], _as_many_as("gcp")]
ResourceGroup = Annotated[str, Field(pattern=GROUP[0])]
