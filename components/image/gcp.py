"""Image on Google Cloud: a copy in Artifact Registry."""

from components.clouds.gcp import OnGcp
from components.image.copy import CopiedImage


class GcpImage(OnGcp, CopiedImage):
    """The copy that workloads on Google Cloud run."""
