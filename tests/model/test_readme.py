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


def test_its_commands_run_the_scripts_beside_it() -> None:
    commands = re.findall(r"^make .*?(?= +#|$)", TEXT, re.MULTILINE)
    done = [
        # A make that another make started would tell its folder as well.
        subprocess.check_output([*command.split(), "-n", "--no-print-directory"], cwd=ROOT, text=True)
        for command in commands
    ]
    assert [printed.splitlines()[-1].partition(" ")[2] for printed in done] == [
        "model/train.py",
        "model/evaluate.py new.onnx",
    ]


def test_every_path_of_the_application_is_listed(served: Served) -> None:
    listed = re.findall(r"^\| `(?:GET|POST) (/\S*)`", TEXT, re.MULTILINE)
    answer = httpx.get(f"{served.url}/nothing").json()["detail"]
    assert sorted(answer.removeprefix("there is ").split(", ")) == sorted({*listed} - {"/metrics"})
