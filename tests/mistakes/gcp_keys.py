"""Mistakes with keys on Google Cloud, each made in a program that passes with a key of its own."""

from tests.mistakes import Mistake, Props, forgotten
from tests.mistakes.changes import forgetting, setting
from tests.mistakes.gcp import BUCKET, LOG_BUCKET, PROJECT

REPOSITORY = "gcp:artifactregistry/repository:Repository"
RING = "gcp:kms/keyRing:KeyRing"
KEY = "gcp:kms/cryptoKey:CryptoKey"
MEMBER = "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember"
AGENT = "gcp:projects/serviceIdentity:ServiceIdentity"
API = "gcp:projects/service:Service"
STORAGE = "serviceAccount:service-123456789012@gs-project-accounts.iam.gserviceaccount.com"
OTHER = f"projects/{PROJECT}/locations/europe-west1/keyRings/other/cryptoKeys/other"


def _never_rotates(props: Props) -> None:
    del props["rotation_period"]


def _other_key(props: Props) -> None:
    props["encryption"].default_kms_key_name = OTHER


def _bucket_forgets(props: Props) -> None:
    props["encryption"].default_kms_key_name = forgotten(props["encryption"].default_kms_key_name)


def _logs_forget(props: Props) -> None:
    props["cmek_settings"].kms_key_name = forgotten(props["cmek_settings"].kms_key_name)


MISTAKES: dict[str, Mistake] = {
    "a key never rotates": Mistake(
        KEY, _never_rotates, ("rotationPeriod", "would never rotate"), "crypto-key-rotation"
    ),
    "a key rotates by the hour": Mistake(
        KEY, setting(rotation_period="3600s"), ("rotationPeriod", "86400s and more"), "crypto-key-rotation"
    ),
    "a period of rotation has no unit": Mistake(
        KEY,
        setting(rotation_period="7776000"),
        ("rotationPeriod", "seconds such as 86400s"),
        "crypto-key-rotation",
    ),
    "a deleted key is gone within the hour": Mistake(
        KEY,
        setting(destroy_scheduled_duration="3600s"),
        ("destroyScheduledDuration", "86400s to 10368000s"),
        "crypto-key-destruction",
    ),
    "a key is called as none may be": Mistake(
        KEY, setting(name="our.key"), ("name", "does not match"), "name"
    ),
    "a key is in another region than what it encrypts": Mistake(
        RING, setting(location="us-east1"), ("the key is in us-east1", "europe-west1"), "crypto-key-region"
    ),
    "a key is in a region of another cloud": Mistake(
        RING, setting(location="eu-central-1"), ("location", "is a region of aws, not of gcp")
    ),
    "logs are kept where no key is": Mistake(
        LOG_BUCKET,
        setting(location="global"),
        ("cmekSettings.kmsKeyName", "encrypt in global"),
        "crypto-key-region",
    ),
    "everybody may use the key": Mistake(
        MEMBER, setting(member="allUsers"), ("member", "lets in more than one"), "crypto-key-users"
    ),
    "another service's agent may use the key": Mistake(
        MEMBER,
        setting(member=STORAGE),
        ("kmsKeyName", "gcp-sa-artifactregistry", "Permission denied on Cloud KMS key"),
        "crypto-key-usable",
        name="registry-key",
    ),
    "a service may only decrypt": Mistake(
        MEMBER,
        setting(role="roles/cloudkms.cryptoKeyDecrypter"),
        ("encryption.defaultKmsKeyName", "cryptoKeyEncrypterDecrypter"),
        "crypto-key-usable",
        name="storage-key",
    ),
    "a bucket is encrypted with a key that is not there": Mistake(
        BUCKET, _other_key, ("encryption.defaultKmsKeyName", "was not found"), "gcp-kms-key-exists"
    ),
    "a repository does not wait for the right to use the key": Mistake(
        REPOSITORY, forgetting("kms_key_name"), (REPOSITORY, f"needs {MEMBER}", "only by luck"), luck=True
    ),
    "a bucket does not wait for the right to use the key": Mistake(
        BUCKET, _bucket_forgets, (BUCKET, f"needs {MEMBER}", f"needs {KEY}", "only by luck"), luck=True
    ),
    "logs do not wait for the right to use the key": Mistake(
        LOG_BUCKET, _logs_forget, (LOG_BUCKET, f"needs {MEMBER}", "only by luck"), luck=True
    ),
    "a right does not wait for its agent": Mistake(
        MEMBER,
        forgetting("member"),
        (MEMBER, f"needs {AGENT}", "only by luck"),
        name="registry-key",
        luck=True,
    ),
    "a ring does not wait for its API to be enabled": Mistake(
        RING, setting(project=PROJECT), (RING, f"needs {API}", "only by luck"), luck=True
    ),
    "an agent does not wait for its API to be enabled": Mistake(
        AGENT, setting(project=PROJECT), (AGENT, f"needs {API}", "only by luck"), luck=True
    ),
}
"""What is wrong, to what makes it so."""
