"""Image on AWS: a copy in ECR."""

from components.clouds.aws import OnAws
from components.image.copy import CopiedImage


class AwsImage(OnAws, CopiedImage):
    """The copy that workloads on AWS run."""
