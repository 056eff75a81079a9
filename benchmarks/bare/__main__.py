"""Entry point of the bare program."""

from benchmarks.bare import deploy

deploy()
