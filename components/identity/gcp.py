"""Identity on Google Cloud: a service account."""

from collections.abc import Mapping
from typing import ClassVar

from pulumi_gcp import serviceaccount

from components.clouds.gcp import OnGcp
from components.core import naming
from components.identity.contract import Identity, IdentityArgs, IdentityLinks


class GcpIdentity(OnGcp, Identity):
    """One account without keys; what runs as it gets its tokens from the metadata server."""

    MAKES: ClassVar[Mapping[str, str]] = {
        "gcp:serviceaccount/account:Account": "one, without a key and without a role",
        "random:index/randomString:RandomString": "the end of its name",
    }
    GAPS: ClassVar[Mapping[str, str]] = {
        "runs": "an account cannot say what runs as it: who holds `iam.serviceAccounts.actAs` decides"
    }

    @classmethod
    def names(cls, name: str, args: IdentityArgs) -> tuple[naming.Name, ...]:
        # Not the environment: 30 characters hold a model and little more.
        return (naming.Name(naming.SERVICE_ACCOUNT, (args.model,)),)

    def _build(self, name: str, args: IdentityArgs, links: IdentityLinks) -> None:
        self.account = serviceaccount.Account(
            name,
            account_id=self.unique(name, args),
            project=links.landing.home("identity"),
            # Accounts take no labels.
            display_name=f"{args.model} of {self.context.project} in {self.context.environment}",
            opts=self.child,
        )
        self.id = self.account.email
        self.member = self.account.member
        self.variables = {}
