"""What can be set for one model."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator

from components.function.access import CALLERS
from infra import images
from infra.kinds import (
    AccessMode,
    AwsCallers,
    AzureCallers,
    Clouds,
    GcpCallers,
    Gib,
    Image,
    Sha256,
    Targets,
    Uri,
    Variable,
    Vcpu,
    VersionName,
    about,
)
from infra.sections import Section


class ArtifactSettings(Section):
    """A model file that is not inside the image."""

    uri: Uri = about(
        "Where it comes from.",
        noun="the address of a file",
        allowed="s3://<bucket>/<path>, gs://<bucket>/<path>, az://<account>/<container>/<path> or https://…",
        example="s3://example-models/height/7/height.onnx",
    )
    sha256: Sha256 = about(
        "What it is; another file is refused.",
        noun="a SHA-256",
        allowed="64 hex digits in lower case (`sha256sum <file>`)",
        example="0" * 64,
    )
    version: VersionName = about(
        "What it is called.",
        noun="a version",
        allowed="1 to 64 letters, digits and `._-`, a letter or digit first, in quotes",
        example="7",
    )


class SizeSettings(Section):
    """What one instance has; each cloud gives its smallest size that is at least that."""

    cpu: Vcpu = about(
        "vCPU of one instance.",
        noun="a number of vCPU",
        allowed="more than 0, up to 4; 5.79 where the model is not on azure, 8 only on gcp",
        example=1,
        default=1,
        gt=0,
        le=8,
        strict=True,
    )
    memory_gib: Gib = about(
        "GiB of memory of one instance.",
        noun="a number of GiB",
        allowed="more than 0, up to 8; 10 where the model is not on azure, 32 only on gcp",
        example=2,
        default=2,
        gt=0,
        le=32,
        strict=True,
    )


class ScaleSettings(Section):
    """How many instances there may be."""

    min: int = about(
        "Instances that wait warm; 0 costs nothing while nobody asks.",
        noun="a number of instances",
        allowed="0 to 100, at most `max`",
        example=0,
        default=0,
        ge=0,
        le=100,
        strict=True,
    )
    max: int = about(
        "Instances at most; on AWS, where one serves one request, `max` × `concurrency`.",
        noun="a number of instances",
        allowed="1 to 100",
        example=10,
        default=10,
        ge=1,
        le=100,
        strict=True,
    )
    concurrency: int = about(
        "Requests that one instance serves at the same time.",
        noun="a number of requests",
        allowed="1 to 300",
        example=40,
        default=40,
        ge=1,
        le=300,
        strict=True,
    )


class CallersSettings(Section):
    """Who may call, by cloud; an empty list lets nobody in."""

    aws: AwsCallers = about(
        "Roles that may call on AWS.",
        noun="a list of callers",
        element="a caller",
        allowed=CALLERS["aws"][1],
        example="arn:aws:iam::111111111111:role/caller",
        default=(),
    )
    azure: AzureCallers = about(
        "Identities that may call on Azure.",
        noun="a list of callers",
        element="a caller",
        allowed="object ids (GUIDs) of users, service principals and managed identities",
        example="00000000-0000-4000-8000-0000000000c1",
        default=(),
    )
    gcp: GcpCallers = about(
        "Members that may call on Google Cloud.",
        noun="a list of callers",
        element="a caller",
        allowed=CALLERS["gcp"][1],
        example="serviceAccount:caller@another-project.iam.gserviceaccount.com",
        default=(),
    )


class ModelSettings(Section):
    """What is particular to one model; `{}` takes everything from the stack."""

    image: Image | None = about(
        "The model's container image.",
        noun="an image named by digest",
        allowed=images.ALLOWED,
        example=images.EXAMPLE,
        default=None,
    )
    clouds: Clouds | None = about(
        "The clouds this model runs on; without it, the stack's.",
        noun="a list of clouds",
        element="a cloud",
        allowed="aws, azure, gcp, each at most once, of those in modelport:clouds",
        example="aws",
        default=None,
    )
    artifact: ArtifactSettings | None = about(
        "A model file outside of the image, copied by hash to each cloud's storage.",
        default=None,
    )
    targets: Targets = about(
        "What the model runs as; nothing: its image is copied and that is all.",
        noun="a list of targets",
        element="a target",
        allowed="function",
        example="function",
        default=("function",),
    )
    size: SizeSettings = about("What one instance has.", default=SizeSettings())
    scale: ScaleSettings = about("How many instances there may be.", default=ScaleSettings())
    timeout_seconds: int = about(
        "How long a request may take.",
        noun="a number of seconds",
        allowed="1 to 240",
        example=30,
        default=30,
        ge=1,
        le=240,
        strict=True,
    )
    access: AccessMode | None = about(
        "Who may call: the `callers` and nobody else (authenticated), they and from inside the network only "
        "(private), or everybody (public). Without it, authenticated; in prod, private.",
        noun="a kind of access",
        allowed="private, authenticated, public",
        example="authenticated",
        default=None,
    )
    callers: CallersSettings = about("Who may call, where that is authenticated.", default=CallersSettings())
    environment: Mapping[Variable, str] = about(
        "Environment variables of the application; no secrets.",
        noun="an object with a text for each variable",
        element="a text",
        allowed="names of letters, digits and `_`, a letter first, none that a cloud sets",
        example="LOG_LEVEL",
        default={},
    )


# `height:` with nothing behind it takes everything from the stack, and so does what
# `pulumi config set --path modelport:models.height '{}'` stores, which is text.
Model = Annotated[ModelSettings, BeforeValidator(lambda value: {} if value in (None, "{}") else value)]
