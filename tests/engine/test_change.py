"""Each documented change does what the documentation says, and nothing else."""

from tests.engine.bench import Bench

OTHER = "sha256:" + "0" * 64


def test_another_region_replaces_what_lives_there(bench: Bench) -> None:
    bench.deployed()
    bench.set("aws.region", "eu-west-1")

    steps = bench.steps()

    assert steps["aws:ecr/repository:Repository::registry-height"] == "replace"
    assert steps["command:local:Command::height"] == "update"
    assert not [step for step in steps if step.startswith(("azure-native:", "gcp:"))]


def test_a_preview_names_the_replacement(bench: Bench) -> None:
    bench.deployed_on("gcp")
    bench.set("gcp.region", "europe-west4")

    shown = bench.pulumi("preview", "--diff").good().text

    assert "+-gcp:artifactregistry/repository:Repository" in shown
    assert 'location: "europe-west1" => "europe-west4"' in shown or "~ location" in shown


def test_a_region_can_be_moved(bench: Bench) -> None:
    bench.deployed_on("azure")
    bench.set("azure.location", "northeurope")

    bench.up().good()

    assert bench.outputs()["parity"]["height"]["verdict"] == "equal"
    assert bench.steps() == {}


def test_another_number_of_images_changes_only_the_expiry(bench: Bench) -> None:
    bench.deployed()
    bench.set("registry.keep_images", "5")

    assert bench.steps() == {
        "aws:ecr/lifecyclePolicy:LifecyclePolicy::registry-height-expiry": "replace",
        "gcp:artifactregistry/repository:Repository::registry": "update",
    }


def test_another_digest_is_copied_anew(bench: Bench) -> None:
    bench.deployed()
    repository = bench.settings()["modelport:image"].partition("@")[0]
    bench.set("image", f"{repository}@{OTHER}")

    steps = bench.steps()

    assert steps["command:local:Command::height"] == "replace"
    assert "aws:ecr/repository:Repository::registry-height" not in steps


def test_a_cloud_less_removes_only_its_own(bench: Bench) -> None:
    bench.deployed()
    bench.only("aws", "gcp")

    changes = bench.changes()

    assert set(changes.values()) <= {"delete", "update"}
    assert "azure-native:containerregistry:Registry::registry" in changes
    assert not [each for each in changes if each.startswith(("aws:", "gcp:"))]
    assert bench.outputs()["parity"]["height"]["evidence"].keys() == {"aws", "gcp"}


def test_a_second_model_adds_only_its_own(bench: Bench) -> None:
    bench.deployed()
    bench.edit("models", {**bench.settings()["modelport:models"], "weight": {}})

    changes = bench.changes()

    assert changes["command:local:Command::weight"] == "create"
    assert not [each for each, operation in changes.items() if operation in ("delete", "replace")]
    assert bench.outputs()["parity"]["weight"]["verdict"] == "equal"
    assert bench.luck() == []


def test_drift_is_found_by_a_refresh(bench: Bench) -> None:
    bench.deployed_on("aws")
    bench.sandbox("drift", "aws:ecr/repository:Repository", "imageTagMutability", "MUTABLE").good()

    shown = bench.pulumi("refresh", "--preview-only", "--diff").good().text
    assert "imageTagMutability" in shown
    bench.pulumi("refresh", "--yes", "--skip-preview").good()

    assert bench.changes() == {"aws:ecr/repository:Repository::registry-height": "update"}
    assert bench.steps() == {}


def test_what_is_deleted_behind_pulumis_back_is_made_again(bench: Bench) -> None:
    bench.deployed_on("aws")
    bench.sandbox("drift", "delete", "aws:ecr/lifecyclePolicy:LifecyclePolicy").good()

    bench.pulumi("refresh", "--yes", "--skip-preview").good()

    assert bench.steps() == {"aws:ecr/lifecyclePolicy:LifecyclePolicy::registry-height-expiry": "create"}


def test_a_registry_that_was_made_anew_gets_its_image_again(bench: Bench) -> None:
    bench.deployed_on("azure")
    bench.sandbox("drift", "delete", "azure-native:containerregistry:Registry").good()
    bench.pulumi("refresh", "--yes", "--skip-preview").good()

    bench.up().good()

    reference = bench.outputs()["images"]["azure"]["height"]
    assert bench.run("crane", "digest", reference).good().text.strip() == reference.partition("@")[2]
