"""The proof that every cloud holds and runs the same image, from what registries and providers said."""

import re
from collections.abc import Mapping
from typing import Any, Final

EQUAL: Final = "equal"
DIFFERENT: Final = "different"
UNPROVEN: Final = "unproven"
UNKNOWN: Final = "unknown"

_DIGEST: Final = re.compile(r"(?:[^\s@]+@)?(sha256:[0-9a-f]{64})")

Evidence = Mapping[str, Mapping[str, object]]
"""Cloud → place (`registry`, `function`) → digest or reference by digest; anything else proves nothing."""


def parity(expected: str, evidence: Evidence) -> dict[str, Any]:
    """The verdict on one model.

    `different` as soon as one place has another digest (`differing` names it: "azure function"), `equal` only
    when every place has the expected one, else `unproven` (`unknown` names the places that said nothing).
    """
    found = {
        cloud: {place: digest_in(answer) for place, answer in sorted(places.items())}
        for cloud, places in sorted(evidence.items())
    }
    flat = {f"{cloud} {place}": digest for cloud, places in found.items() for place, digest in places.items()}
    differing = [place for place, digest in flat.items() if digest not in (None, expected)]
    unknown = [place for place, digest in flat.items() if digest is None]
    verdict = DIFFERENT if differing else UNPROVEN if unknown or not flat else EQUAL
    return {
        "verdict": verdict,
        "expected": expected,
        "evidence": {
            cloud: {place: digest or UNKNOWN for place, digest in places.items()}
            for cloud, places in found.items()
        },
        **({"differing": differing} if differing else {}),
        **({"unknown": unknown} if unknown else {}),
    }


def digest_in(answer: object) -> str | None:
    """The digest of a digest or of a reference by digest; None for anything else."""
    match = _DIGEST.fullmatch(answer) if isinstance(answer, str) else None
    return match[1] if match else None
