"""The options of a run and what it counts."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

from pipeline.batch.shards import Format
from pipeline.batch.work import DEFAULT_EXTRACT
from pipeline.ingest import ReadOptions

SHARD = 1000  # records in a shard: ten megabytes, some seconds of work


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run works.

    Args:
        read: how sources are read.
        workers: processes; 0 takes as many as there are cores, and one for a few articles.
        engine: ``local`` or ``ray``; ``address`` is that of a Ray cluster.
        format: ``jsonl`` (shards) or ``json`` (a file for each article); ``compress`` writes ``.jsonl.zst``.
        only_changed: leave alone what another version or other options made.
        keep_gone: keep the records of articles that are no more in the sources.
        drop_gone: drop them even where most of the archive is gone.
        retry_errors: read again what failed.
        duplicates: link copies to the first: ``near`` (from ``threshold`` on), ``exact``, or ``keep`` all.
        limit: the most new or changed articles to read.
        since: read only articles published on this ISO day or later (or without a known day).
        extract: the function that makes records of articles, as ``module:name``.
        profile: measure the seconds of each component.
    """

    read: ReadOptions = field(default_factory=ReadOptions)
    workers: int = 1
    engine: str = "local"
    address: str | None = None
    format: Format = "jsonl"
    compress: bool = False
    shard_size: int = SHARD
    only_changed: bool = False
    keep_gone: bool = False
    drop_gone: bool = False
    retry_errors: bool = False
    duplicates: Literal["near", "exact", "keep"] = "near"
    threshold: float = 0.8
    limit: int | None = None
    since: str | None = None
    extract: str = DEFAULT_EXTRACT
    profile: bool = False


@dataclass(slots=True)
class Tally:
    """What a run has done so far."""

    records: int = 0
    duplicates: int = 0
    errors: int = 0
    warnings: int = 0
    unchanged: int = 0
    gone: int = 0
    files: int = 0
    files_total: int = 0
    files_unchanged: int = 0
    bytes: int = 0
    bytes_total: int = 0
    found: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    started: float = field(default_factory=time.time)
    stopped: bool = False

    @property
    def articles(self) -> int:
        """Articles that were read: each has become a record, a duplicate or an error."""
        return self.records + self.duplicates + self.errors

    def add_seconds(self, seconds: dict[str, float]) -> None:
        """Add the time that parts of the work took."""
        for name, value in seconds.items():
            self.seconds[name] = self.seconds.get(name, 0.0) + value

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.time() - self.started

    @property
    def rate(self) -> float:
        """Articles a second."""
        return self.articles / max(self.elapsed, 1e-6)

    def seconds_left(self) -> float | None:
        """Estimated by the bytes that are left to read; ``None`` where that cannot be told yet."""
        if not self.bytes or not self.bytes_total:
            return None
        return self.elapsed * max(self.bytes_total - self.bytes, 0) / self.bytes

    def to_dict(self) -> dict[str, Any]:
        """The counts as JSON values."""
        left = self.seconds_left()
        return {
            **{name: getattr(self, name) for name in NUMBERS},
            "articles": self.articles,
            "found": dict(self.found),
            "elapsed": round(self.elapsed, 3),
            "articles_per_second": round(self.rate, 2),
            "seconds_left": None if left is None else round(left, 1),
            "stopped": self.stopped,
        }


NUMBERS = ["records", "duplicates", "errors", "warnings", "unchanged", "gone"]
NUMBERS += ["files", "files_total", "files_unchanged", "bytes", "bytes_total"]
