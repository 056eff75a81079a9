"""Google Cloud with the bare SDK: Artifact Registry, Cloud Storage and Cloud Run."""

import pulumi
import pulumi_gcp as sdk
from pulumi_gcp import artifactregistry, cloudrunv2, logging, projects, serviceaccount, storage

from benchmarks.bare.common import VARIABLES, Made, Settings, copy, ending, revision

APIS = ("artifactregistry", "containerscanning", "iam", "logging", "run", "storage")


def deploy(given: Settings) -> Made:
    """Everything on Google Cloud."""
    provider = sdk.Provider("gcp", project=given.gcp["project"], region=given.gcp["region"])
    opts = pulumi.ResourceOptions(provider=provider)
    services = {api: _service(given, api, opts) for api in APIS}
    repository = _repository(given, _after(opts, services["artifactregistry"], services["containerscanning"]))
    target = pulumi.Output.concat(repository.registry_uri, "/", given.model)
    image = copy(f"gcp-{given.model}", given, target, repository.create_time)
    bucket = _bucket(given, _after(opts, services["logging"], services["storage"]))
    kept = _logs(given, _after(opts, services["logging"]))
    account = _account(given, _after(opts, services["iam"]))
    service = _run(given, image, account, _after(opts, services["run"], kept))
    return Made(service.uri, image, bucket.url)


def _after(opts: pulumi.ResourceOptions, *resources: pulumi.Resource) -> pulumi.ResourceOptions:
    """The same options, for what comes after these resources."""
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=resources))


def _labels(given: Settings, capability: str, component: str, model: str | None = None) -> dict[str, str]:
    """The tags in the form of Google's labels."""
    tags = given.tags(capability, component, model)
    return {**tags, "owner": given.owner.replace("@", "_").replace(".", "_")}


def _service(given: Settings, api: str, opts: pulumi.ResourceOptions) -> projects.Service:
    return projects.Service(
        f"landing-{api}",
        project=given.gcp["project"],
        service=f"{api}.googleapis.com",
        disable_on_destroy=False,
        opts=opts,
    )


def _repository(given: Settings, opts: pulumi.ResourceOptions) -> artifactregistry.Repository:
    end = ending("gcp-registry-suffix", 6, given.gcp["region"])
    return artifactregistry.Repository(
        "registry",
        repository_id=end.apply(lambda known: f"{given.start}-registry-{known}"),
        project=given.gcp["project"],
        location=given.gcp["region"],
        format="DOCKER",
        docker_config=artifactregistry.RepositoryDockerConfigArgs(immutable_tags=True),
        cleanup_policies=_cleanup(given),
        cleanup_policy_dry_run=False,
        vulnerability_scanning_config=artifactregistry.RepositoryVulnerabilityScanningConfigArgs(
            enablement_config="INHERITED"
        ),
        labels=_labels(given, "registry", "registry"),
        opts=opts,
    )


def _cleanup(given: Settings) -> list[artifactregistry.RepositoryCleanupPolicyArgs]:
    return [
        artifactregistry.RepositoryCleanupPolicyArgs(
            id="keep-in-use",
            action="KEEP",
            condition=artifactregistry.RepositoryCleanupPolicyConditionArgs(
                tag_state="TAGGED", tag_prefixes=[given.tag]
            ),
        ),
        artifactregistry.RepositoryCleanupPolicyArgs(
            id="keep-recent",
            action="KEEP",
            most_recent_versions=artifactregistry.RepositoryCleanupPolicyMostRecentVersionsArgs(
                keep_count=20
            ),
        ),
        artifactregistry.RepositoryCleanupPolicyArgs(
            id="delete-old",
            action="DELETE",
            condition=artifactregistry.RepositoryCleanupPolicyConditionArgs(
                tag_state="ANY", older_than="604800s"
            ),
        ),
    ]


def _bucket(given: Settings, opts: pulumi.ResourceOptions) -> storage.Bucket:
    end = ending("gcp-storage-suffix", 6, given.gcp["region"])
    return storage.Bucket(
        "storage",
        name=end.apply(lambda known: f"{given.start}-storage-{known}"),
        project=given.gcp["project"],
        location=given.gcp["region"],
        uniform_bucket_level_access=True,
        public_access_prevention="enforced",
        versioning=storage.BucketVersioningArgs(enabled=True),
        soft_delete_policy=storage.BucketSoftDeletePolicyArgs(retention_duration_seconds=0),
        lifecycle_rules=_lifecycle(),
        force_destroy=True,
        labels=_labels(given, "storage", "storage"),
        opts=opts,
    )


def _lifecycle() -> list[storage.BucketLifecycleRuleArgs]:
    delete = storage.BucketLifecycleRuleActionArgs(type="Delete")
    abort = storage.BucketLifecycleRuleActionArgs(type="AbortIncompleteMultipartUpload")
    old = storage.BucketLifecycleRuleConditionArgs(days_since_noncurrent_time=30, with_state="ARCHIVED")
    unfinished = storage.BucketLifecycleRuleConditionArgs(age=7)
    return [
        _move("NEARLINE", 30, "STANDARD"),
        _move("ARCHIVE", 90, "STANDARD", "NEARLINE"),
        storage.BucketLifecycleRuleArgs(action=delete, condition=old),
        storage.BucketLifecycleRuleArgs(action=abort, condition=unfinished),
    ]


def _move(to: str, days: int, *classes: str) -> storage.BucketLifecycleRuleArgs:
    return storage.BucketLifecycleRuleArgs(
        action=storage.BucketLifecycleRuleActionArgs(type="SetStorageClass", storage_class=to),
        condition=storage.BucketLifecycleRuleConditionArgs(
            age=days, matches_storage_classes=list(classes), with_state="LIVE"
        ),
    )


def _logs(given: Settings, opts: pulumi.ResourceOptions) -> logging.ProjectExclusion:
    end = ending("gcp-host-suffix", 6, given.gcp["region"])
    project = given.gcp["project"]
    wanted = f'resource.type="cloud_run_revision" AND resource.labels.service_name=~"^{given.start}-"'
    bucket = logging.ProjectBucketConfig(
        "host",
        bucket_id=end.apply(lambda known: f"{given.start}-host-{known}"),
        project=project,
        location=given.gcp["region"],
        retention_days=30,
        description=f"Functions of modelport in {given.environment}",
        opts=opts,
    )
    sink = logging.ProjectSink(
        "host-sink",
        project=project,
        destination=pulumi.Output.concat("logging.googleapis.com/", bucket.id),
        filter=wanted,
        opts=opts,
    )
    return logging.ProjectExclusion(
        "host-excluded",
        project=project,
        filter=wanted,
        description=sink.name.apply(lambda known: f"The sink {known} keeps them."),
        opts=opts,
    )


def _account(given: Settings, opts: pulumi.ResourceOptions) -> serviceaccount.Account:
    end = ending("gcp-account-suffix", 5, None)
    return serviceaccount.Account(
        given.model,
        account_id=end.apply(lambda known: f"{given.model}-{known}"),
        project=given.gcp["project"],
        display_name=f"{given.model} of modelport in {given.environment}",
        opts=opts,
    )


def _run(
    given: Settings,
    image: pulumi.Output[str],
    account: serviceaccount.Account,
    opts: pulumi.ResourceOptions,
) -> cloudrunv2.Service:
    model = given.model
    end = ending("gcp-service-suffix", 6, given.gcp["region"])
    name = end.apply(lambda known: f"{given.start}-{model}-{known}")
    variables = {**VARIABLES, "MODEL": model}
    suffix = revision(given.digest, image, account.email, variables)
    return cloudrunv2.Service(
        model,
        name=name,
        project=given.gcp["project"],
        location=given.gcp["region"],
        template=cloudrunv2.ServiceTemplateArgs(
            revision=pulumi.Output.concat(name, "-", suffix),
            service_account=account.email,
            max_instance_request_concurrency=40,
            timeout="30s",
            scaling=cloudrunv2.ServiceTemplateScalingArgs(min_instance_count=0, max_instance_count=10),
            containers=[_container(image, variables)],
        ),
        traffics=[cloudrunv2.ServiceTrafficArgs(type="TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent=100)],
        ingress="INGRESS_TRAFFIC_ALL",
        deletion_protection=False,
        labels=_labels(given, "function", model, model),
        opts=opts,
    )


def _container(
    image: pulumi.Output[str], variables: dict[str, str]
) -> cloudrunv2.ServiceTemplateContainerArgs:
    ready = cloudrunv2.ServiceTemplateContainerStartupProbeHttpGetArgs(path="/readyz", port=8080)
    alive = cloudrunv2.ServiceTemplateContainerLivenessProbeHttpGetArgs(path="/livez", port=8080)
    return cloudrunv2.ServiceTemplateContainerArgs(
        image=image,
        ports=cloudrunv2.ServiceTemplateContainerPortsArgs(container_port=8080),
        envs=[
            cloudrunv2.ServiceTemplateContainerEnvArgs(name=name, value=variables[name])
            for name in sorted(variables)
        ],
        resources=cloudrunv2.ServiceTemplateContainerResourcesArgs(
            limits={"cpu": "1", "memory": "2Gi"}, cpu_idle=True, startup_cpu_boost=True
        ),
        startup_probe=cloudrunv2.ServiceTemplateContainerStartupProbeArgs(
            http_get=ready, period_seconds=5, timeout_seconds=4, failure_threshold=24
        ),
        liveness_probe=cloudrunv2.ServiceTemplateContainerLivenessProbeArgs(
            http_get=alive, period_seconds=10, timeout_seconds=4, failure_threshold=3
        ),
    )
