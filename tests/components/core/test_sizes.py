"""Sizes: the smallest that each cloud sells, and never less than what was asked for."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core import sizes
from components.core.errors import InvalidArgument
from components.core.sizes import Size

ASKED = st.builds(Size, st.floats(0.01, 10), st.floats(0.01, 40))


def lambda_size(size: Size) -> Size:
    mib = sizes.lambda_mib(size)
    return Size(mib / sizes.LAMBDA_MIB_PER_CPU, mib / 1024)


SOLD = {"aws": lambda_size, "azure": sizes.container_app, "gcp": sizes.cloud_run}


@pytest.mark.parametrize("cloud", SOLD)
@given(asked=ASKED)
def test_never_less_than_asked(cloud: str, asked: Size) -> None:
    if asked.cpu > 4 or asked.memory_gib > 8:
        return  # may be refused; what is said then is tested below
    sold = SOLD[cloud](asked)
    assert sold.cpu >= asked.cpu - 1e-9
    assert sold.memory_gib >= asked.memory_gib - 1e-9


@given(asked=ASKED)
def test_a_lambda_function_is_not_a_mib_larger_than_needed(asked: Size) -> None:
    try:
        mib = sizes.lambda_mib(asked)
    except InvalidArgument:
        return
    smaller = mib - 1
    enough = smaller >= asked.memory_gib * 1024 and smaller >= asked.cpu * sizes.LAMBDA_MIB_PER_CPU
    assert mib == sizes.LAMBDA_SMALLEST_MIB or not enough


@given(asked=ASKED)
def test_a_container_app_has_quarters_of_a_cpu_and_twice_as_many_gib(asked: Size) -> None:
    try:
        sold = sizes.container_app(asked)
    except InvalidArgument:
        return
    assert (sold.cpu / 0.25).is_integer()
    assert sold.memory_gib == 2 * sold.cpu
    smaller = sold.cpu - 0.25
    assert smaller < asked.cpu or 2 * smaller < asked.memory_gib


@pytest.mark.parametrize(
    ("asked", "mib", "app", "run"),
    [
        ((1, 2), 2048, (1, 2), (1, 2)),
        ((2, 2), 3538, (2, 4), (2, 2)),
        ((0.25, 0.25), 443, (0.25, 0.5), (1, 0.5)),
        ((1, 8), 8192, (4, 8), (2, 8)),
        ((4, 1), 7076, (4, 8), (4, 2)),
    ],
)
def test_the_table(
    asked: tuple[float, float], mib: int, app: tuple[float, float], run: tuple[float, float]
) -> None:
    size = Size(*asked)
    assert sizes.lambda_mib(size) == mib
    assert sizes.container_app(size) == Size(*app)
    assert sizes.cloud_run(size) == Size(*run)


@pytest.mark.parametrize(
    ("sell", "asked", "says"),
    [
        (sizes.lambda_mib, Size(6, 2), "a Lambda function has 5.79 vCPU and 10 GiB at most"),
        (sizes.container_app, Size(1, 9), "a container app has 4 vCPU and 8 GiB at most"),
        (sizes.cloud_run, Size(1, 33), "a Cloud Run instance has 8 vCPU and 32 GiB at most"),
    ],
)
def test_too_much_is_refused_with_what_there_is(sell, asked, says) -> None:
    with pytest.raises(InvalidArgument, match=says):
        sell(asked)


@pytest.mark.parametrize("size", [(0, 1), (1, 0), (-1, 1), (math.inf, 1), (1, math.nan)])
def test_what_is_no_size_is_refused(size: tuple[float, float]) -> None:
    with pytest.raises(InvalidArgument, match="more than 0"):
        Size(*size)
