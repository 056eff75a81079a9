"""Mistakes on Google Cloud, each made in a program that passes: identities, storage, logs, functions."""

from typing import Any

import pulumi
from pulumi_gcp import cloudrunv2

from tests.mistakes import Mistake, Props, forgotten
from tests.mistakes.changes import setting, without

ACCOUNT = "gcp:serviceaccount/account:Account"
BUCKET = "gcp:storage/bucket:Bucket"
LOG_BUCKET = "gcp:logging/projectBucketConfig:ProjectBucketConfig"
SINK = "gcp:logging/projectSink:ProjectSink"
EXCLUSION = "gcp:logging/projectExclusion:ProjectExclusion"
RUN = "gcp:cloudrunv2/service:Service"
INVOKER = "gcp:cloudrunv2/serviceIamMember:ServiceIamMember"
PROJECT = "example-models-dev"


def _template(**values: Any) -> Any:
    """A change of a service's template."""

    def change(props: Props) -> None:
        for name, value in values.items():
            setattr(props["template"], name, value)

    return change


def _container(change: Any) -> Any:
    """A change of the one container."""
    return lambda props: change(props["template"].containers[0])


def _limits(cpu: str, memory: str) -> Any:
    return _container(lambda one: setattr(one.resources, "limits", {"cpu": cpu, "memory": memory}))


def _port_among_the_variables(one: Any) -> None:
    one.envs.append(cloudrunv2.ServiceTemplateContainerEnvArgs(name="PORT", value="8080"))


def _other_digest(one: Any) -> None:
    one.image = one.image.apply(lambda image: f"{image.partition('@')[0]}@sha256:{'0' * 64}")


def _tag(one: Any) -> None:
    one.image = one.image.apply(lambda image: f"{image.partition('@')[0]}:latest")


def _swapped_ages(props: Props) -> None:
    warm, cold = (each.condition for each in props["lifecycle_rules"][:2])
    warm.age, cold.age = cold.age, warm.age


def _unversioned(props: Props) -> None:
    props["versioning"].enabled = False


def _soft_deleted_for_a_day(props: Props) -> None:
    props["soft_delete_policy"].retention_duration_seconds = 86_400


def _into_nowhere(props: Props) -> None:
    props["destination"] = pulumi.Output.concat(props["destination"], "-old")


def _image_forgotten(props: Props) -> None:
    """The image, and the revision that is named after it."""
    template = props["template"]
    template.revision = forgotten(template.revision)
    template.containers[0].image = forgotten(template.containers[0].image)


def _account_forgotten(props: Props) -> None:
    """The account, and the revision that is named after it."""
    template = props["template"]
    template.revision = forgotten(template.revision)
    template.service_account = forgotten(template.service_account)


MISTAKES: dict[str, Mistake] = {
    # Identity
    "an account has too short a name": Mistake(
        ACCOUNT, setting(account_id="a"), ("accountId", "1 characters; allowed: 6 to 30"), "name"
    ),
    "a function runs as an account that is disabled": Mistake(
        ACCOUNT, setting(disabled=True), ("template.serviceAccount", "is disabled"), "run-identity"
    ),
    "a function runs as the default account": Mistake(
        RUN, _template(service_account=None), ("template.serviceAccount", "default account"), "run-identity"
    ),
    # Storage
    "public access is prevented by a word that is none": Mistake(
        BUCKET,
        setting(public_access_prevention="enforce"),
        ("publicAccessPrevention", '"enforced"?'),
        "value",
    ),
    "objects move to the coldest class first": Mistake(
        BUCKET, _swapped_ages, ("lifecycleRules", "a colder class must come later"), "bucket-lifecycle"
    ),
    "old versions go from a bucket without versions": Mistake(
        BUCKET, _unversioned, ("daysSinceNoncurrentTime", "versioning is not enabled"), "bucket-versions"
    ),
    "deleted objects are kept for a day": Mistake(
        BUCKET, _soft_deleted_for_a_day, ("softDeletePolicy", "0 or at least 604800"), "bucket-soft-delete"
    ),
    "a bucket is called as only Google may call one": Mistake(
        BUCKET, setting(name="goog-models"), ("name", "'goog-models' does not match"), "name"
    ),
    "a bucket is in a region of another cloud": Mistake(
        BUCKET, setting(location="eu-central-1"), ("location", "is a region of aws, not of gcp"), "region"
    ),
    # Host
    "logs are kept for no day at all": Mistake(
        LOG_BUCKET, setting(retention_days=0), ("retentionDays", "must be at least 1"), "value"
    ),
    "logs are kept in a region of another cloud": Mistake(
        LOG_BUCKET, setting(location="westeurope"), ("location", "region of azure"), "log-bucket-location"
    ),
    "a sink leads to a log bucket that is not there": Mistake(
        SINK, _into_nowhere, ("destination", "does not exist"), "sink-destination"
    ),
    "a sink takes all logs of the project": Mistake(
        SINK, without("filter"), ("filter", "is left out"), "log-filter"
    ),
    "logs are left out that no sink keeps": Mistake(
        EXCLUSION,
        setting(filter='resource.type="cloud_run_revision"'),
        ("filter", "logs would be lost"),
        "exclusion-loses-logs",
    ),
    "logs are left out before a sink keeps them": Mistake(
        EXCLUSION, without("description"), ("filter", "logs would be lost"), "exclusion-loses-logs"
    ),
    # Function
    "an image goes by a tag": Mistake(RUN, _container(_tag), ("image", "by digest"), "run-digest"),
    "an image was never copied": Mistake(RUN, _container(_other_digest), ("image", "not found"), "run-image"),
    "a revision has another service's name": Mistake(
        RUN, _template(revision="weight-1"), ("template.revision", "must begin with"), "run-revision-name"
    ),
    "the port is among the variables": Mistake(
        RUN, _container(_port_among_the_variables), ("envs", "reserved env names", "PORT"), "run-variables"
    ),
    "so much memory needs more processors": Mistake(
        RUN, _limits("1", "8Gi"), ("limits.memory", "more than 4Gi need 2 vCPU"), "run-limits"
    ),
    "half a processor serves many at once": Mistake(
        RUN, _limits("0.5", "512Mi"), ("maxInstanceRequestConcurrency", "serves 1 request"), "run-concurrency"
    ),
    "more instances wait than there may be": Mistake(
        RUN,
        _template(
            scaling=cloudrunv2.ServiceTemplateScalingArgs(min_instance_count=11, max_instance_count=10)
        ),
        ("scaling.minInstanceCount", "11 is more than"),
        "run-scaling",
    ),
    "a timeout has no unit": Mistake(
        RUN, _template(timeout="30"), ("template.timeout", "seconds such as 30s"), "run-timeout"
    ),
    "a tenth of the traffic goes nowhere": Mistake(
        RUN,
        setting(traffics=[cloudrunv2.ServiceTrafficArgs(percent=90)]),
        ("traffics", "must sum up to 100, came 90"),
        "run-traffic",
    ),
    "a probe takes longer than it may": Mistake(
        RUN,
        _container(lambda one: setattr(one.startup_probe, "timeout_seconds", 6)),
        ("startupProbe.timeoutSeconds", "came 6"),
        "run-probes",
    ),
    "a probe asks where nobody listens": Mistake(
        RUN,
        _container(lambda one: setattr(one.liveness_probe.http_get, "port", 80)),
        ("livenessProbe.httpGet.port", "listens on 8080"),
        "run-port",
    ),
    "callers are not asked who they are": Mistake(
        RUN, setting(invoker_iam_disabled=True), ("invokerIamDisabled", "lets in everybody"), "run-open"
    ),
    "a function does not wait for its image": Mistake(
        RUN, _image_forgotten, (RUN, "needs command:local:Command", "only by luck"), luck=True
    ),
    "a function does not wait for its account": Mistake(
        RUN, _account_forgotten, (RUN, f"needs {ACCOUNT}", "only by luck"), luck=True
    ),
    "a function does not wait for Cloud Run to be enabled": Mistake(
        RUN, setting(project=PROJECT), (RUN, "needs gcp:projects/service:Service", "only by luck"), luck=True
    ),
    "whoever has a Google account may call": Mistake(
        INVOKER, setting(member="allAuthenticatedUsers"), ("member", "name the callers"), "run-invokers"
    ),
    "a caller may call what is not there": Mistake(
        INVOKER, without("name"), ("name", "does not exist"), "run-service-exists"
    ),
    "a caller has a role that is none": Mistake(
        INVOKER,
        setting(role="roles/run.invokr"),
        ("role", 'did you mean "roles/run.invoker"?'),
        "iam-role-known",
    ),
}
"""What is wrong, to what makes it so; those on callers need a function with one."""
