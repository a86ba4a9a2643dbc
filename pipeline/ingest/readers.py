"""From a file to its items: one reader per format, chosen by the name.

A reader is a generator over an ``Opened`` stream. It yields items, and errors for parts that give none; what
makes the rest of the stream unreadable it raises as ``UnreadableSource`` or ``OSError``, which ``read_file``
turns into an error of the file. Nothing is unpacked to disk, and no more than an article is in memory.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib import import_module
from typing import IO, cast

from pipeline.ingest.files import STDIN, SourceFile
from pipeline.ingest.formats import format_of
from pipeline.ingest.items import FileEnd, Item, ReadOptions, SourceError
from pipeline.ingest.parse import too_long
from pipeline.ingest.streams import Meter, UnreadableSource, read_at_most, unpack

Found = Item | SourceError
Reader = Callable[["Opened"], Iterator[Found]]

# Where the reader of each format is; imported at its first use.
READERS = {
    "text": "pipeline.ingest.readers:read_text",
    "html": "pipeline.ingest.readers:read_html",
    "jsonl": "pipeline.ingest.rows:read_jsonl",
    "csv": "pipeline.ingest.tables:read_csv",
    "parquet": "pipeline.ingest.tables:read_parquet",
    "feed": "pipeline.ingest.feeds:read_feed",
    "warc": "pipeline.ingest.warc:read_warc",
    "zip": "pipeline.ingest.packed:read_zip",
    "tar": "pipeline.ingest.packed:read_tar",
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A stream to read items from: ``path`` is the file itself, or a member of it."""

    file: str
    path: str
    stream: IO[bytes]
    options: ReadOptions
    seekable: IO[bytes] | None = None  # the file itself, for formats that have their table at the end

    def error(self, seen: str, advice: str, *, path: str | None = None, where: str | None = None) -> SourceError:
        """An error of this stream, or of a part of it."""
        return SourceError(self.file, path or self.path, seen, advice, where)


def read_file(
    file: SourceFile, options: ReadOptions, on_read: Callable[[int], None] = lambda _: None
) -> Iterator[Found | FileEnd]:
    """Read a file: its items and errors in order, then its ``FileEnd``.

    Args:
        on_read: is told of each stretch of bytes read, for the progress bar.
    """
    digest, whole = None, False
    try:
        with closing(file.open()) as stream:
            meter = Meter(stream, on_read)
            path = "stdin" if file.path == STDIN else file.path
            whole_file = Opened(file.path, path, cast("IO[bytes]", meter), options, seekable=stream)
            yield from read_member(whole_file, file.path)
            if not meter.count and file.path != STDIN:  # a reader that jumped about in the file itself
                stream.seek(0)
            digest, whole = meter.finish(), file.path != STDIN
    except UnreadableSource as error:
        yield SourceError(file.path, file.path, error.seen, error.advice, error.where)
        whole = not error.passing
    except OSError as error:
        yield SourceError(file.path, file.path, f"cannot be read: {error.strerror or error}", _advice(error))
    except Exception as error:
        yield SourceError(file.path, file.path, damage(error), "get a whole copy; what came before it is kept")
        whole = True
    if file.changed():
        seen, advice = "changed while it was read", "the next run reads it again"
        yield SourceError(file.path, file.path, seen, advice, level="warning")
        digest, whole = None, False
    yield FileEnd(file.path, file.size, file.stamp, digest, whole)


def read_member(opened: Opened, name: str) -> Iterator[Found]:
    """Read a stream by the format that its name tells, decompressed where the name says so."""
    kind, compression = format_of(name)
    if compression:
        opened = Opened(opened.file, opened.path, unpack(opened.stream, compression), opened.options)
    module, _, reader = READERS[kind or opened.options.format or "text"].partition(":")
    read: Reader = getattr(import_module(module), reader)
    yield from read(opened)


def damage(error: Exception) -> str:
    """What a damaged file is said to be: the libraries fail on them in more ways than they document."""
    return f"damaged ({type(error).__name__}: {str(error)[:100]})"


def read_text(opened: Opened) -> Iterator[Found]:
    """A plain text is one article."""
    data = read_at_most(opened.stream, opened.options.max_bytes)
    if data is None:
        seen = f"more than {opened.options.max_bytes:,} bytes"
        yield too_long(opened.file, opened.path, seen, opened.options)
    else:
        yield Item(opened.file, opened.path, data)


def read_html(opened: Opened) -> Iterator[Found]:
    """A page of HTML is one article."""
    for found in read_text(opened):
        yield found if isinstance(found, SourceError) else Item(found.file, found.path, found.data, "html")


def _advice(error: OSError) -> str:
    if error.errno in (errno.EACCES, errno.EPERM):
        return "give read permission, or leave it out"
    if error.errno == errno.ENOENT:
        return "a broken link, or gone since the start: leave it out"
    return "check the disk and the connection, and run again"
