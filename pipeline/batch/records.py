"""Reading a data set back: its records in order, each once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from pipeline.batch.manifest import Manifest
from pipeline.batch.shards import read_shard
from pipeline.batch.storage import open_storage
from pipeline.errors import LetopisError
from pipeline.record import Record


def read_lines(output: str | Path) -> Iterator[bytes]:
    """The records of a data set as lines of JSON: those that the manifest names, no others.

    Raises:
        LetopisError: no data set is there.
    """
    with closing(open_storage(output)) as storage, closing(Manifest(storage.manifest, read_only=True)) as manifest:
        for number, name in manifest.rows("SELECT number, name FROM shards ORDER BY number"):
            live = {line for (line,) in manifest.rows("SELECT line FROM articles WHERE shard = ?", number)}
            try:
                for position, line in enumerate(read_shard(storage, name)):
                    if position in live:
                        yield line
            except FileNotFoundError:
                raise LetopisError(f"{storage.root}/{name}: gone; if a run is writing, read again later") from None


def read_records(output: str | Path) -> Iterator[Record]:
    """The records of a data set.

    >>> for record in read_records("results"):  # doctest: +SKIP
    ...     print(record.source.title, [person.name for person in record.people])
    """
    return map(Record.from_json, read_lines(output))
