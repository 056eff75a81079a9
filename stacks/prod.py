"""The prod environment: what holds data refuses to go, and is encrypted with keys of ours."""

from stacks.plan import Shape

SHAPE = Shape(protect=True, encryption="customer")
