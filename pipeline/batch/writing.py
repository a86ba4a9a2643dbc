"""The last stage of a run: records into shards, everything else into the manifest, a commit for each shard."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from typing import IO

from pipeline.batch.manifest import Manifest
from pipeline.batch.shards import compact, open_writer
from pipeline.batch.state import State
from pipeline.batch.storage import Storage, write_file
from pipeline.batch.work import COUNTED, Extracted, Failed, Outcome, Parsed
from pipeline.errors import LetopisError
from pipeline.ingest import FileEnd, SourceError

COMMIT_SECONDS = 60
VIEW_SECONDS = 30
ALL_FAIL = 50


class Recorder:
    """Writes the outcomes of a run in their order."""

    def __init__(self, state: State) -> None:
        options = state.options
        self._state, self._manifest = state, state.manifest
        self._writer = open_writer(state.storage, state.manifest, kind=options.format, compress=options.compress)
        self._failed = 0
        self._committed = self._viewed = time.monotonic()

    def write(self, outcome: Outcome) -> None:
        """Take in an outcome; commits when a shard is full."""
        if isinstance(outcome, Extracted):
            self._write_record(outcome)
        elif isinstance(outcome, Parsed):
            self._state.tally.duplicates += 1
            self._note(outcome, shard=None, line=None)
        elif isinstance(outcome, Failed):
            self._fail(outcome)
        elif isinstance(outcome, SourceError):
            self._state.problem(outcome)
        else:
            self._end_file(outcome)
        full = self._writer.waiting >= self._state.options.shard_size
        if full or time.monotonic() - self._committed > COMMIT_SECONDS:
            self.commit()

    def commit(self, *, last: bool = False) -> None:
        """Make what was written so far last."""
        records, now = self._writer.waiting, time.monotonic()
        self._writer.finish()
        self._manifest.commit()
        if last or now - self._viewed > VIEW_SECONDS:
            self._state.storage.publish_manifest()
            write_views(self._state.storage, self._manifest)
            self._viewed = now
        self._committed = now
        if records:
            self._state.watch.committed(records)

    def compact(self) -> None:
        """Take the lines that are no longer wanted out of the shards."""
        compact(self._state.storage, self._manifest, self._writer, size=self._state.options.shard_size)

    def abandon(self) -> None:
        """Leave nothing of what was not committed."""
        self._writer.abandon()

    def _write_record(self, done: Extracted) -> None:
        article, tally = done.parsed.article, self._state.tally
        path = article.source.path or article.id
        place = self._writer.add(done.line, article_id=article.id, path=path)
        self._note(done.parsed, shard=place.shard, line=place.line)
        tally.records += 1
        tally.found.update(dict(zip(COUNTED, done.counts, strict=True)))
        tally.add_seconds({"reading": done.parsed.seconds, **done.seconds})
        for warning in article.warnings:
            where = done.parsed.where
            self._state.problem(SourceError(done.parsed.file, path, warning, "look at it", where, level="warning"))

    def _note(self, parsed: Parsed, *, shard: int | None, line: int | None) -> None:
        self._state.tally.bytes = parsed.position
        source = parsed.article.source
        self._manifest.update_article(
            parsed.number,
            fingerprint=parsed.fingerprint,
            text_hash=parsed.signature.text_hash,
            maker=self._state.maker,
            shard=shard,
            line=line,
            published=source.published,
            url=source.url,
            title=source.title,
            duplicate_of=parsed.duplicate_of,
            similarity=parsed.similarity,
        )

    def _fail(self, failed: Failed) -> None:
        """One article that fails is an error of it; if all do, the installation is broken."""
        self._manifest.remove(failed.number)
        self._state.problem(failed.error)
        self._failed += 1
        if self._failed >= ALL_FAIL and not self._state.tally.records:
            raise LetopisError(
                f"the first {ALL_FAIL} articles all failed, the run is stopped: {failed.error.message}"
            )

    def _end_file(self, end: FileEnd) -> None:
        tally, options = self._state.tally, self._state.options
        tally.files += 1
        if end.complete and not options.keep_gone:
            tally.gone += self._manifest.remove_unseen(end.file, self._state.turn)
        self._manifest.end_file(end, self._state.maker, options.since)


def write_views(storage: Storage, manifest: Manifest) -> None:
    """Write ``errors.jsonl`` and ``duplicates.jsonl`` from the manifest."""
    write_file(storage, "errors.jsonl", lambda out: _write_rows(out, (p.to_row() for p in manifest.problems())))
    write_file(storage, "duplicates.jsonl", lambda out: _write_rows(out, duplicate_rows(manifest)))


def duplicate_rows(manifest: Manifest) -> Iterator[dict[str, object]]:
    """The articles that repeat another: who, of whom, how alike."""
    names = ("id", "source", "url", "title", "published", "similarity", "duplicate_of")
    for row in manifest.rows(
        """SELECT copy.id, copy.source, copy.url, copy.title, copy.published, copy.similarity, first.id
        FROM articles AS copy JOIN articles AS first ON first.number = copy.duplicate_of ORDER BY copy.number"""
    ):
        yield dict(zip(names, row, strict=True))


def _write_rows(out: IO[bytes], rows: Iterable[object]) -> None:
    for row in rows:
        out.write(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
