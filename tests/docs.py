"""Pages that are generated from tests: what they prove is what the pages say."""

from tests.faults import table as faults
from tests.mistakes import table as mistakes
from tests.model import table as model


def pages() -> dict[str, str | dict[str, str]]:
    """Path from the root to the whole page, or to its generated part."""
    return {
        "docs/faults.md": faults.page(),
        "sandbox/README.md": {"mistakes": mistakes.part()},
        "model/README.md": {"settings": model.part()},
    }
