"""Function on AWS: a Lambda function from an image, behind a URL of its own."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar, cast

import pulumi
from pulumi_aws import cloudwatch, iam, lambda_

from components.clouds.aws import OnAws
from components.clouds.aws_policies import document
from components.core.errors import InvalidArgument, ModelportError, caught
from components.core.outputs import once
from components.core.sizes import lambda_mib
from components.function.access import refused
from components.function.aws_network import interfaces
from components.function.contract import PORT, READY, Function, FunctionArgs, FunctionLinks
from components.key.contract import usable_by

if TYPE_CHECKING:  # What it needs of the SDK takes half a second to load, and most functions need no network.
    from components.network.aws import AwsNetwork

LIVE = "live"
"""The alias that callers reach; it points to one published version."""

# Two statements each, in a policy of 20 KB: docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
_MOST_CALLERS = 30
# botocore, lambda: EnvironmentVariableName
_VARIABLE = re.compile(r"[a-zA-Z][a-zA-Z0-9_]+", re.ASCII)
_URL, _INVOKE = "lambda:InvokeFunctionUrl", "lambda:InvokeFunction"


class AwsFunction(OnAws, Function):
    """A version per change, and an alias that leads to the newest one."""

    MAKES: ClassVar[Mapping[str, str]] = {
        "aws:cloudwatch/logGroup:LogGroup": "one: its logs, kept as long and encrypted as the host says",
        "aws:iam/rolePolicy:RolePolicy": "one: writing into that log group, nothing else; in a network "
        "one more: its interfaces there, for Lambda and not for the code",
        "aws:lambda/function:Function": "one: runs the image by digest; every change is a new version",
        "aws:lambda/alias:Alias": "one: `live`, the version that callers reach",
        "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": "one with `scale.min`: "
        "instances of that version which wait warm",
        "aws:lambda/permission:Permission": "two per caller: a URL needs both; one when private",
        "aws:lambda/functionUrl:FunctionUrl": "one: of the alias, signed requests only unless public; none "
        "when private",
    }
    GAPS: ClassVar[Mapping[str, str]] = {
        "scale": "one instance serves one request: `max` × `concurrency` are reserved for the model, out of "
        "what the account has in the region, 1,000 by default and less when it is new; 100 must stay free",
        "callers": "a role of another account needs both rights in its own policies as well",
        "access": "what is private has no address: callers invoke the alias `live` by AWS's own API, which "
        "asks for a signature, from anywhere: conditions in rights of their roles can ask for the network",
    }

    @classmethod
    def refusals(cls, name: str, args: FunctionArgs) -> Iterator[ModelportError]:
        yield from super().refusals(name, args)
        yield from caught(lambda: lambda_mib(args.size))
        yield from refused(cls.CLOUD, args.access)
        if len(args.access.callers) > _MOST_CALLERS:
            yield InvalidArgument(
                "callers", f"AWS takes {_MOST_CALLERS} at most; came {len(args.access.callers)}"
            )
        for variable in args.environment:
            if not _VARIABLE.fullmatch(variable):
                yield InvalidArgument("environment", f'AWS wants two characters or more; came "{variable}"')

    def _build(self, name: str, args: FunctionArgs, links: FunctionLinks) -> None:
        self.check(args, links)
        self.function = self._runs(name, args, links, self._logs(name, args, links))
        self.alias = lambda_.Alias(
            f"{name}-{LIVE}",
            name=LIVE,
            function_name=self.function.name,
            function_version=self.function.version,
            description=self.function.description,
            opts=self.child,
        )
        if args.scale.min:
            lambda_.ProvisionedConcurrencyConfig(
                f"{name}-warm",
                function_name=self.function.name,
                qualifier=self.alias.name,
                provisioned_concurrent_executions=args.scale.min,
                opts=self.child,
            )
        # With the alias: callers have a right to nothing else, and nothing else is kept warm.
        self.name = pulumi.Output.concat(self.function.name, ":", self.alias.name)
        self.url = self._url(name, args, self._callers(name, args))
        self.revision = self.alias.description.apply(str)
        # Of an image, the hash is its digest, as the SDK says; with the version, because both come anew.
        self.reports = pulumi.Output.all(
            self.function.image_uri, self.function.code_sha256, self.function.version
        ).apply(lambda known: f"{str(known[0]).split('@')[0]}@sha256:{known[1]}")

    def _url(
        self, name: str, args: FunctionArgs, callers: list[pulumi.Resource]
    ) -> pulumi.Output[str | None]:
        """Its URL; a URL is always open to the internet, so what is private has none."""
        if args.access.mode == "private":
            return pulumi.Output.from_input(None)
        url = lambda_.FunctionUrl(
            f"{name}-url",
            function_name=self.function.name,
            qualifier=self.alias.name,
            authorization_type=_authorization(args),
            # There is no moment at which it stands open, or knows its callers by half.
            opts=pulumi.ResourceOptions(parent=self, depends_on=callers),
        )
        return url.function_url.apply(lambda text: text.rstrip("/"))

    def _logs(self, name: str, args: FunctionArgs, links: FunctionLinks) -> pulumi.Output[str]:
        """The log group's name, once the function may write into it: never more than that, or Lambda would
        make a group that is kept for ever when this one is gone."""
        group = cloudwatch.LogGroup(
            f"{name}-logs",
            retention_in_days=links.host.retention_days,
            kms_key_id=usable_by(links.host.key, f"{name}-logs", "logs"),
            tags=self.tags_with(args.model),
            opts=self.child,
        )
        statement = {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": pulumi.Output.concat(group.arn, ":*"),
        }
        rights = iam.RolePolicy(
            f"{name}-logs",
            role=links.identity.member,
            policy=document(statement),
            opts=self.child,
        )
        return once(group.name, rights.role)

    def _inside(
        self, name: str, args: FunctionArgs, links: FunctionLinks
    ) -> lambda_.FunctionVpcConfigArgs | None:
        """Where in a network it runs, once Lambda may make interfaces there; deleted before that right is."""
        network = cast("AwsNetwork | None", links.host.network)
        if network is None:
            return None
        rights = iam.RolePolicy(
            f"{name}-network",
            role=links.identity.member,
            policy=interfaces(links.landing),
            opts=self.child,
        )
        return lambda_.FunctionVpcConfigArgs(
            subnet_ids=once(network.subnets[args.access.side], rights.role),
            security_group_ids=[network.guard],
        )

    def _runs(
        self, name: str, args: FunctionArgs, links: FunctionLinks, logs: pulumi.Output[str]
    ) -> lambda_.Function:
        """The function itself; its description names the revision and so is part of each version."""
        memory = lambda_mib(args.size)
        environment = {
            **self.variables(args, links),
            "AWS_LWA_PORT": str(PORT),
            "AWS_LWA_READINESS_CHECK_PATH": READY,
        }
        key = links.host.key.id if links.host.key else None
        inside = self._inside(name, args, links)
        template = {
            "image": links.image.reference,
            "role": links.identity.id,
            "memory": memory,
            "timeout": args.timeout_seconds,
            "environment": environment,
            "logs": logs,
            **({} if key is None else {"key": key}),
            **({} if inside is None else {"network": [inside.subnet_ids, inside.security_group_ids]}),
        }
        return lambda_.Function(
            name,
            package_type="Image",
            image_uri=links.image.reference,
            architectures=["x86_64"],
            role=links.identity.id,
            memory_size=memory,
            timeout=args.timeout_seconds,
            reserved_concurrent_executions=args.scale.max * args.scale.concurrency,
            environment=lambda_.FunctionEnvironmentArgs(variables=environment),
            # For its variables and for the copy of the image that Lambda makes for itself.
            kms_key_arn=key,
            vpc_config=inside,
            logging_config=lambda_.FunctionLoggingConfigArgs(log_format="JSON", log_group=logs),
            publish=True,
            description=self.suffix(args, template),
            region=links.host.homes[args.access.side],
            tags=self.tags_with(args.model),
            opts=self.child,
        )

    def _callers(self, name: str, args: FunctionArgs) -> list[pulumi.Resource]:
        """Both permissions of each caller, which every URL since October 2025 asks for.

        docs.aws.amazon.com/lambda/latest/dg/urls-auth.html. For a public function the provider adds the same
        two by itself, where nothing of this name is there; stated here, they are in the state and go with it.
        """
        if args.access.mode == "public":
            return self._may_call(
                f"{name}-public", "*", args, "FunctionURLAllowPublicAccess", "FunctionURLAllowInvokeAction"
            )
        callers = ((caller, self.short(caller)) for caller in args.access.callers)
        return [each for caller, short in callers for each in self._may_call(f"{name}-{short}", caller, args)]

    def _may_call(
        self, name: str, caller: str, args: FunctionArgs, url: str | None = None, invoke: str | None = None
    ) -> list[pulumi.Resource]:
        """The right to the URL and the right to call the function through it; of what has none, to call."""
        private = args.access.mode == "private"
        call = lambda_.Permission(
            f"{name}-invoke",
            statement_id=invoke,
            action=_INVOKE,
            function=self.function.name,
            qualifier=self.alias.name,
            principal=caller,
            invoked_via_function_url=None if private else True,
            opts=self.child,
        )
        if private:
            return [call]
        open_url = lambda_.Permission(
            f"{name}-url",
            statement_id=url,
            action=_URL,
            function=self.function.name,
            qualifier=self.alias.name,
            principal=caller,
            function_url_auth_type=_authorization(args),
            opts=self.child,
        )
        return [open_url, call]


def _authorization(args: FunctionArgs) -> str:
    return "NONE" if args.access.mode == "public" else "AWS_IAM"
