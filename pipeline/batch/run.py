"""A run: from sources to a data set, incremental and safe against being stopped at any moment.

    list files → plan → read items → [parse] → decide → [extract] → write

Everything is one ordered stream; the steps in brackets are mapped by an engine over batches, the others are
here, in one process, which alone writes. ``decide`` gives each article its number and id and finds duplicates,
before the work of extraction. See ``manifest.py`` for what makes it safe.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Protocol, TypeVar

from pipeline._version import __version__
from pipeline.batch.duplicates import Duplicates
from pipeline.batch.engines import Engine, open_engine
from pipeline.batch.manifest import Known, Manifest, Plan
from pipeline.batch.options import RunOptions, Tally
from pipeline.batch.shards import clean_up, compact, open_writer
from pipeline.batch.storage import Storage, open_storage, write_file
from pipeline.batch.work import (
    COUNTED,
    DEFAULT_EXTRACT,
    Decided,
    Extracted,
    ExtractStep,
    Failed,
    Outcome,
    Parsed,
    ParseStep,
    Read,
    lost_article,
    lost_item,
)
from pipeline.errors import LetopisError
from pipeline.ingest import FileEnd, Item, SourceError
from pipeline.ingest.files import (
    Listing,
    SourceFile,
    check_sources,
    is_local,
    normalize_source,
    open_filesystem,
    printable,
)
from pipeline.ingest.parse import article_id
from pipeline.ingest.readers import read_file

BATCH_ITEMS = 32
BATCH_CHARS = 100_000
COMMIT_SECONDS = 60
VIEW_SECONDS = 30
MOST_TURNS = 5
ALL_FAIL = 50
# More than half of an archive gone, and more files than one removes by hand: a disk that is not mounted?
GONE_SHARE, GONE_FILES = 0.5, 100

A = TypeVar("A")


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


def run(
    sources: Iterable[str | Path],
    output: str | Path,
    options: RunOptions | None = None,
    watch: Watch | None = None,
) -> Tally:
    """Bring a data set up to date with its sources.

    Returns:
        What was done. Errors of articles are counted and listed in the data set's ``errors.jsonl``.

    Raises:
        LetopisError: nothing could be done, or the output cannot be written any more; what was committed is kept.
    """
    options, watch = options or RunOptions(), watch or NoWatch()
    names = [normalize_source(source) for source in sources]
    check_sources(names)
    listing = Listing(names, leave_out=Path(output) if is_local(str(output)) else None)
    tally = Tally()
    with closing(open_storage(output, create=True)) as storage:
        try:
            with closing(Manifest(storage.manifest)) as manifest:
                _Run(names, listing, storage, manifest, options, watch, tally).go()
        except (OSError, sqlite3.Error) as error:
            raise _cannot_go_on(storage, error) from error
    return tally


def plan(sources: Iterable[str | Path], manifest: Manifest, options: RunOptions) -> tuple[Plan, Listing]:
    """Count what a run would do, without doing it."""
    names = [normalize_source(source) for source in sources]
    listing = Listing(names, leave_out=manifest.path.parent)
    manifest.list_files(listing)
    maker = manifest.scalar("SELECT number FROM makers WHERE digest = ?", _maker(options)[0]) or 0
    gone = manifest.gone_files(names, listing.unreadable)
    return manifest.plan(maker, only_changed=options.only_changed, since=options.since, gone=len(gone)), listing


class _Run:
    """The state of a run; its methods are the stages of the stream, in order."""

    def __init__(
        self,
        sources: list[str],
        listing: Listing,
        storage: Storage,
        manifest: Manifest,
        options: RunOptions,
        watch: Watch,
        tally: Tally,
    ) -> None:
        self._sources, self._listing = sources, listing
        self._storage, self._manifest = storage, manifest
        self._options, self._watch, self._tally = options, watch, tally
        self._writer = open_writer(storage, manifest, kind=options.format, compress=options.compress)
        threshold = options.threshold if options.duplicates == "near" else None
        self._duplicates = Duplicates(manifest, threshold)
        self._maker = self._turn = 0
        self._limit = options.limit
        self._failed = 0
        self._committed = self._viewed = time.monotonic()

    def go(self) -> None:
        """The whole run."""
        manifest, options = self._manifest, self._options
        manifest.begin()
        manifest.recover()
        self._maker = manifest.maker(*_maker(options))
        number = manifest.start_run(_now(), self._maker, json.dumps(self._sources, ensure_ascii=False))
        manifest.commit()
        clean_up(self._storage, manifest)
        try:
            with self._plan() as engine:
                self._turns(engine)
            compact(self._storage, manifest, self._writer, size=options.shard_size)
        except BaseException:
            self._writer.abandon()
            raise
        state = "stopped" if self._stopped else "done"
        manifest.end_run(number, _now(), state, json.dumps(self._tally.to_dict(), ensure_ascii=False))
        self._commit(last=True)

    @property
    def _stopped(self) -> bool:
        self._tally.stopped = self._tally.stopped or self._watch.stop
        return self._tally.stopped

    # -- plan --------------------------------------------------------------------------------------------------

    def _plan(self) -> Engine:
        manifest, options = self._manifest, self._options
        manifest.list_files(self._listing)
        if options.retry_errors:
            manifest.reopen_files_with_problems()
        gone = self._drop_gone()
        what = manifest.plan(self._maker, only_changed=options.only_changed, since=options.since, gone=gone)
        self._tally.files_total, self._tally.bytes_total = what.pending, what.bytes
        self._tally.files_unchanged = what.unchanged
        self._watch.planned(what, self._tally)
        self._note_listing()
        preload = options.extract == DEFAULT_EXTRACT
        return open_engine(options.engine, workers=options.workers, address=options.address, preload=preload)

    def _drop_gone(self) -> int:
        gone = self._manifest.gone_files(self._sources, self._listing.unreadable)
        if self._options.keep_gone:
            return len(gone)
        known = self._manifest.scalar("SELECT count(*) FROM files")
        if len(gone) > GONE_FILES and len(gone) > GONE_SHARE * known and not self._options.drop_gone:
            raise LetopisError(
                f"{len(gone):,} of {known:,} files are gone from {' '.join(self._sources)}; if that is right say "
                "--drop-gone, if not mount the disk, or say --keep-gone"
            )
        for path in gone:
            self._tally.gone += self._manifest.forget_file(path)
        return len(gone)

    def _note_listing(self) -> None:
        for path in {*self._listing.repeated, *self._listing.unreadable}:
            self._manifest.start_file(path)
        for path in self._listing.repeated:
            self._problem(SourceError(path, path, "given twice", "it is read once", level="warning"))
        for path, why in self._listing.unreadable.items():
            self._problem(SourceError(path, path, f"a folder that cannot be listed: {why}", "give read permission"))

    # -- the stream --------------------------------------------------------------------------------------------

    def _turns(self, engine: Engine) -> None:
        """Pass over the sources until no duplicate is left whose original went while the pass was on."""
        for _ in range(MOST_TURNS):
            self._manifest.released = 0
            self._turn = self._manifest.next_turn()
            self._pass(engine)
            if not self._manifest.released or self._stopped or self._limit == 0:
                return

    def _pass(self, engine: Engine) -> None:
        options = self._options
        parse = ParseStep(options.read, near=options.duplicates == "near")
        parsed = engine.map(parse, _batches(self._items()), lost=lost_item)
        extract = ExtractStep(options.extract, options.profile)
        done = engine.map(extract, _batches(self._decide(parsed)), lost=lost_article)
        for batch in done:
            for outcome in batch:
                self._write(outcome)
            self._watch.tick()

    def _items(self) -> Iterator[Read]:
        """Read the files that are new or changed; of them only the articles that are."""
        options = self._options
        pending = self._manifest.pending_files(self._maker, only_changed=options.only_changed, since=options.since)
        for raw, size, stamp in pending:
            filesystem = None if is_local(raw) else open_filesystem(raw)
            self._manifest.start_file(raw)
            for found in read_file(SourceFile(raw, size, stamp, filesystem), options.read, self._count_bytes):
                if self._stopped or self._limit == 0:
                    return
                if isinstance(found, Item):
                    if self._is_known(found):
                        self._tally.unchanged += 1
                        continue
                    self._limit = None if self._limit is None else self._limit - 1
                yield found

    def _count_bytes(self, count: int) -> None:
        self._tally.bytes += count
        self._watch.tick()

    def _is_known(self, item: Item) -> bool:
        source = printable(item.path)
        known = self._manifest.by_source(source)
        if known and known.seen == self._turn:  # a second article of this name in its file
            known = self._manifest.by_source(_repeated(source, item.where))
        if known is None or known.fingerprint != item.fingerprint():
            return False
        if known.maker != self._maker and not self._options.only_changed:
            return False
        self._manifest.update_article(known.number, seen=self._turn)
        return True

    def _decide(self, batches: Iterator[list[Decided]]) -> Iterator[Decided]:
        """Give each article its number and id, and link it where it repeats another."""
        for batch in batches:
            for one in batch:
                if not isinstance(one, Parsed):
                    yield one
                elif self._is_wanted(one):
                    yield self._enter(one)

    def _is_wanted(self, parsed: Parsed) -> bool:
        source, since = parsed.article.source, self._options.since
        if not since or not source.published or source.published >= since:
            return True
        known = self._manifest.by_source(source.path or "")
        if known:
            self._manifest.update_article(known.number, seen=self._turn)
        return False

    def _enter(self, parsed: Parsed) -> Parsed:
        parsed, known = self._named(parsed)
        article, signature, manifest = parsed.article, parsed.signature, self._manifest
        source, published = article.source.path or "", article.source.published
        if known is None:
            number = manifest.add_article(article.id, source, printable(parsed.file), self._turn)
        else:
            number = known.number
            manifest.update_article(number, id=article.id, seen=self._turn)
            if known.text_hash != signature.text_hash:
                manifest.release(number)
        copy = None if self._options.duplicates == "keep" else self._duplicates.find(number, signature, published)
        if copy:
            manifest.release(number)
            manifest.unindex(number)
            return replace(parsed, number=number, duplicate_of=copy[0], similarity=copy[1])
        manifest.update_article(number, text_hash=signature.text_hash, duplicate_of=None, similarity=None)
        self._duplicates.add(number, signature, published)
        return replace(parsed, number=number)

    def _named(self, parsed: Parsed) -> tuple[Parsed, Known | None]:
        """Make the name and the id of an article its own; returns what is known of it."""
        article = parsed.article
        source = article.source.path or ""
        known = self._manifest.by_source(source)
        if known and known.seen == self._turn:
            source = _repeated(source, parsed.where)
            known = self._manifest.by_source(source)
            path = article.source.model_copy(update={"path": source})
            doubt = "its id is that of another article of the file"
            article = replace(article, source=path, warnings=(*article.warnings, doubt))
        owner = self._manifest.source_of_id(article.id)
        if owner not in (None, source):
            article = replace(article, id=f"{article.id}~{article_id(source)[:8]}")
        return replace(parsed, article=article), known

    # -- writing -----------------------------------------------------------------------------------------------

    def _write(self, outcome: Outcome) -> None:
        if isinstance(outcome, Extracted):
            self._write_record(outcome)
        elif isinstance(outcome, Parsed):
            self._tally.duplicates += 1
            self._note_article(outcome, shard=None, line=None)
        elif isinstance(outcome, Failed):
            self._manifest.remove(outcome.number)
            self._problem(outcome.error)
            self._check_that_some_succeed(outcome)
        elif isinstance(outcome, SourceError):
            self._problem(outcome)
        else:
            self._end_file(outcome)
        if self._writer.waiting >= self._options.shard_size or time.monotonic() - self._committed > COMMIT_SECONDS:
            self._commit()

    def _write_record(self, done: Extracted) -> None:
        article = done.parsed.article
        place = self._writer.add(done.line, article_id=article.id, path=article.source.path or article.id)
        self._note_article(done.parsed, shard=place.shard, line=place.line)
        self._tally.records += 1
        self._tally.found.update(dict(zip(COUNTED, done.counts, strict=True)))
        self._tally.add_seconds({"reading": done.parsed.seconds, **done.seconds})
        for warning in article.warnings:
            path = article.source.path or article.id
            problem = SourceError(done.parsed.file, path, warning, "look at it", done.parsed.where, level="warning")
            self._problem(problem)

    def _check_that_some_succeed(self, failed: Failed) -> None:
        """One article that fails is an error of it; all of them, a broken installation."""
        self._failed += 1
        if self._failed >= ALL_FAIL and not self._tally.records:
            raise LetopisError(
                f"the first {ALL_FAIL} articles all failed, the run is stopped: {failed.error.message}"
            )

    def _note_article(self, parsed: Parsed, *, shard: int | None, line: int | None) -> None:
        source = parsed.article.source
        self._manifest.update_article(
            parsed.number,
            fingerprint=parsed.fingerprint,
            text_hash=parsed.signature.text_hash,
            maker=self._maker,
            shard=shard,
            line=line,
            published=source.published,
            url=source.url,
            title=source.title,
            duplicate_of=parsed.duplicate_of,
            similarity=parsed.similarity,
        )

    def _problem(self, problem: SourceError) -> None:
        if problem.level == "error":
            self._tally.errors += 1
        else:
            self._tally.warnings += 1
        self._manifest.add_problem(problem)
        self._watch.problem(problem)

    def _end_file(self, end: FileEnd) -> None:
        self._tally.files += 1
        if end.complete and not self._options.keep_gone:
            self._tally.gone += self._manifest.remove_unseen(end.file, self._turn)
        self._manifest.end_file(end, self._maker, self._options.since)

    def _commit(self, *, last: bool = False) -> None:
        """Make what was written so far last."""
        records, now = self._writer.waiting, time.monotonic()
        self._writer.finish()
        self._manifest.commit()
        if last or now - self._viewed > VIEW_SECONDS:
            self._storage.publish_manifest()
            write_views(self._storage, self._manifest)
            self._viewed = now
        self._committed = now
        if records:
            self._watch.committed(records)


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


def _batches(stream: Iterable[A]) -> Iterator[list[A]]:
    """Batches of about the same length of text, so that no worker waits for another."""
    batch: list[A] = []
    size = 0
    for one in stream:
        batch.append(one)
        size += one.size if isinstance(one, Item) else len(one.article.text) if isinstance(one, Parsed) else 0
        if len(batch) >= BATCH_ITEMS or size >= BATCH_CHARS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _repeated(source: str, where: str | None) -> str:
    return f"{source}~{''.join(filter(str.isdigit, where or ''))}"


def _maker(options: RunOptions) -> tuple[str, str, str, str]:
    """What makes records now: digest, version, models, options that change what comes out."""
    from pipeline.models import load_models

    models = json.dumps(load_models().versions if options.extract == DEFAULT_EXTRACT else {}, sort_keys=True)
    copies = (options.duplicates, options.threshold)
    said = {**asdict(options.read), "extract": options.extract, "duplicates": copies}
    told = json.dumps(said, sort_keys=True, ensure_ascii=False)
    digest = sha256(f"{__version__} {models} {told}".encode()).hexdigest()[:16]
    return digest, __version__, models, told


def _cannot_go_on(storage: Storage, error: Exception) -> LetopisError:
    """The output cannot be written any more: tidy what was not committed, and say what is kept."""
    kept = 0
    with suppress(OSError, sqlite3.Error), closing(Manifest(storage.manifest)) as manifest:
        clean_up(storage, manifest)
        kept = manifest.scalar("SELECT count(*) FROM articles WHERE shard IS NOT NULL")
    why = getattr(error, "strerror", None) or str(error)
    return LetopisError(
        f"{storage.root}: cannot be written ({why}); {kept:,} records are kept; make room, then run the same again"
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
