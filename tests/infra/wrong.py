"""Settings that are wrong in one way each: places, owner and what all models share."""

from typing import Any

from tests.infra.given import GOOD

AWS = GOOD["aws"]
AZURE = GOOD["azure"]
GCP = GOOD["gcp"]

# What is changed, and what the only line must begin with and hold.
WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "unknown key": ({"regin": 1}, "modelport:regin: is no setting", 'did you mean "registry"'),
    "unknown key of the registry": (
        {"registry": {"keep_image": 3}},
        "modelport:registry.keep_image: is no setting",
        "&& pulumi config set --type int --path 'modelport:registry.keep_images' 3",
    ),
    "key with odd characters": (
        {"aws": {**AWS, "a.b": 1}},
        'modelport:aws["a.b"]: is no setting',
        "rm --path 'modelport:aws[\"a.b\"]'",
    ),
    "no environment": (
        {"environment": None},
        "modelport:environment: is missing",
        "modelport:environment dev",
    ),
    "environment in capitals": (
        {"environment": "DEV"},
        "modelport:environment: is not",
        "modelport:environment dev",
    ),
    "environment of another stack": (
        {"environment": "test"},
        'modelport:environment: differs from the name of the stack, "dev"',
        "Fix: pulumi config set modelport:environment dev",
    ),
    "owner": ({"owner": "ml team"}, "modelport:owner: is not an e-mail", 'came "ml team"'),
    "clouds as text": (
        {"clouds": "aws"},
        "modelport:clouds: is not a list",
        "--path 'modelport:clouds[0]' aws",
    ),
    "clouds as broken JSON": ({"clouds": "[aws, gcp]"}, "modelport:clouds: is not a list", '"[aws, gcp]"'),
    "no clouds": ({"clouds": None}, "modelport:clouds: is missing", "'modelport:clouds[0]' aws"),
    "empty clouds": ({"clouds": []}, "modelport:clouds: is empty", "'modelport:clouds[0]' aws"),
    "unknown cloud": ({"clouds": ["aws", "azur"]}, "modelport:clouds[1]: is not a cloud", "clouds[1]' azure"),
    "nickname of a cloud": ({"clouds": ["google"]}, "modelport:clouds[0]: is not a cloud", 'mean "gcp"'),
    "hole in a list": (
        {"clouds": [None, "aws"]},
        "modelport:clouds[0]: is empty, not a cloud",
        "aws, azure, gcp",
    ),
    "no section": ({"azure": None}, "modelport:azure: is missing", "'modelport:azure.location' westeurope"),
    "section as list": ({"gcp": ["a"]}, "modelport:gcp: is not an object", "an object with project, region"),
    "no region": ({"aws": {"account": "111111111111"}}, "modelport:aws.region: is missing", "eu-central-1"),
    "zone of AWS": (
        {"aws": {"region": "eu-central-1a"}},
        "modelport:aws.region: is an AWS availability zone",
        "?",
    ),
    "other partition": (
        {"aws": {"region": "us-gov-west-1"}},
        "modelport:aws.region: is a region of another AWS partition",
        "allowed",
    ),
    "display name": (
        {"azure": {**AZURE, "location": "West Europe"}},
        "modelport:azure.location: is not an Azure location",
        "'modelport:azure.location' westeurope",
    ),
    "AWS region on Google Cloud": (
        {"gcp": {**GCP, "region": "eu-west-1"}},
        "modelport:gcp.region: is an AWS region",
        "europe-west1",
    ),
    "zone of Google Cloud": (
        {"gcp": {**GCP, "region": "europe-west1-b"}},
        "modelport:gcp.region: is a Google Cloud zone",
        'did you mean "europe-west1"',
    ),
    "multi-region": (
        {"gcp": {**GCP, "region": "EU"}},
        "modelport:gcp.region: is a Google Cloud multi-region",
        "EU",
    ),
    "account too short": ({"aws": {**AWS, "account": "1111"}}, "modelport:aws.account: is not", "12 digits"),
    "account with hyphens": (
        {"aws": {**AWS, "account": "1111-1111-1111"}},
        "modelport:aws.account: is not",
        "12",
    ),
    "account in other digits": (
        {"aws": {**AWS, "account": "١" * 12}},
        "modelport:aws.account: is not",
        "12 digits",
    ),
    "account that lost its zero": (
        {"aws": {**AWS, "account": 11111111111}},
        "modelport:aws.account: is a number without quotes, which loses leading zeros, came 11111111111;",
        "--type string",
    ),
    "account that is true": ({"aws": {**AWS, "account": True}}, "modelport:aws.account: is not", "came true"),
    "role": (
        {"aws": {**AWS, "assume_role": "deployer"}},
        "modelport:aws.assume_role: is not",
        "arn:aws:iam::",
    ),
    "subscription": (
        {"azure": {**AZURE, "subscription": "mine"}},
        "modelport:azure.subscription: is not",
        "GUID",
    ),
    "tenant as number": (
        {"azure": {**AZURE, "tenant": 7}},
        "modelport:azure.tenant: is not a tenant id",
        "came 7",
    ),
    "project number": (
        {"gcp": {**GCP, "project": "123456789"}},
        "modelport:gcp.project: is a project number",
        "id",
    ),
    "project as number": (
        {"gcp": {**GCP, "project": 123456789}},
        "modelport:gcp.project: is not",
        "123456789",
    ),
    "project too short": ({"gcp": {**GCP, "project": "abc"}}, "modelport:gcp.project: is not", "6 to 30"),
    "project with capitals": (
        {"gcp": {**GCP, "project": "Example-Dev"}},
        "modelport:gcp.project: is not",
        "lower",
    ),
    "project ends with hyphen": (
        {"gcp": {**GCP, "project": "example-"}},
        "modelport:gcp.project: is not",
        "no hyphen",
    ),
    "images to keep": (
        {"registry": {"keep_images": 0}},
        "modelport:registry.keep_images: is not",
        "1 to 1000",
    ),
    "images to keep as text": (
        {"registry": {"keep_images": "20"}},
        "modelport:registry.keep_images: is",
        '"20"',
    ),
    "days as true": (
        {"registry": {"untagged_days": True}},
        "modelport:registry.untagged_days: is not",
        "came true",
    ),
    "registry as text": (
        {"registry": "x"},
        "modelport:registry: is not an object",
        "keep_images, untagged_days",
    ),
    "unprotect": (
        {"unprotect": ["registri"]},
        "modelport:unprotect[0]: names no",
        "'modelport:unprotect[0]' registry",
    ),
    "unprotect as text": (
        {"unprotect": "registry"},
        "modelport:unprotect: is not a list",
        "unprotect[0]' registry",
    ),
    "required and mistyped": (
        {"owner": None, "ownr": "me@example.com"},
        "modelport:ownr: is no setting",
        "pulumi config set modelport:owner me@example.com",
    ),
    "nobody to ask on Azure": (
        {"azure": {key: value for key, value in AZURE.items() if key != "auth_client_id"}},
        "modelport:azure.auth_client_id: is missing",
        "pulumi config set --path 'modelport:azure.auth_client_id'",
    ),
    "retention that not all clouds know": (
        {"monitoring": {"retention_days": 31}},
        "modelport:monitoring.retention_days: is not a retention",
        'did you mean "60"',
    ),
    "archive before its time": (
        {"storage": {"infrequent_after_days": 90}},
        "modelport:storage.archive_after_days: comes too soon",
        "30 days more",
    ),
    "versions for ever": (
        {"storage": {"keep_versions_days": 0}},
        "modelport:storage.keep_versions_days: is not a number of days",
        "1 to 3650",
    ),
}
