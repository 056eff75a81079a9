"""Problems and their commands: what a person pastes does what is said, all of them in a row, too."""

import pytest

from tests.infra.given import given, lines


def test_commands_for_one_list_may_be_run_in_the_order_in_which_they_are_said() -> None:
    said = lines(given(clouds=["aws", "aws", "aws", "azure", "gcp"], allow_public=["x", "x", "height"]))
    starts = [line.partition(": ")[0] for line in said]
    assert starts == [
        *(f"modelport:clouds[{index}]" for index in (2, 1)),
        *(f"modelport:allow_public[{index}]" for index in (2, 1, 0)),
    ]


def test_a_key_is_written_as_pulumi_reads_it() -> None:
    (line,) = lines(given(models={"ümläut": {}}))
    assert """Fix: pulumi config rm --path 'modelport:models["ümläut"]'""" in line


@pytest.mark.parametrize(
    ("value", "text"), [(1, "--type string {} 1"), (True, "--type string {} true"), ([1], "{} text")]
)
def test_a_variable_that_is_no_text_becomes_one(value: object, text: str) -> None:
    (line,) = lines(given(models={"height": {"environment": {"DEBUG": value}}}))
    assert "is not a text" in line
    assert "allowed: any text" in line
    key = "--path 'modelport:models.height.environment.DEBUG'"
    assert line.endswith(f"Fix: pulumi config set {text.format(key)}")


def test_of_a_variable_that_is_misnamed_only_that_is_said() -> None:
    (line,) = lines(given(models={"height": {"environment": {"A=B": 1}}}))
    assert "pulumi config rm" in line


def test_within_what_is_wrong_by_itself_nothing_else_is_judged() -> None:
    (line,) = lines(given(models={"Height_2": {"scale": {"min": 5, "max": 2}}}))
    assert "is not a model name" in line
