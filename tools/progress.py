"""Progress on stderr: a moving bar on a terminal, a line now and then elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

_QUIET_SECONDS = 10.0


class Advance(Protocol):
    """Tells that one more part is done."""

    def __call__(self, part: str) -> None: ...


class Reporter:
    """Says what is going on; never writes to stdout, which belongs to the answer."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True, highlight=False, soft_wrap=True)

    def say(self, text: str) -> None:
        """One line."""
        self._console.print(text, markup=False)

    @contextmanager
    def step(self, title: str, total: int | None = None) -> Iterator[Advance]:
        """A step of `total` parts (None: nobody knows how many)."""
        if self._console.is_terminal:
            with self._bar(title, total) as advance:
                yield advance
        else:
            yield self._lines(title, total)

    @contextmanager
    def _bar(self, title: str, total: int | None) -> Iterator[Advance]:
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, TimeElapsedColumn(), console=self._console, transient=True) as progress:
            task = progress.add_task(title, total=total)
            yield lambda part: progress.update(task, advance=1)

    def _lines(self, title: str, total: int | None) -> Advance:
        self.say(f"{title} …")
        done, last = 0, time.monotonic()

        def advance(part: str) -> None:
            nonlocal done, last
            done += 1
            if time.monotonic() - last >= _QUIET_SECONDS:
                last = time.monotonic()
                self.say(f"{title}: {done}{f' of {total}' if total else ''} ({part})")

        return advance
