"""The shape of a component: it registers itself, lets one cloud build, then registers what was promised."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

import pulumi

from components.core import endings, naming
from components.core.context import Context
from components.core.errors import ModelportError, Unsupported, caught


@dataclass(frozen=True, kw_only=True)
class ComponentArgs:
    """Inputs every component takes: plain values only, so that all are checked before the first resource."""

    context: Context
    """For whom and where: project, environment and owner."""


Args = TypeVar("Args", bound=ComponentArgs)
Links = TypeVar("Links")


class Component(pulumi.ComponentResource, Generic[Args, Links]):
    """One capability on one cloud; `args` are plain values, `links` is what comes from other components."""

    CAPABILITY: ClassVar[str]
    CLOUD: ClassVar[str]

    ARGS: ClassVar[type[ComponentArgs]]
    """Class of the inputs."""

    OUTPUTS: ClassVar[tuple[str, ...]]
    """Names of the attributes that are registered as outputs."""

    MAKES: ClassVar[Mapping[str, str]] = {}
    """Type of every resource it makes, and how."""

    UNSUPPORTED: ClassVar[Mapping[str, str]] = {}
    """Inputs this cloud cannot honour, with advice: asking for anything but the default is refused."""

    GAPS: ClassVar[Mapping[str, str]] = {}
    """Promises this cloud cannot keep, and what makes up for it."""

    def __init__(
        self, name: str, args: Args, links: Links, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        for refusal in self.refusals(name, args):
            raise refusal
        super().__init__(self.token(), name, {}, opts)
        self.context = args.context
        self.tags = self.tags_with()
        # Only the parent: it already hands down provider, aliases and the rest, while merging `opts`
        # into children would copy aliases and could move them under another parent.
        self.child = pulumi.ResourceOptions(parent=self)
        self._build(name, args, links)
        self.register_outputs({output: getattr(self, output) for output in self.OUTPUTS})

    def _build(self, name: str, args: Args, links: Links) -> None:
        """Create the children and set every output of the contract."""
        raise NotImplementedError

    @staticmethod
    def label(tags: Mapping[str, str]) -> dict[str, str]:
        """Tags in the form this cloud allows; raises `InvalidArgument` for what has no such form."""
        raise NotImplementedError

    @classmethod
    def token(cls) -> str:
        """The type as it stands in the state; fixed once released."""
        return f"modelport:{cls.CLOUD}:{cls.CAPABILITY.capitalize()}"

    @classmethod
    def names(cls, name: str, args: Args) -> tuple[naming.Name, ...]:
        """Physical names it will ask for, to be checked before the first resource."""
        return ()

    @classmethod
    def refusals(cls, name: str, args: Args) -> Iterator[ModelportError]:
        """Everything this cloud cannot honour in these arguments."""
        for field in dataclasses.fields(args):
            if field.name in cls.UNSUPPORTED and getattr(args, field.name) != _default(field):
                yield Unsupported(cls.CLOUD, cls.CAPABILITY, field.name, cls.UNSUPPORTED[field.name])
        for wanted in cls.names(name, args):
            yield from caught(wanted.check)
        yield from caught(lambda: cls.label(args.context.tags_for(cls.CAPABILITY, name)))

    def tags_with(self, model: str | None = None) -> dict[str, str]:
        """The tags of a child, with the model it is for when there is one."""
        return self.label(self.context.tags_for(self.CAPABILITY, self.pulumi_resource_name, model))

    def unique(
        self, name: str, args: Args, region: pulumi.Output[str] | None = None, *, encrypted: bool = False
    ) -> pulumi.Output[str]:
        """The one physical name that `names` asks for, with a random end that is made once and kept.

        With a region, another region gets another name: the old thing stays until the new one is there. So it
        is with `encrypted`, for what takes a key of ours only when it is made.
        """
        (wanted,) = self.names(name, args)
        return endings.physical(name, wanted, endings.keepers(region, encrypted), self.child)

    def holding_data(self, protect: bool) -> pulumi.ResourceOptions:
        """Options of a child that holds data: the only kind that is ever protected."""
        return pulumi.ResourceOptions(parent=self, protect=protect)


def _default(field: "dataclasses.Field[Any]") -> Any:
    """What a field is when nobody sets it."""
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default
