"""Scale: how many instances, and how much each does at once."""

from dataclasses import dataclass

from components.core.errors import InvalidArgument, check_range


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How many instances there may be, and how much each does at once."""

    min: int = 0
    """Instances that wait warm, 0 to 100; 0 costs nothing while nobody asks."""

    max: int = 10
    """Instances at most, 1 to 100; on AWS, where one serves one request, `max` × `concurrency`."""

    concurrency: int = 40
    """Requests that one instance serves at the same time, 1 to 300."""

    def __post_init__(self) -> None:
        check_range("scale.min", self.min, 0, 100)
        check_range("scale.max", self.max, 1, 100)
        check_range("scale.concurrency", self.concurrency, 1, 300)
        if self.min > self.max:
            raise InvalidArgument("scale.min", f"at most scale.max, {self.max}; came {self.min}")
