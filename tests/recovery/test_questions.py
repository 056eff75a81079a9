"""What a person is asked about creations that were interrupted."""

from recovery import questions
from tests.recovery.test_state import PROVIDER, entry, state, urn


def test_the_question_is_ready_to_copy_and_so_are_both_answers() -> None:
    inputs = {"region": "eu-central-1", "project": "p", "allowedAccountIds": '["111111111111"]'}
    provider = {"urn": PROVIDER, "type": "pulumi:providers:aws", "id": "p", "inputs": inputs}
    begun = entry("models", provider=f"{PROVIDER}::p", inputs={"bucket": "models-1a"})
    lines = "\n".join(questions.of(state(begun, resources=[provider]), [begun]))

    assert (
        "ask the cloud:   aws s3api head-bucket --region eu-central-1 --bucket models-1a "
        "--expected-bucket-owner 111111111111" in lines
    )
    assert f"if it exists:    --exists {urn('models')}=models-1a" in lines
    assert f"if it does not:  --absent {urn('models')}" in lines


def test_an_id_that_only_the_cloud_knows_is_described() -> None:
    begun = entry("network", "aws:ec2/vpc:Vpc")
    lines = "\n".join(questions.of(state(begun), [begun]))

    assert "=ID" in lines
    assert "where ID is VpcId of the answer" in " ".join(lines.split())


def test_a_type_without_a_question_is_looked_for_by_a_person() -> None:
    begun = entry("thing", "aws:other/thing:Thing")

    assert "look for it in the console" in "\n".join(questions.of(state(begun), [begun]))
