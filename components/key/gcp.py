"""Key on Google Cloud: Cloud Key Management Service."""

from collections.abc import Mapping
from typing import ClassVar

import pulumi
from pulumi_gcp import kms, logging, projects, storage

from components.clouds.gcp import OnGcp, days
from components.core import naming
from components.core.outputs import once
from components.key.contract import Key, KeyArgs, KeyLinks, Service

USE = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
_DESTROYED_AFTER_DAYS = 30
# Logs of functions, of flows and of access are all encrypted by one agent: its right is one, whoever asks
# first, or the first to go would take it from the others. It keeps the name under which it was released.
_NAMES: Mapping[Service, str] = {"logs": "host-key"}


class GcpKey(OnGcp, Key):
    """One key, in a ring of its own; what is encrypted is read through its service, without a right here.

    cloud.google.com/kms/docs/cmek
    """

    MAKES: ClassVar[Mapping[str, str]] = {
        "gcp:kms/keyRing:KeyRing": "one: in the region of the landing; it stays for ever",
        "gcp:kms/cryptoKey:CryptoKey": "one: rotates; deleting it destroys its versions, 30 days later",
        "random:index/randomString:RandomString": "the end of both names, held for ever",
    }
    GAPS: ClassVar[Mapping[str, str]] = {
        "logs": "a log bucket takes a key at birth only, and can neither change it nor do without",
        "our resources only": "a service may use the key for its whole project: keep others out of that",
        "function": "Cloud Run keeps its own copy of an image, and variables, under a key of Google's",
        "at once": "a right takes up to minutes to work: if the first deployment is refused, run it again",
    }

    @classmethod
    def names(cls, name: str, args: KeyArgs) -> tuple[naming.Name, ...]:
        return (naming.full(naming.KEY_RING, args.context, name),)

    def _build(self, name: str, args: KeyArgs, links: KeyLinks) -> None:
        self.landing = links.landing
        self.granted: dict[Service, pulumi.Output[str]] = {}
        physical = self.unique(name, args)
        ring = kms.KeyRing(
            f"{name}-ring",
            name=physical,
            project=links.landing.home("key"),
            # Artifact Registry, Cloud Storage and log buckets take a key of their own location only.
            location=links.landing.region,
            opts=self.child,
        )
        self.key = kms.CryptoKey(
            name,
            name=physical,
            key_ring=ring.id,
            purpose="ENCRYPT_DECRYPT",
            rotation_period=days(args.rotation_days),
            # Until then, whoever deleted it by mistake gets the versions back.
            destroy_scheduled_duration=days(_DESTROYED_AFTER_DAYS),
            labels=self.tags,
            opts=self.holding_data(args.protect),
        )
        self.id = self.key.id

    def _usable_by(self, name: str, service: Service) -> pulumi.Output[str]:
        if service not in self.granted:
            self.granted[service] = self._grant(_NAMES.get(service, name), service)
        return self.granted[service]

    def _grant(self, name: str, service: Service) -> pulumi.Output[str]:
        agents = {"registry": self._registry_agent, "storage": self._storage_agent, "logs": self._logs_agent}
        granted = kms.CryptoKeyIAMMember(
            name, crypto_key_id=self.key.id, role=USE, member=agents[service](name), opts=self.child
        )
        return once(self.id, granted.etag)

    # Each agent comes into being when it is asked for, and cannot be granted anything before.

    def _registry_agent(self, name: str) -> pulumi.Output[str]:
        """cloud.google.com/artifact-registry/docs/ar-service-account"""
        return projects.ServiceIdentity(
            f"{name}-agent",
            project=self.landing.home("registry"),
            service="artifactregistry.googleapis.com",
            opts=self.child,
        ).member

    def _storage_agent(self, name: str) -> pulumi.Output[str]:
        """cloud.google.com/storage/docs/projects#service-accounts"""
        return storage.get_project_service_account_output(
            project=self.landing.home("storage"), opts=pulumi.InvokeOutputOptions(parent=self)
        ).member

    def _logs_agent(self, name: str) -> pulumi.Output[str]:
        """cloud.google.com/logging/docs/routing/managed-encryption-storage"""
        settings = logging.get_project_cmek_settings_output(
            project=self.landing.home("host"), opts=pulumi.InvokeOutputOptions(parent=self)
        )
        return pulumi.Output.concat("serviceAccount:", settings.service_account_id)
