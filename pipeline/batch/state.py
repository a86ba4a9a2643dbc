"""What the stages of a run share, and who looks on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pipeline.batch.manifest import Manifest, Plan
from pipeline.batch.options import RunOptions, Tally
from pipeline.batch.storage import Storage
from pipeline.ingest import SourceError


class Watch(Protocol):
    """Who looks on: the progress bar, the log, the status file."""

    def planned(self, plan: Plan, tally: Tally) -> None:
        """What is to be done is known."""

    def problem(self, problem: SourceError) -> None:
        """Something failed or was odd."""

    def committed(self, records: int) -> None:
        """A shard was written."""

    def tick(self) -> None:
        """Something was done."""

    @property
    def stop(self) -> bool:
        """True once the run is asked to end."""


class NoWatch:
    """Nobody looks on."""

    stop = False

    def planned(self, plan: Plan, tally: Tally) -> None: ...

    def problem(self, problem: SourceError) -> None: ...

    def committed(self, records: int) -> None: ...

    def tick(self) -> None: ...


@dataclass(slots=True)
class State:
    """A run under way.

    ``maker`` is the number of what makes records now, ``turn`` that of the pass over the sources: an article
    whose row has it was met in this pass. ``left`` counts down to the limit of new articles.
    """

    storage: Storage
    manifest: Manifest
    options: RunOptions
    watch: Watch
    tally: Tally
    maker: int
    turn: int = 0
    left: int | None = None

    def problem(self, problem: SourceError) -> None:
        """Count and note what failed or was odd."""
        if problem.level == "error":
            self.tally.errors += 1
        else:
            self.tally.warnings += 1
        self.manifest.add_problem(problem)
        self.watch.problem(problem)

    @property
    def stopped(self) -> bool:
        """True once the run was asked to end."""
        self.tally.stopped = self.tally.stopped or self.watch.stop
        return self.tally.stopped

    @property
    def ended(self) -> bool:
        """True once nothing more is to be read."""
        return self.stopped or self.left == 0


def repeated_name(source: str, where: str | None) -> str:
    """The name of a further article that has the name of another in its file.

    >>> repeated_name("news.jsonl/a02", "line 17")
    'news.jsonl/a02~17'
    """
    return f"{source}~{''.join(filter(str.isdigit, where or ''))}"
