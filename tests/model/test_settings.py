"""What the environment may say, and that every mistake in it is told at once."""

import pytest
from app import settings
from app.errors import StartRefused

SHA = "a" * 64


def test_without_variables_it_is_the_model_of_the_image() -> None:
    assert settings.read({}) == settings.Settings()


def test_empty_variables_say_nothing() -> None:
    assert settings.read({"PORT": "", "MODEL_SHA256": ""}) == settings.Settings()


def test_what_is_said_counts() -> None:
    told = settings.read(
        {
            "PORT": "9000",
            "TIMEOUT_SECONDS": "2.5",
            "MODEL_URI": "s3://models/height.onnx",
            "MODEL_SHA256": SHA,
        }
    )
    assert (told.port, told.timeout_seconds, told.model_uri) == (9000, 2.5, "s3://models/height.onnx")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "http"),
        ("PORT", "80.5"),
        ("CONCURRENCY", "0"),
        ("TIMEOUT_SECONDS", "0"),
        ("TIMEOUT_SECONDS", "nan"),
        ("TIMEOUT_SECONDS", "901"),
        ("MAX_BODY_BYTES", "-1"),
        ("MAX_ROWS", "1000001"),
        ("LOG_LEVEL", "loud"),
        ("MODEL_SHA256", "A" * 64),
        ("MODEL_SHA256", SHA[:63]),
        ("MODEL_URI", "http://plain/height.onnx"),
        ("MODEL_URI", "height.onnx"),
        ("MODEL_URI", "s3://models/with blank"),
        ("EVENTS_URI", "s3://rows/in"),
        ("RESULTS_URI", "ftp://rows/"),
    ],
)
def test_a_mistake_names_its_variable_and_what_came(name: str, value: str) -> None:
    with pytest.raises(StartRefused, match=rf"(?m)^{name}: .*came '{value}'$"):
        settings.read({"MODEL_SHA256": SHA, name: value})


def test_all_mistakes_at_once() -> None:
    with pytest.raises(StartRefused) as refused:
        settings.read({"PORT": "x", "LOG_LEVEL": "loud", "MODEL_URI": "gs://models/height.onnx"})
    assert [line.partition(":")[0] for line in str(refused.value).splitlines()] == [
        "PORT",
        "LOG_LEVEL",
        "MODEL_SHA256",
    ]


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"EVENTS_URI": "s3://rows/in/"}, "EVENTS_URI, RESULTS_URI: one of them is missing"),
        ({"RESULTS_URI": "s3://rows/out/"}, "EVENTS_URI, RESULTS_URI: one of them is missing"),
        ({"EVENTS_URI": "s3://rows/", "RESULTS_URI": "s3://rows/out/"}, "is within EVENTS_URI"),
        ({"EVENTS_CALLER": "push@example.com"}, "EVENTS_CALLER, EVENTS_AUDIENCE: one of them is missing"),
    ],
)
def test_settings_of_events_belong_together(told: dict[str, str], says: str) -> None:
    with pytest.raises(StartRefused, match=says):
        settings.read(told)
