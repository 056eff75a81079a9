"""The dev environment: everything may be deleted with one command."""

from stacks.platform import Shape

SHAPE = Shape(protect=False)
