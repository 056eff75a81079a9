"""The tables of regions, and what is said about a region that is in none."""

import pytest

from components.clouds import regions
from components.core.errors import Refused


@pytest.mark.parametrize("cloud", regions.REGIONS)
def test_every_region_is_allowed_on_its_cloud_only(cloud: str) -> None:
    for other, names in regions.REGIONS.items():
        for name in names:
            if other == cloud:
                regions.check(cloud, name)
            else:
                with pytest.raises(Refused, match=r"is (an Azure location|an? .* region), not "):
                    regions.check(cloud, name)


def test_the_tables_are_the_vendors() -> None:
    botocore = pytest.importorskip("botocore.session").get_session()
    assert set(botocore.get_available_regions("ec2", partition_name="aws")) == regions.AWS
