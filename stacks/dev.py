"""The dev environment: everything may be deleted with one command."""

from stacks.plan import Shape

SHAPE = Shape(protect=False)
