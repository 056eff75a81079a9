"""What `registry.grant` makes is accepted by every cloud, in the right order, and nothing more is given."""

import json
from typing import Any

from tests.engine.bench import Bench

PROGRAM = "from tests.engine.grants import deploy\n\ndeploy({})\n"
NOBODY = "nobody@example-models-dev.iam.gserviceaccount.com"
ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"


def _only(bench: Bench, type_: str) -> dict[str, Any]:
    (found,) = bench.session.world().all(type_)
    return found.properties


def test_one_identity_per_cloud_may_pull(bench: Bench) -> None:
    bench.write(PROGRAM.format(""))

    bench.up().good()

    policy = json.loads(_only(bench, "aws:iam/rolePolicy:RolePolicy")["policy"])
    assert {action for each in policy["Statement"] for action in each["Action"]} == {
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
        "ecr:GetAuthorizationToken",
    }
    assignment = _only(bench, "azure-native:authorization:RoleAssignment")
    assert assignment["roleDefinitionId"].endswith(ACR_PULL)
    assert "/registries/" in assignment["scope"]
    member = _only(bench, "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember")
    assert (member["role"], member["member"].partition(":")[0]) == (
        "roles/artifactregistry.reader",
        "serviceAccount",
    )
    assert bench.luck() == []
    assert bench.steps() == {}
    bench.down().good()


def test_an_identity_that_does_not_exist_is_refused(bench: Bench) -> None:
    bench.write(
        PROGRAM.format('lambda _: "serviceAccount:nobody@example-models-dev.iam.gserviceaccount.com"')
    )

    refused = bench.up()

    assert refused.code != 0
    assert NOBODY in refused.text
    assert "does not exist" in refused.text


def test_everybody_is_refused_once_the_identity_is_known(bench: Bench) -> None:
    bench.write(PROGRAM.format('lambda known: known.apply(lambda _: "allUsers")'))

    refused = bench.up()

    assert refused.code != 0
    assert "principal.id" in refused.text
    assert "allUsers" in refused.text
    assert not bench.session.world().all("gcp:artifactregistry/repositoryIamMember:RepositoryIamMember")
