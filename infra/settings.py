"""The settings of a stack, typed; `load()` reads them and says everything that is wrong at once."""

from collections.abc import Collection, Mapping
from typing import Annotated, Any, TypeVar

from pydantic import Field, ValidationError

from components.core.errors import ConfigurationError
from infra import images, problems, rules, source
from infra.kinds import MODEL_NAMES, Clouds, EMail, Encryption, Environment, Image, ModelName, Names, about
from infra.models import Model
from infra.network import NetworkSettings
from infra.sections import (
    AwsSettings,
    AzureSettings,
    GcpSettings,
    MonitoringSettings,
    RegistrySettings,
    Section,
    StorageSettings,
)
from stacks.plan import HOLDING_DATA

Part = TypeVar("Part")


class Settings(Section):
    """Everything that can be set, under the namespace `modelport`."""

    environment: Environment = about(
        "Name of the environment; must be the stack's name, or the stack is `<environment>-<cloud>`.",
        noun="an environment",
        allowed="2 to 15 lower-case letters and digits, a letter first",
        example="dev",
    )
    owner: EMail = about(
        "Who answers for everything in the stack; goes into every tag.",
        noun="an e-mail address",
        allowed="name@example.com",
        example="ml-platform@example.com",
    )
    clouds: Clouds = about(
        "The clouds to deploy to.",
        noun="a list of clouds",
        element="a cloud",
        allowed="aws, azure, gcp, each at most once",
        example="aws",
    )
    aws_given: AwsSettings | None = about(
        "Required when `clouds` names aws.",
        default=None,
        alias="aws",
    )
    azure_given: AzureSettings | None = about(
        "Required when `clouds` names azure.",
        default=None,
        alias="azure",
    )
    gcp_given: GcpSettings | None = about(
        "Required when `clouds` names gcp.",
        default=None,
        alias="gcp",
    )
    image: Image | None = about(
        "The container image of every model that names none of its own.",
        noun="an image named by digest",
        allowed=images.ALLOWED,
        example=images.EXAMPLE,
        default=None,
    )
    models: Annotated[Mapping[ModelName, Model], Field(min_length=1)] = about(
        "The models, by name.",
        noun="an object with a model name for each key",
        allowed=MODEL_NAMES,
        example="height",
    )
    registry: RegistrySettings = about(
        "How long the registries keep images.",
        default=RegistrySettings(),
    )
    encryption: Encryption | None = about(
        "Whose keys encrypt data at rest; a change makes registries and logs anew, which prod refuses.",
        noun="an owner of keys",
        allowed="provider, customer; without it, what the environment says",
        example="provider",
        default=None,
    )
    network: NetworkSettings | None = about(
        "Where functions run, and what registries and storage answer to; without it, there is none, and "
        "private models are refused. Required in prod.",
        default=None,
    )
    storage: StorageSettings = about(
        "How long objects stay, and in which class.",
        default=StorageSettings(),
    )
    monitoring: MonitoringSettings = about(
        "What is kept of what happened.",
        default=MonitoringSettings(),
    )
    allow_public: Names = about(
        "Models that the internet reaches: where everybody may call, and in prod, where callers may.",
        noun="a list of model names",
        element="a model name",
        allowed="names in modelport:models",
        example="height",
        default=(),
    )
    unprotect: Names = about(
        "Components whose data may be deleted from the next `pulumi up` on.",
        noun="a list of component names",
        element="a component name",
        allowed=", ".join(HOLDING_DATA),
        example="registry",
        default=(),
    )

    @property
    def aws(self) -> AwsSettings:
        """The section `aws`; every chosen cloud has one, for others it raises `LookupError`."""
        return _present("aws", self.aws_given)

    @property
    def azure(self) -> AzureSettings:
        """The section `azure`, likewise."""
        return _present("azure", self.azure_given)

    @property
    def gcp(self) -> GcpSettings:
        """The section `gcp`, likewise."""
        return _present("gcp", self.gcp_given)

    def image_of(self, model: str) -> str:
        """The image of a model, `repository@sha256:…`."""
        return _present(f"models.{model}.image", self.models[model].image or self.image)

    def clouds_of(self, model: str) -> tuple[str, ...]:
        """The clouds a model runs on."""
        return self.models[model].clouds or self.clouds


def _present(key: str, part: Part | None) -> Part:
    if part is None:
        raise LookupError(f"modelport:{key} is not set")
    return part


def parse(values: Mapping[str, Any], *, stack: str | None = None, secret: Collection[str] = ()) -> Settings:
    """Settings from plain values, without the namespace; raises `ConfigurationError` with all problems.

    `stack` is the stack's name, which the environment must agree with; without it, that is not checked.
    `secret` holds the top-level names whose values must never be shown.
    """
    return _checked(source.Given(values, frozenset(secret), stack=stack))


def load() -> Settings:
    """The settings of the stack that Pulumi runs; raises `ConfigurationError` with all problems."""
    return _checked(source.read(Settings))


def _checked(given: source.Given) -> Settings:
    found = [*given.problems, *rules.check(given)]
    try:
        settings = Settings.model_validate(given.values)
    except ValidationError as error:
        wrong = list(problems.translate(Settings, error, given))
        keys = tuple(part for problem in wrong for part in (f"{problem.key}.", f"{problem.key}["))
        # What is wrong by itself, or within what is, need not be judged beside others.
        found = wrong + [each for each in found if not f"{each.key}.".startswith(keys)]
        # `from None`: the text of pydantic's error shows values, secret ones too.
        raise ConfigurationError([*problems.runnable(found)]) from None
    if found:
        raise ConfigurationError([*problems.runnable(found)])
    return settings
