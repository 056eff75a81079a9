"""The prod environment: what holds data refuses to go, keys are ours, and the internet reaches nothing."""

from stacks.plan import Shape

SHAPE = Shape(protect=True, encryption="customer", access="private", zones=3, access_logs=True)
