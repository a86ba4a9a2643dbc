"""Shards: the files of records of a data set. They are written once and never changed; a shard in which lines
are no longer wanted is written anew under another name by ``compact``."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath
from typing import IO, Any, Literal, Protocol, cast

from pipeline.batch.manifest import Manifest
from pipeline.batch.storage import RECORDS, TEMPORARY, Storage, sync
from pipeline.errors import LetopisError
from pipeline.ingest.streams import CHUNK, UnreadableSource, ZstdFile, require

OURS = re.compile(r"/part-\d{6,}\.jsonl(\.zst)?$|-\d+\.json$")  # names that the writers below give
Format = Literal["jsonl", "json"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record was put: the number of its shard and the line in it, from 0."""

    shard: int
    line: int


class Writer(Protocol):
    """Writes records into a data set. What was added counts once ``finish`` has been followed by a commit."""

    def add(self, line: str, *, article_id: str, path: str) -> Place:
        """Add a record as one line of JSON; returns where it will be."""

    def finish(self) -> None:
        """Put what was added into its place and enter it in the manifest."""

    def abandon(self) -> None:
        """Leave nothing of what was added since the last ``finish``."""

    @property
    def waiting(self) -> int:
        """Records added since the last ``finish``."""


def open_writer(storage: Storage, manifest: Manifest, *, kind: Format, compress: bool) -> Writer:
    """The writer of a data set: shards of JSON Lines, or a file of JSON for each article."""
    return FileWriter(storage, manifest) if kind == "json" else LineWriter(storage, manifest, compress=compress)


class LineWriter:
    """Writes shards of JSON Lines (``part-000001.jsonl``, or ``.jsonl.zst``)."""

    def __init__(self, storage: Storage, manifest: Manifest, *, compress: bool) -> None:
        self._storage, self._manifest = storage, manifest
        self._suffix = ".jsonl.zst" if compress else ".jsonl"
        self._zstandard = _zstandard() if compress else None
        self._shard: _OpenShard | None = None

    @property
    def waiting(self) -> int:
        return self._shard.records if self._shard else 0

    def add(self, line: str, *, article_id: str, path: str) -> Place:
        if self._shard is None:
            number = next_shard(self._manifest)
            name = f"{RECORDS}/part-{number:06d}{self._suffix}"
            self._shard = _OpenShard(self._storage, number, name, self._zstandard)
        return self._shard.add(line.encode() + b"\n")

    def finish(self) -> None:
        if self._shard is None:
            return
        shard, self._shard = self._shard, None
        _enter(self._manifest, shard.number, shard.name, shard.records, *shard.close())
        self._storage.publish(shard.name)

    def abandon(self) -> None:
        if self._shard is not None:
            self._shard.abandon()
            self._shard = None


class _OpenShard:
    """A shard that is being written, under its temporary name; digest and size are those of the file."""

    def __init__(self, storage: Storage, number: int, name: str, zstandard: Any) -> None:
        self.number, self.name, self.records = number, name, 0
        self._path = storage.temporary(name)
        self._file = self._path.open("wb")
        self._meter = _WriteMeter(self._file)
        self._out: Any = (
            zstandard.ZstdCompressor().stream_writer(self._meter, closefd=False) if zstandard else self._meter
        )

    def add(self, data: bytes) -> Place:
        self._out.write(data)
        self.records += 1
        return Place(self.number, self.records - 1)

    def close(self) -> tuple[int, str]:
        if self._out is not self._meter:
            self._out.close()
        sync(self._file)
        self._file.close()
        return self._meter.count, self._meter.digest.hexdigest()

    def abandon(self) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)


class _WriteMeter:
    """Counts and hashes what is written."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self.count, self.digest = stream, 0, sha256()

    def write(self, data: bytes) -> int:
        self.count += len(data)
        self.digest.update(data)
        return self._stream.write(data)

    def flush(self) -> None:
        self._stream.flush()


class FileWriter:
    """Writes one file of JSON for each article, named by the file of the article and its id."""

    def __init__(self, storage: Storage, manifest: Manifest) -> None:
        self._storage, self._manifest = storage, manifest
        self._added: list[str] = []

    @property
    def waiting(self) -> int:
        return len(self._added)

    def add(self, line: str, *, article_id: str, path: str) -> Place:
        number, data = next_shard(self._manifest), line.encode() + b"\n"
        name = f"{RECORDS}/{file_name(article_id, path, number)}"
        with self._storage.temporary(name).open("wb") as stream:
            stream.write(data)
            sync(stream)
        _enter(self._manifest, number, name, 1, len(data), sha256(data).hexdigest())
        self._added.append(name)
        return Place(number, 0)

    def finish(self) -> None:
        while self._added:
            self._storage.publish(self._added.pop())

    def abandon(self) -> None:
        while self._added:
            self._storage.temporary(self._added.pop()).unlink(missing_ok=True)


def file_name(article_id: str, path: str, number: int) -> str:
    """A safe name for the file of an article: the stem of its source, and what keeps it from all others.

    >>> file_name("a02", "news.jsonl/a02", 7)
    'a02-7.json'
    """
    stem = re.sub(r"[^\w-]+", "_", PurePosixPath(path).stem).strip("_")[:60]
    return f"{stem or 'article'}-{number}.json"


def next_shard(manifest: Manifest) -> int:
    """A number that no shard has had: the last one is kept although its shard may be gone."""
    number = 1 + int(manifest.scalar("SELECT value FROM meta WHERE key = 'last shard'") or 0)
    manifest.db.execute("INSERT OR REPLACE INTO meta VALUES ('last shard', ?)", (str(number),))
    return number


def read_shard(storage: Storage, name: str) -> Iterator[bytes]:
    """The lines of a shard, without their ends."""
    with storage.open(name) as stream:
        lines: IO[bytes] = stream
        if name.endswith(".zst"):
            lines = cast("IO[bytes]", io.BufferedReader(ZstdFile(stream), CHUNK))
        for line in lines:
            yield line.rstrip(b"\n")


def clean_up(storage: Storage, manifest: Manifest) -> None:
    """Remove what a stopped run left behind: temporary files, and shards that the manifest does not name."""
    known = {name for (name,) in manifest.rows("SELECT name FROM shards")}
    for name in storage.names():
        if name.endswith(TEMPORARY) or (name not in known and OURS.search(name)):
            storage.remove(name)


def compact(storage: Storage, manifest: Manifest, writer: Writer, *, size: int) -> None:
    """Write the shards anew in which lines are no longer wanted, small ones together, and remove the old.

    Commits after each new shard of ``size`` records; the old ones are removed when no live record is in them.
    """
    for number, name in _worn(manifest, size):
        _move(storage, manifest, writer, number, name)
        if writer.waiting >= size:
            _settle(storage, manifest, writer)
    _settle(storage, manifest, writer)


def _worn(manifest: Manifest, size: int) -> list[tuple[int, str]]:
    """Shards with lines that no article points to, and those less than half full where there are several."""
    rows = manifest.rows(
        """SELECT shards.number, name, records, (SELECT count(*) FROM articles WHERE shard = shards.number)
        FROM shards ORDER BY shards.number"""
    )
    shards = [(number, name, records, live) for number, name, records, live in rows]
    small = [row for row in shards if row[2] < size / 2 and row[1].startswith(f"{RECORDS}/part-")]
    return [row[:2] for row in shards if row[3] < row[2] or (len(small) > 1 and row in small)]


def _move(storage: Storage, manifest: Manifest, writer: Writer, number: int, name: str) -> None:
    """Copy the live lines of a shard to the writer."""
    live = {
        line: (article, article_id, source)
        for line, article, article_id, source in manifest.rows(
            "SELECT line, number, id, source FROM articles WHERE shard = ?", number
        )
    }
    if not live:
        return
    for position, data in enumerate(read_shard(storage, name)):
        if position in live:
            article, article_id, source = live[position]
            place = writer.add(data.decode(), article_id=article_id, path=source)
            manifest.update_article(article, shard=place.shard, line=place.line)


def _settle(storage: Storage, manifest: Manifest, writer: Writer) -> None:
    writer.finish()
    dead = list(
        manifest.rows(
            "SELECT number, name FROM shards WHERE NOT EXISTS (SELECT 1 FROM articles WHERE shard = shards.number)"
        )
    )
    manifest.db.executemany("DELETE FROM shards WHERE number = ?", [(number,) for number, _ in dead])
    manifest.commit()
    storage.publish_manifest()
    for _, name in dead:
        storage.remove(name)


def _enter(manifest: Manifest, number: int, name: str, records: int, size: int, digest: str) -> None:
    manifest.db.execute("INSERT INTO shards VALUES (?, ?, ?, ?, ?)", (number, name, records, size, digest))


def _zstandard() -> Any:
    try:
        return require("zstandard", extra="zstd")
    except UnreadableSource as error:
        raise LetopisError(f"--compress: {error.seen}; {error.advice}") from None
