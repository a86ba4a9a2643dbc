"""Byte streams of sources: counted and hashed as they are read, decompressed, cut into lines, all bounded.

A compressed stream that swells beyond reason is a bomb: more than ``MAX_RATIO`` times its packed size after
the first ``FREE_BYTES``. (News text packs 3 to 10 times, logs and tables up to 50.)
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import IO, Any, cast

from pipeline.ingest.encoding import SAMPLE, guess_encoding

FREE_BYTES = 64 * 2**20
MAX_RATIO = 200
CHUNK = 2**16


class UnreadableSource(Exception):
    """A source, or the rest of it, that cannot be read; ``seen`` and ``advice`` go into its error.

    ``passing``: what stands in the way may be gone at the next run, with the source the same.
    """

    def __init__(self, seen: str, advice: str, *, where: str | None = None, passing: bool = False) -> None:
        super().__init__(seen)
        self.seen, self.advice, self.where, self.passing = seen, advice, where, passing


class Meter(io.RawIOBase):
    """A stream that counts and hashes what is read through it, in order."""

    def __init__(self, stream: IO[bytes], on_read: Callable[[int], None] = lambda _: None) -> None:
        self._stream, self._on_read, self._hash, self.count = stream, on_read, sha256(), 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self._hash.update(data)
        self.count += len(data)
        self._on_read(len(data))
        return len(data)

    def close(self) -> None:
        """Stay open: the wrappers around it close it when they go, and the rest is still to be counted."""

    def finish(self) -> str:
        """Read to the end and return the digest of all bytes."""
        while self.read(CHUNK):
            pass
        return self._hash.hexdigest()


class Unpacked(io.RawIOBase):
    """A decompressing stream that turns its library's errors into ``UnreadableSource`` and stops at bombs."""

    def __init__(self, stream: IO[bytes], packed: Callable[[], int]) -> None:
        self._stream, self._packed, self._count = stream, packed, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            data = self._stream.read(min(len(buffer), CHUNK))
        except DAMAGE as error:
            raise _damaged(error) from error
        self._count += len(data)
        if self._count > FREE_BYTES and self._count > MAX_RATIO * max(self._packed(), 1):
            raise UnreadableSource(
                f"swells more than {MAX_RATIO} times when unpacked (a bomb?)", "unpack it by hand if it is right"
            )
        buffer[: len(data)] = data
        return len(data)


DAMAGE: tuple[type[Exception], ...] = (EOFError, zlib.error, lzma.LZMAError, OSError)


def _damaged(error: Exception) -> UnreadableSource:
    return UnreadableSource(f"cut off or damaged ({error})", "get a whole copy; what came before it is kept")


class ZstdFile(io.RawIOBase):
    """A stream of zstd frames. (The library's own reader ends in silence where the last frame is cut off.)"""

    def __init__(self, stream: IO[bytes]) -> None:
        self._library = require("zstandard", extra="zstd")
        self._stream, self._rest = stream, b""
        self._frame: Any = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            packed = (self._frame.unused_data if self._frame and self._frame.eof else b"") or self._stream.read(
                CHUNK
            )
            if not packed:
                if self._frame is not None and not self._frame.eof:
                    raise EOFError("the last frame is not whole")
                return 0
            if self._frame is None or self._frame.eof:
                self._frame = self._library.ZstdDecompressor().decompressobj()
            try:
                self._rest = self._frame.decompress(packed)
            except self._library.ZstdError as error:
                raise OSError(str(error)) from error
        part = self._rest[: len(buffer)]
        self._rest = self._rest[len(part) :]
        buffer[: len(part)] = part
        return len(part)


DECOMPRESSORS: dict[str, Callable[[IO[bytes]], IO[bytes]]] = {
    ".gz": lambda stream: cast("IO[bytes]", gzip.GzipFile(fileobj=stream)),
    ".bz2": bz2.BZ2File,
    ".xz": lzma.LZMAFile,
    ".zst": lambda stream: cast("IO[bytes]", ZstdFile(stream)),
}


def unpack(stream: IO[bytes], suffix: str) -> IO[bytes]:
    """Decompress a stream by the suffix of its name (``.gz``, ``.bz2``, ``.xz``, ``.zst``)."""
    meter = stream if isinstance(stream, Meter) else Meter(stream)
    buffered = io.BufferedReader(meter, CHUNK)
    return io.BufferedReader(Unpacked(DECOMPRESSORS[suffix](buffered), lambda: meter.count), CHUNK)


def require(module: str, *, extra: str) -> Any:
    """Import an optional library; the error names the extra that brings it."""
    from importlib import import_module

    try:
        return import_module(module)
    except ImportError:
        raise UnreadableSource(
            f"needs the library {module}, which is not installed", f"pip install 'letopis[{extra}]'", passing=True
        ) from None


def read_at_most(stream: IO[bytes], limit: int) -> bytes | None:
    """Read a whole stream; ``None`` if it is longer than ``limit`` bytes."""
    parts, size = [], 0
    while data := stream.read(CHUNK):
        size += len(data)
        if size > limit:
            return None
        parts.append(data)
    return b"".join(parts)


UNDECODED = re.compile("[\udc80-\udcff]")  # what ``surrogateescape`` makes of bytes


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a stream with its number from 1; ``text`` is ``None`` where it is too long or ill-encoded."""

    number: int
    text: str | None
    problem: str = ""


def open_text(stream: IO[bytes], encoding: str | None) -> tuple[io.TextIOWrapper, str]:
    """Open a stream as text in the encoding that is told or that its start shows, line ends kept."""
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream, CHUNK)  # type: ignore[type-var]
    name = encoding or guess_encoding(buffered.peek(16 * SAMPLE)[: 16 * SAMPLE])
    if name == "utf-8":
        name = "utf-8-sig"
    return io.TextIOWrapper(buffered, encoding=name, errors="surrogateescape", newline=""), name


def read_lines(text: io.TextIOWrapper, limit: int) -> Iterator[Line]:
    """Read the lines of a text one at a time, at most ``limit`` characters of each in memory."""
    number = 0
    while part := text.readline(limit):
        number += 1
        if len(part) == limit and not part.endswith("\n"):
            while (rest := text.readline(CHUNK)) and not rest.endswith("\n"):
                pass
            yield Line(number, None, f"a line of more than {limit:,} characters")
        elif UNDECODED.search(part):
            yield Line(number, None, f"bytes that are not {text.encoding.removesuffix('-sig')}")
        else:
            yield Line(number, part)
