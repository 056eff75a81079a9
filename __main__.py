"""Entry point of the Pulumi program; everything is in the packages beside it."""

from infra import deploy

deploy()
