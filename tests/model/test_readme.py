"""What the model's README shows is what happens."""

import json
import re
import subprocess

import httpx

from tests.model.conftest import MODEL, Served

ROOT = MODEL.parent
TEXT = (MODEL / "README.md").read_text(encoding="utf-8")


def test_the_answer_is_the_one_that_is_printed(served: Served) -> None:
    ((asked, told),) = re.findall(r"curl .* -d '(.*?)' +# (.*)", TEXT)
    assert served.predict(json.loads(asked)).text == told


def test_its_commands_are_those_of_the_makefile() -> None:
    for command in re.findall(r"^make .*?(?= +#|$)", TEXT, re.MULTILINE):
        subprocess.run(["make", "-n", *command.split()[1:]], cwd=ROOT, check=True, capture_output=True)


def test_every_path_of_the_application_is_listed(served: Served) -> None:
    listed = re.findall(r"^\| `(?:GET|POST) (/\S*)`", TEXT, re.MULTILINE)
    answer = httpx.get(f"{served.url}/nothing").json()["detail"]
    assert sorted(answer.removeprefix("there is ").split(", ")) == sorted({*listed} - {"/metrics"})
