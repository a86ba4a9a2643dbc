"""A run: from sources to a data set, incremental and safe against being stopped at any moment.

    list files → plan → read → [parse] → decide → [extract] → write → compact

Everything from ``read`` on is one ordered stream. The steps in brackets (``work.py``) are mapped by an engine
over batches; the others (``reading.py``, ``deciding.py``, ``writing.py``) are in this process, which alone
writes. See ``manifest.py`` for what makes it safe.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from pipeline._version import __version__
from pipeline.batch.deciding import Decider
from pipeline.batch.engines import Engine, open_engine
from pipeline.batch.manifest import Manifest, Plan
from pipeline.batch.options import RunOptions, Tally
from pipeline.batch.reading import read_items
from pipeline.batch.shards import clean_up
from pipeline.batch.state import NoWatch, State, Watch
from pipeline.batch.storage import Storage, open_storage
from pipeline.batch.work import DEFAULT_EXTRACT, ExtractStep, Parsed, ParseStep, lost_article, lost_item
from pipeline.batch.writing import Recorder
from pipeline.errors import LetopisError
from pipeline.ingest import Item, SourceError
from pipeline.ingest.files import Listing, check_sources, is_local, normalize_source

BATCH_ITEMS = 32
BATCH_CHARS = 100_000
MOST_TURNS = 5
# More than half of an archive gone, and more files than one removes by hand: a disk that is not mounted?
GONE_SHARE, GONE_FILES = 0.5, 100

LISTING = "(listing)"  # the «file» of problems that come before any file is read

A = TypeVar("A")


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
    options, tally = options or RunOptions(), Tally()
    names = [normalize_source(source) for source in sources]
    check_sources(names)
    listing = Listing(names, leave_out=Path(output) if is_local(str(output)) else None)
    with closing(open_storage(output, create=True)) as storage:
        try:
            with closing(Manifest(storage.manifest)) as manifest:
                manifest.begin()
                manifest.recover()
                maker = manifest.maker(*_maker(options))
                state = State(storage, manifest, options, watch or NoWatch(), tally, maker, left=options.limit)
                _run(state, listing, names)
        except (OSError, sqlite3.Error) as error:
            raise _cannot_go_on(storage, error) from error
    return tally


def plan(sources: Iterable[str | Path], manifest: Manifest, options: RunOptions) -> tuple[Plan, Listing]:
    """Count what a run would do, without doing it."""
    names = [normalize_source(source) for source in sources]
    check_sources(names)
    listing = Listing(names, leave_out=manifest.path.parent)
    manifest.list_files(listing)
    maker = manifest.scalar("SELECT number FROM makers WHERE digest = ?", _maker(options)[0]) or 0
    gone = manifest.gone_files(names, listing.unreadable)
    return manifest.plan(maker, only_changed=options.only_changed, since=options.since, gone=len(gone)), listing


def _run(state: State, listing: Listing, sources: list[str]) -> None:
    """The whole run, noted in the manifest from its start to its end."""
    manifest = state.manifest
    number = manifest.start_run(_now(), state.maker, json.dumps(sources, ensure_ascii=False))
    manifest.commit()
    clean_up(state.storage, manifest)
    recorder = Recorder(state)
    try:
        _plan(state, listing, sources)
        options, preload = state.options, state.options.extract == DEFAULT_EXTRACT
        with open_engine(
            options.engine, workers=options.workers, address=options.address, preload=preload
        ) as engine:
            _pass_until_settled(state, engine, recorder)
        if not state.stopped:
            recorder.compact()
    except BaseException:
        recorder.abandon()
        raise
    ended = "stopped" if state.stopped else "done"
    manifest.end_run(number, _now(), ended, json.dumps(state.tally.to_dict(), ensure_ascii=False))
    recorder.commit(last=True)


def _plan(state: State, listing: Listing, sources: list[str]) -> None:
    """List the files, drop what is gone, and tell what is to be done."""
    manifest, options = state.manifest, state.options
    manifest.list_files(listing)
    if options.retry_errors:
        manifest.reopen_files_with_problems()
    gone = _drop_gone(state, manifest.gone_files(sources, listing.unreadable), sources)
    what = manifest.plan(state.maker, only_changed=options.only_changed, since=options.since, gone=gone)
    state.tally.files_total, state.tally.bytes_total = what.pending, what.bytes
    state.tally.files_unchanged = what.unchanged
    state.watch.planned(what, state.tally)
    manifest.start_file(LISTING)
    for path in listing.repeated:
        state.problem(SourceError(LISTING, path, "given twice", "it is read once", level="warning"))
    for path, why in listing.unreadable.items():
        state.problem(SourceError(LISTING, path, f"a folder that cannot be listed: {why}", "give read permission"))


def _drop_gone(state: State, gone: list[str], sources: list[str]) -> int:
    if state.options.keep_gone:
        return len(gone)
    known = state.manifest.scalar("SELECT count(*) FROM files")
    if len(gone) > GONE_FILES and len(gone) > GONE_SHARE * known and not state.options.drop_gone:
        raise LetopisError(
            f"{len(gone):,} of {known:,} files are gone from {' '.join(sources)}; if that is right say "
            "--drop-gone, if not mount the disk, or say --keep-gone"
        )
    for path in gone:
        state.tally.gone += state.manifest.forget_file(path)
    return len(gone)


def _pass_until_settled(state: State, engine: Engine, recorder: Recorder) -> None:
    """Pass over the sources until no duplicate is left whose original went while the pass was on."""
    for _ in range(MOST_TURNS):
        state.manifest.released = 0
        state.turn = state.manifest.next_turn()
        _pass(state, engine, recorder)
        if not state.manifest.released or state.ended:
            return


def _pass(state: State, engine: Engine, recorder: Recorder) -> None:
    """The stream."""
    options = state.options
    parse = ParseStep(options.read, near=options.duplicates == "near")
    extract = ExtractStep(options.extract, options.profile)
    parsed = engine.map(parse, _batches(read_items(state)), lost=lost_item)
    decided = Decider(state)(parsed)
    for batch in engine.map(extract, _batches(decided), lost=lost_article):
        for outcome in batch:
            recorder.write(outcome)
        state.watch.tick()


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


def _maker(options: RunOptions) -> tuple[str, str, str, str]:
    """What makes records now: digest, version, models, and the options that change what comes out."""
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
