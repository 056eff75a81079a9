"""Models that are wrong in one way each: names, images, clouds, sizes and who may call them."""

from typing import Any

# What is changed, and what the only line must begin with and hold.
WRONG_MODELS: dict[str, tuple[dict[str, Any], str, str]] = {
    "unknown key of a model": (
        {"models": {"height": {"cloud": ["aws"]}}},
        "modelport:models.height.cloud: is no setting",
        'did you mean "clouds"',
    ),
    "no models": (
        {"models": None},
        "modelport:models: is missing",
        "'modelport:models.height' '{}'",
    ),
    "empty models": ({"models": {}}, "modelport:models: is empty", "came {}"),
    "models as list": ({"models": ["height"]}, "modelport:models: is not an object", 'came ["height"]'),
    "model as text": (
        {"models": {"height": "x"}},
        "modelport:models.height: is not an object",
        "image, clouds",
    ),
    "model in capitals": (
        {"models": {"Height_v2": {}}},
        "modelport:models.Height_v2: is not a model name",
        'did you mean "height-v2"',
    ),
    "model begins with digit": (
        {"models": {"2height": {}}},
        "modelport:models.2height: is not",
        'mean "height"',
    ),
    "model with two hyphens": (
        {"models": {"a--b": {}}},
        "modelport:models.a--b: is not a model name",
        '"a-b"',
    ),
    "model too long": (
        {"models": {"a" * 25: {}}},
        f"modelport:models.{'a' * 25}: is a model name of 25",
        "24 at most",
    ),
    "no image at all": (
        {"image": None},
        "modelport:models.height.image: is missing, and modelport:image, which would stand in, is too",
        "pulumi config set modelport:image ghcr.io/",
    ),
    "model on a cloud of others": (
        {"clouds": ["aws"], "models": {"height": {"clouds": ["aws", "gcp"]}}},
        'modelport:models.height.clouds[1]: is not a cloud of this stack, came "gcp"; allowed: aws',
        "Fix: pulumi config rm --path 'modelport:models.height.clouds[1]'",
    ),
    "model on no cloud": (
        {"models": {"height": {"clouds": []}}},
        "modelport:models.height.clouds: is empty",
        "'modelport:models.height.clouds[0]' aws",
    ),
    "doubled cloud of a model": (
        {"models": {"height": {"clouds": ["aws", "aws"]}}},
        "modelport:models.height.clouds[1]: is there twice",
        "rm --path 'modelport:models.height.clouds[1]'",
    ),
    **{
        f"{key} {value}": ({"models": {"height": {key: value}}}, f"modelport:models.height.{key}", says)
        for key, value, says in (
            ("timeout_seconds", 0, "1 to 240"),
            ("timeout_seconds", 241, "1 to 240"),
            ("timeout_seconds", "30", '"30"'),
            ("targets", ["functoin"], 'did you mean "function"'),
            ("access", "pubic", 'did you mean "public"'),
            ("size", {"cpu": 0}, "size.cpu: is not a number of vCPU"),
            ("size", {"cpu": float("nan")}, "size.cpu: is not"),
            ("size", {"memory_gib": 33}, "32 only on gcp"),
            ("scale", {"min": 3, "max": 2}, "scale.min: is more than scale.max, came 3"),
            ("scale", {"max": 0}, "scale.max: is not"),
            ("scale", {"concurrency": 301, "max": 1}, "1 to 300"),
            ("environment", {"PORT": "1"}, "is set by a cloud or the function"),
            ("environment", {"a-b": "1"}, "letters, digits"),
            ("environment", {"A": 1}, "environment.A: is not"),
            ("callers", {"aws": "role"}, "is not a list of callers"),
            ("callers", {"gcp": ["user:a@b.com", "user:a@b.com"]}, "is there twice"),
            ("callers", {"aws": ["*"]}, "without wildcards"),
            ("callers", {"gcp": ["allUsers"]}, "serviceAccount:<e-mail>"),
            ("artifact", {"uri": "file:///x", "sha256": "0" * 64, "version": "1"}, "s3://"),
            ("artifact", {"uri": "s3://bucket/k?v=1", "sha256": "0" * 64, "version": "1"}, "artifact.uri"),
            ("artifact", {"uri": "s3://bucket/k", "sha256": "0" * 63, "version": "1"}, "64 hex digits"),
            ("artifact", {"uri": "s3://bucket/k", "sha256": "0" * 64, "version": 7}, "in quotes"),
        )
    },
    "public without being allowed": (
        {"models": {"height": {"access": "public"}}},
        "modelport:models.height.access: is public, and the model is not on modelport:allow_public",
        "'modelport:allow_public[0]' height",
    ),
    "allowed but not public": (
        {"allow_public": ["height"]},
        "modelport:allow_public[0]: names a model whose access is not public",
        "'modelport:models.height.access' public",
    ),
    "allowed but no model": (
        {"allow_public": ["hieght"]},
        "modelport:allow_public[0]: is no model",
        'did you mean "height"',
    ),
    "callers of what is public": (
        {
            "allow_public": ["height"],
            "models": {"height": {"access": "public", "callers": {"gcp": ["user:a@example.com"]}}},
        },
        "modelport:models.height.callers.gcp: has no effect: everybody",
        "rm --path 'modelport:models.height.callers.gcp'",
    ),
    "callers where the model is not": (
        {"models": {"height": {"clouds": ["aws"], "callers": {"gcp": ["user:a@example.com"]}}}},
        "modelport:models.height.callers.gcp: has no effect: the model is not on gcp",
        "rm --path",
    ),
    **{
        f"{key} of a model without targets": (
            {"models": {"height": {"targets": [], key: value}}},
            f"modelport:models.height.{key}: has no effect: the model has no targets",
            f"rm --path 'modelport:models.height.{key}'",
        )
        for key, value in (
            ("artifact", {"uri": "s3://bucket/k", "sha256": "0" * 64, "version": "1"}),
            ("callers", {"gcp": ["user:a@example.com"]}),
            ("access", "authenticated"),
        )
    },
    "size as text": (
        {"models": {"height": {"size": {"cpu": "1"}}}},
        "modelport:models.height.size.cpu",
        '"1"',
    ),
    "size that is true": (
        {"models": {"height": {"size": {"cpu": True}}}},
        "modelport:models.height.size.cpu",
        "came true",
    ),
    "no targets at all": (
        {"models": {"height": {"targets": None}}},
        "modelport:models.height.targets: is empty",
        "targets[0]' function",
    ),
}
