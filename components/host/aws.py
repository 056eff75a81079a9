"""Host on AWS: a function there needs nothing that it would share."""

from components.clouds.aws import OnAws
from components.host.contract import Host, HostArgs, HostLinks


class AwsHost(OnAws, Host):
    """Nothing to make: each function has a log group of its own."""

    def _build(self, name: str, args: HostArgs, links: HostLinks) -> None:
        super()._build(name, args, links)
        self.homes = dict.fromkeys(args.sides, links.landing.home("host"))
