"""Reading results: the records that ``letopis extract`` wrote, by shard.

Two kinds of places are read: a data set of ``letopis extract`` (its manifest says which lines of which shards
count, and what is a reprint of what), and any folder or file of JSON Lines with records (``.jsonl``, also
``.gz`` and ``.zst``; ``.json`` with one record), where a line with ``duplicate_of`` is a reprint.
"""

from __future__ import annotations

import gzip
import io
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Protocol, cast

from pydantic import ValidationError

from pipeline.errors import LetopisError
from pipeline.record import Record

MANIFEST = "manifest.sqlite"
SUFFIXES = (".jsonl", ".jsonl.gz", ".jsonl.zst", ".json")


class ResultsError(LetopisError):
    """A results folder that cannot be read."""


@dataclass(frozen=True, slots=True)
class Shard:
    """A file of records; an equal ``digest`` means that it holds the same records as before."""

    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class Reprint:
    """An article that repeats another one, which has the record."""

    id: str
    duplicate_of: str
    title: str | None = None
    url: str | None = None
    path: str | None = None
    day: str | None = None


class Results(Protocol):
    """Where records are read from."""

    def shards(self) -> list[Shard]:
        """Return the shards, by name."""

    def lines(self, shard: Shard) -> Iterator[bytes]:
        """Yield the records of a shard as JSON."""

    def reprints(self) -> Iterator[Reprint]:
        """Yield the reprints of the whole set."""


def open_results(path: Path | str) -> Results:
    """Open a data set, or a folder or file of records; raises ``ResultsError`` where there are none."""
    place = Path(path)
    if (place / MANIFEST).is_file():
        return DataSet(place)
    if not place.exists():
        raise ResultsError(f"{place}: no such folder; name what «letopis extract» wrote with --output")
    return Files(place)


def read_records(path: Path | str) -> Iterator[Record]:
    """Yield the records of a results folder, without an index.

    >>> sum(len(record.people) for record in read_records("results"))  # doctest: +SKIP
    """
    results = open_results(path)
    for shard in results.shards():
        for line in results.lines(shard):
            yield parse_record(line, shard.name)


def parse_record(line: bytes, place: str) -> Record:
    """Read a record; raises ``ResultsError`` that says where the bad line is."""
    try:
        return Record.from_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the line"
        raise ResultsError(f"{place}: not a record: {where}: {first['msg']}; extract this article again") from error


class DataSet:
    """A data set of ``letopis extract``."""

    def __init__(self, root: Path) -> None:
        from pipeline.batch.manifest import Manifest
        from pipeline.batch.storage import open_storage

        self._storage = open_storage(str(root))
        self._manifest = Manifest(self._storage.manifest, read_only=True)
        self._live: dict[str, set[int]] = defaultdict(set)
        rows = self._manifest.rows(
            "SELECT shards.name, line FROM articles JOIN shards ON shard = shards.number ORDER BY name, line"
        )
        for name, line in rows:
            self._live[name].add(line)

    def shards(self) -> list[Shard]:
        digests = dict(self._manifest.rows("SELECT name, sha256 FROM shards"))
        return [Shard(name, _digest_live(digests[name], live)) for name, live in sorted(self._live.items())]

    def lines(self, shard: Shard) -> Iterator[bytes]:
        from pipeline.batch.shards import read_shard

        live = self._live[shard.name]
        return (line for number, line in enumerate(read_shard(self._storage, shard.name)) if number in live)

    def reprints(self) -> Iterator[Reprint]:
        rows = self._manifest.rows(
            """SELECT copy.id, original.id, copy.title, copy.url, copy.source, copy.published
            FROM articles AS copy JOIN articles AS original ON copy.duplicate_of = original.number
            ORDER BY copy.id"""
        )
        return (Reprint(*row) for row in rows)


def _digest_live(digest: str, live: set[int]) -> str:
    return sha256(f"{digest} {sorted(live)}".encode()).hexdigest()


class Files:
    """A folder of files with records, or one file."""

    def __init__(self, root: Path) -> None:
        self._root = root if root.is_dir() else root.parent
        found = sorted(root.rglob("*")) if root.is_dir() else [root]
        self._files = [path for path in found if path.is_file() and path.name.endswith(SUFFIXES)]
        if not self._files:
            raise ResultsError(f"{root}: no *.jsonl files here; name what «letopis extract» wrote with --output")

    def shards(self) -> list[Shard]:
        return [Shard(path.relative_to(self._root).as_posix(), _digest_file(path)) for path in self._files]

    def lines(self, shard: Shard) -> Iterator[bytes]:
        return (line for line in self._lines(shard.name) if b'"people"' in line and b'"duplicate_of"' not in line)

    def reprints(self) -> Iterator[Reprint]:
        for path in self._files:
            for line in self._lines(path.relative_to(self._root).as_posix()):
                if b'"duplicate_of"' in line:
                    yield _reprint(json.loads(line))

    def _lines(self, name: str) -> Iterator[bytes]:
        path = self._root / name
        if path.suffix == ".json":
            yield path.read_bytes()
            return
        with _open(path) as stream:
            yield from (line.rstrip(b"\r\n") for line in stream if line.strip())


def _reprint(row: dict[str, Any]) -> Reprint:
    source = row.get("source") or {}
    return Reprint(
        row["id"],
        row["duplicate_of"],
        source.get("title"),
        source.get("url"),
        source.get("path"),
        source.get("published"),
    )


def _open(path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return cast("IO[bytes]", gzip.open(path))
    if path.suffix != ".zst":
        return path.open("rb")
    try:
        import zstandard
    except ImportError as error:
        raise ResultsError(f"{path}: needs the zstandard package; pip install 'letopis[zstd]'") from error
    reader = zstandard.ZstdDecompressor().stream_reader(path.open("rb"), closefd=True)
    return cast("IO[bytes]", io.BufferedReader(reader))


def _digest_file(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
