"""Entry point of the Pulumi program; everything is in the packages beside it."""

import atexit
import gc

from infra import deploy

# The SDKs are a million objects that all stay: looking for garbage among them, while they are loaded and once
# more at the end, takes as long as everything else.
gc.disable()
atexit.register(gc.freeze)

deploy()
