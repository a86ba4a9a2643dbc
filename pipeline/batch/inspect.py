"""What is in a data set, and whether it is whole: ``letopis status`` and ``letopis verify``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.batch.manifest import Manifest
from pipeline.batch.shards import read_shard
from pipeline.batch.storage import Storage, open_storage
from pipeline.ingest.streams import UnreadableSource
from pipeline.record import Record


@dataclass(frozen=True, slots=True)
class Status:
    """A data set in numbers. ``makers``: records by the version that made them; ``last_run`` as in the manifest."""

    files: int
    records: int
    duplicates: int
    errors: int
    warnings: int
    shards: int
    bytes: int
    first_day: str | None
    last_day: str | None
    makers: dict[str, int]
    last_run: dict[str, Any] | None

    def to_dict(self) -> dict[str, Any]:
        """The numbers as JSON values."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def status(output: str | Path) -> Status:
    """Tell what is in a data set; raises ``LetopisError`` where there is none."""
    with closing(open_storage(output)) as storage, closing(Manifest(storage.manifest, read_only=True)) as manifest:
        one = manifest.scalar
        days = next(manifest.rows("SELECT min(published), max(published) FROM articles"))
        makers = manifest.rows(
            """SELECT version, count(*) FROM articles JOIN makers ON makers.number = maker
            WHERE shard IS NOT NULL GROUP BY version ORDER BY version"""
        )
        return Status(
            files=one("SELECT count(*) FROM files"),
            records=one("SELECT count(*) FROM articles WHERE shard IS NOT NULL"),
            duplicates=one("SELECT count(*) FROM articles WHERE duplicate_of IS NOT NULL"),
            errors=one("SELECT count(*) FROM problems WHERE level = 'error'"),
            warnings=one("SELECT count(*) FROM problems WHERE level = 'warning'"),
            shards=one("SELECT count(*) FROM shards"),
            bytes=one("SELECT coalesce(sum(bytes), 0) FROM shards"),
            first_day=days[0],
            last_day=days[1],
            makers=dict(makers),
            last_run=_last_run(manifest),
        )


def verify(output: str | Path) -> Iterator[str]:
    """Check every shard of a data set against its manifest and every record against the schema.

    Yields what is wrong, a line each; nothing where all is well.
    """
    with closing(open_storage(output)) as storage, closing(Manifest(storage.manifest, read_only=True)) as manifest:
        yield from _check_database(manifest)
        shards = list(manifest.rows("SELECT number, name, records, bytes, sha256 FROM shards ORDER BY number"))
        for extra in sorted(set(storage.names()) - {shard[1] for shard in shards}):
            yield f"{extra}: not in the manifest (left by a run that was stopped; the next run removes it)"
        for shard in shards:
            yield from _check_shard(storage, manifest, *shard)


def _last_run(manifest: Manifest) -> dict[str, Any] | None:
    names = ("started", "ended", "state", "sources", "counts")
    for row in manifest.rows(f"SELECT {', '.join(names)} FROM runs ORDER BY number DESC LIMIT 1"):
        last = dict(zip(names, row, strict=True))
        return {**last, "sources": json.loads(last["sources"]), "counts": json.loads(last["counts"] or "null")}
    return None


def _check_database(manifest: Manifest) -> Iterator[str]:
    for (answer,) in manifest.rows("PRAGMA quick_check"):
        if answer != "ok":
            yield f"{manifest.path.name}: {answer}"
    lost = manifest.scalar("SELECT count(*) FROM articles WHERE shard NOT IN (SELECT number FROM shards)")
    if lost:
        yield f"{manifest.path.name}: {lost} articles in shards that it does not name"


def _check_shard(
    storage: Storage, manifest: Manifest, number: int, name: str, records: int, size: int, digest: str
) -> Iterator[str]:
    try:
        with storage.open(name) as stream:
            found = file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
    except OSError as error:
        yield f"{name}: {error.strerror or error}"
        return
    if found != digest:
        yield f"{name}: changed since it was written (sha256 {found[:12]}…, not {digest[:12]}…, of {size:,} bytes)"
    live = dict(manifest.rows("SELECT line, id FROM articles WHERE shard = ?", number))
    count = -1
    try:
        for count, line in enumerate(read_shard(storage, name)):
            yield from (
                f"{name}, line {count + 1}: {problem}" for problem in _check_record(line, live.pop(count, None))
            )
    except (UnreadableSource, OSError, EOFError) as error:
        yield f"{name}: {error}"
    if count + 1 != records:
        yield f"{name}: {count + 1} records, not {records}"
    for line_number, article_id in live.items():
        yield f"{name}: the record {article_id} of line {line_number + 1} is missing"


def _check_record(line: bytes, expected: str | None) -> Iterator[str]:
    try:
        record = Record.from_json(line)
    except ValidationError as error:
        yield f"no record by the schema ({error.error_count()} errors: {error.errors()[0]['msg']})"
        return
    if expected is not None and record.id != expected:
        yield f"the record {record.id}, not {expected}"
