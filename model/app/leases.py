"""Who may work on what for a while, among tasks that share nothing but a place for objects."""

import hashlib
from collections.abc import Callable
from typing import Any

import obstore
from obstore.exceptions import AlreadyExistsError


class Leases:
    """Numbered objects that are only ever made, never changed: of those who try one number, one succeeds.

    Nobody has to give a lease back: the next number may be made once the newest is too old. So a right to
    make objects and to list them is enough, and who was killed stands in nobody's way for long. The clocks of
    the storage and of the tasks must agree within a few seconds. (Gray and Cheriton, Leases, SOSP 1989,
    doi.org/10.1145/74850.74870; a late owner does no harm here, for the same rows give the same result.)
    """

    def __init__(self, store: Any, seconds: float, owner: str, clock: Callable[[], float]) -> None:
        self._store = store
        self._seconds = seconds
        self._owner = owner
        self._clock = clock

    def claim(self, what: str) -> bool:
        """Get the next lease; False where somebody has one, or was faster."""
        folder = f"leases/{hashlib.sha256(what.encode()).hexdigest()[:32]}"
        made = [each for page in obstore.list(self._store, prefix=folder) for each in page]
        newest = max(made, key=lambda each: each["path"], default=None)
        number = 1
        if newest:
            if self._clock() - newest["last_modified"].timestamp() < self._seconds:
                return False
            number += int(newest["path"].rpartition("/")[2])
        try:
            obstore.put(self._store, f"{folder}/{number:06d}", self._owner.encode(), mode="create")
        except AlreadyExistsError:
            return False
        return True
