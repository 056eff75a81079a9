"""Image on Azure: a copy in Azure Container Registry."""

from components.clouds.azure import OnAzure
from components.image.copy import CopiedImage


class AzureImage(OnAzure, CopiedImage):
    """The copy that workloads on Azure run."""
