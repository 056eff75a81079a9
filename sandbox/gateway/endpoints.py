"""Functions of the simulated clouds as their callers meet them, read from what exists."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.world import Resource, World, stack_of

EVERYBODY = "*"
_MODEL = "MODEL"
"""The variable that tells a function which model it is; what lacks it is none of ours."""


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One function with an address."""

    cloud: str
    stack: str
    model: str
    url: str
    """Its address on the cloud."""

    revision: str
    image: str
    """`<repository>@sha256:<64 hex>`."""

    variables: Mapping[str, str]
    """What the container is told."""

    callers: frozenset[str]
    """Who may call it; `EVERYBODY` for all."""

    instances: int
    """The most of them at once."""

    warm: int
    """Instances that are never stopped."""

    each: int
    """Requests at once in one instance."""

    seconds: float
    """How long an answer may take."""

    @property
    def path(self) -> str:
        """Where it is here: `<stack>/<cloud>/<model>`."""
        return f"{self.stack}/{self.cloud}/{self.model}"

    @property
    def is_public(self) -> bool:
        """Whether everybody may call."""
        return EVERYBODY in self.callers

    @property
    def a_caller(self) -> str | None:
        """One who may call; None where nobody is named. Azure's list of nobody names a GUID of zeros."""
        named = sorted(each for each in self.callers - {EVERYBODY} if each.strip("0-"))
        return named[0] if named else None


def endpoints(world: World, stack: str | None = None) -> list[Endpoint]:
    """Every function with an address that runs a model, of one stack when given."""
    found = (*_aws(world), *_azure(world), *_gcp(world))
    return [each for each in found if stack in (None, each.stack)]


def _aws(world: World) -> Iterator[Endpoint]:
    """Each request has an instance: docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html."""
    urls = {each.inputs["functionName"]: each for each in world.all("aws:lambda/functionUrl:FunctionUrl")}
    warm = {
        each.inputs["functionName"]: each.inputs["provisionedConcurrentExecutions"]
        for each in world.all("aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig")
    }
    for function in world.all("aws:lambda/function:Function"):
        props = function.properties
        variables = (props.get("environment") or {}).get("variables") or {}
        url = urls.get(props["name"])
        if url is None or _MODEL not in variables:
            continue
        open_to_all = url.inputs["authorizationType"] == "NONE"
        yield Endpoint(
            **_common("aws", function, url.outputs["functionUrl"], variables),
            revision=str(props.get("description", "")),
            image=props["imageUri"],
            callers=frozenset({EVERYBODY} if open_to_all else _permitted(world, props["name"])),
            # Without a share of its own it has what the account has left, 1000 at the most.
            instances=int(props.get("reservedConcurrentExecutions", 1000)),
            warm=int(warm.get(props["name"], 0)),
            each=1,
            seconds=float(props.get("timeout", 3)),
        )


def _permitted(world: World, function: str) -> Iterator[str]:
    """Who has the right to the URL and the right to the function: one alone is not enough."""
    rights: dict[str, set[str]] = {}
    for each in world.all("aws:lambda/permission:Permission"):
        if each.inputs["function"] == function:
            rights.setdefault(each.inputs["principal"], set()).add(each.inputs["action"])
    needed = {"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"}
    return (principal for principal, actions in rights.items() if needed <= actions)


def _azure(world: World) -> Iterator[Endpoint]:
    """An app without `authConfigs` is open to everybody; its ingress gives up after 240 seconds.

    learn.microsoft.com/azure/container-apps/ingress-overview
    """
    configs = world.all("azure-native:app:ContainerAppsAuthConfig")
    guards = {each.inputs["containerAppName"]: each for each in configs}
    for app in world.all("azure-native:app:ContainerApp"):
        props = app.properties
        template, name = props["template"], props["containerAppName"]
        container = template["containers"][0]
        variables = _told(container.get("env"))
        if _MODEL not in variables:
            continue
        ends = str(props["latestRevisionFqdn"]).partition(".")[2]
        scale = template.get("scale") or {}
        yield Endpoint(
            **_common("azure", app, f"https://{name}.{ends}", variables),
            revision=str(props["latestRevisionName"]),
            image=container["image"],
            callers=frozenset(_listed(guards[name].inputs) if name in guards else [EVERYBODY]),
            instances=int(scale.get("maxReplicas", 10)),
            warm=int(scale.get("minReplicas") or 0),
            each=_at_once(scale.get("rules") or []),
            seconds=240.0,
        )


def _listed(guard: Mapping[str, Any]) -> Sequence[str]:
    validation = guard["identityProviders"]["azureActiveDirectory"]["validation"]
    found: Sequence[str] = validation["defaultAuthorizationPolicy"]["allowedPrincipals"]["identities"]
    return found


def _at_once(rules: Sequence[Mapping[str, Any]]) -> int:
    """Requests for which another replica is started, and which an instance of ours takes; 10 unless said."""
    told = [each["http"]["metadata"]["concurrentRequests"] for each in rules if "http" in each]
    return int(told[0]) if told else 10


def _gcp(world: World) -> Iterator[Endpoint]:
    members: dict[str, set[str]] = {}
    for each in world.all("gcp:cloudrunv2/serviceIamMember:ServiceIamMember"):
        if each.inputs["role"] == "roles/run.invoker":
            members.setdefault(each.inputs["name"], set()).add(each.inputs["member"])
    for service in world.all("gcp:cloudrunv2/service:Service"):
        props = service.properties
        template = props["template"]
        container = template["containers"][0]
        callers = members.get(props["name"], set())
        variables = _told(container.get("envs"))
        if _MODEL not in variables:
            continue
        scaling = template.get("scaling") or {}
        yield Endpoint(
            **_common("gcp", service, props["uri"], variables),
            revision=str(template.get("revision") or props.get("latestReadyRevision", "")),
            image=container["image"],
            callers=frozenset({EVERYBODY} if "allUsers" in callers else callers),
            instances=int(scaling.get("maxInstanceCount", 100)),
            warm=int(scaling.get("minInstanceCount") or 0),
            each=int(template.get("maxInstanceRequestConcurrency", 80)),
            seconds=float(template.get("timeout", "300s").removesuffix("s")),
        )


def _told(variables: Sequence[Mapping[str, str]] | None) -> dict[str, str]:
    """Variables with a value in the open; others come from secrets."""
    return {each["name"]: each["value"] for each in variables or () if "value" in each}


def _common(cloud: str, made: Resource, url: str, variables: Mapping[str, str]) -> dict[str, Any]:
    return {
        "cloud": cloud,
        "stack": stack_of(made.urn),
        "model": variables[_MODEL],
        "url": url.rstrip("/"),
        "variables": variables,
    }
