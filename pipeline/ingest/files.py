"""The files behind the sources of a command: folders walked, addresses listed, each file once, in order."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from pipeline.errors import LetopisError
from pipeline.ingest.formats import known_name

STDIN = "-"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read: its path as the user gave it, and what tells whether it has changed."""

    path: str
    size: int = 0
    stamp: str = ""  # time of the last change in nanoseconds, or an etag
    filesystem: Any = field(default=None, repr=False, compare=False)

    def open(self) -> IO[bytes]:
        """Open for reading in bytes; raises ``OSError``."""
        if self.path == STDIN:
            return sys.stdin.buffer
        if self.filesystem is not None:
            stream: IO[bytes] = self.filesystem.open(self.path, "rb")
            return stream
        return Path(self.path).open("rb")

    def changed(self) -> bool:
        """True if it is not what it was when it was listed."""
        if self.path == STDIN:
            return False
        try:
            now = self.restat()
        except OSError:
            return True
        return (now.size, now.stamp) != (self.size, self.stamp)

    def restat(self) -> SourceFile:
        """The file as it is now."""
        if self.filesystem is not None:
            return _remote_file(self.path, self.filesystem.info(self.path), self.filesystem)
        return _local_file(self.path, Path(self.path).stat())


@dataclass(slots=True)
class Listing:
    """The files of some sources, walked anew by each iteration.

    After it, ``repeated`` holds what was given twice, ``skipped`` counts files of other kinds by suffix, and
    ``unreadable`` holds folders that could not be listed, each with the reason.
    """

    sources: Iterable[str | Path]
    leave_out: Path | None = None
    repeated: list[str] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[SourceFile]:
        """Walk the sources; raises ``LetopisError`` for one that is not there."""
        self.repeated, self.skipped, self.unreadable = [], {}, {}
        named: set[str] = set()
        roots: list[str] = []
        sources = [normalize_source(source) for source in self.sources]
        for source in sources:
            for file in self._files(source):
                real = _real(file) if len(sources) > 1 else file.path  # resolving takes longer than listing
                if real in named or any(real.startswith(root) for root in roots):
                    self.repeated.append(file.path)
                    continue
                if file.path == source:
                    named.add(real)
                yield file
            if is_local(source) and Path(source).is_dir():
                roots.append(f"{os.path.realpath(source)}{os.sep}")

    def _files(self, source: str) -> Iterator[SourceFile]:
        if source == STDIN:
            return iter([SourceFile(STDIN)])
        if not is_local(source):
            return self._remote(source)
        if Path(source).is_dir():
            return self._walk(source)
        try:
            return iter([_local_file(source, Path(source).stat())])
        except OSError as error:
            raise missing(source, error.strerror or str(error)) from error

    def _walk(self, folder: str) -> Iterator[SourceFile]:
        """Files of a folder and its folders, each level sorted by name; links that lead back are not followed."""
        own = os.path.realpath(self.leave_out) if self.leave_out else None
        seen: set[str] = set()
        for parent, folders, names in os.walk(folder, followlinks=True, onerror=self._cannot_list):
            real = os.path.realpath(parent)
            if real in seen or real == own:
                folders.clear()
                continue
            seen.add(real)
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                if self._wanted(name):
                    path = f"{parent}{os.sep}{name}"
                    try:
                        yield _local_file(path, Path(path).stat())
                    except OSError:  # a broken link, or gone since: opening it gives the error
                        yield SourceFile(path)

    def _remote(self, source: str) -> Iterator[SourceFile]:
        filesystem = open_filesystem(source)
        path = filesystem._strip_protocol(source)
        try:
            if not filesystem.isdir(path):
                yield _remote_file(filesystem.unstrip_protocol(path), filesystem.info(path), filesystem)
                return
        except OSError as error:
            raise missing(source, str(error)) from error
        for name, info in sorted(filesystem.find(path, detail=True).items()):
            if self._wanted(name):
                yield _remote_file(filesystem.unstrip_protocol(name), info, filesystem)

    def _cannot_list(self, error: OSError) -> None:
        self.unreadable[str(error.filename)] = error.strerror or str(error)

    def _wanted(self, name: str) -> bool:
        if name.startswith("."):
            return False
        if known_name(name):
            return True
        suffix = Path(name).suffix.lower() or "no suffix"
        self.skipped[suffix] = self.skipped.get(suffix, 0) + 1
        return False


def normalize_source(source: str | Path) -> str:
    """A source as it is kept in the manifest: no ``./``, no doubled or closing slashes."""
    text = str(source)
    return os.path.normpath(text) if is_local(text) and text != STDIN else text


def printable(path: str) -> str:
    """A path as it can be written: bytes that are no UTF-8, which Python keeps as surrogates, as \\xNN."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def is_local(source: str) -> bool:
    """False for an address like s3://bucket/news."""
    return "://" not in source


def check_sources(sources: Iterable[str]) -> None:
    """Raise ``LetopisError`` for the first local source that is not there."""
    for source in sources:
        if is_local(source) and source != STDIN and not Path(source).exists():
            raise missing(source, os.strerror(errno.ENOENT))


def open_filesystem(address: str) -> Any:
    """The fsspec file system of an address; the error says what to install for it."""
    try:
        import fsspec
    except ImportError:
        raise LetopisError(f"{address}: needs the library fsspec; pip install 'letopis[remote]'") from None
    try:
        return fsspec.core.url_to_fs(address)[0]
    except (ImportError, ValueError) as error:
        raise LetopisError(f"{address}: {error}; install the driver of this kind of address") from error


def missing(source: str, why: str) -> LetopisError:
    """The error of a source that is not there."""
    return LetopisError(f"{source}: {why}; check the path, nothing was read")


def _local_file(path: str, stat: os.stat_result) -> SourceFile:
    return SourceFile(path, stat.st_size, str(stat.st_mtime_ns))


def _remote_file(path: str, info: dict[str, Any], filesystem: Any) -> SourceFile:
    stamp = next(
        (info[key] for key in ("ETag", "etag", "LastModified", "last_modified", "mtime") if info.get(key)), ""
    )
    return SourceFile(path, int(info.get("size") or 0), str(stamp), filesystem)


def _real(file: SourceFile) -> str:
    return file.path if file.filesystem is not None or file.path == STDIN else os.path.realpath(file.path)
