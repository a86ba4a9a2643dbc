"""Where a data set lives: a folder of this machine, or an address of fsspec (s3://, hdfs://, …).

A file appears whole or not at all: it is written beside its place under a temporary name, synced, and renamed;
at an address it is written here and sent as one object. The manifest is always a local file; at an address it
is fetched at the start and sent after the shards it names.
"""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Protocol

from filelock import FileLock, Timeout

from pipeline.errors import LetopisError
from pipeline.ingest.files import is_local, open_filesystem

MANIFEST = "manifest.sqlite"
RECORDS = "records"
TEMPORARY = ".tmp"


class Storage(Protocol):
    """What a data set needs of the place where it lives. Names are relative, with ``/``."""

    root: str
    manifest: Path

    def temporary(self, name: str) -> Path:
        """A local path to write a file at before it is published."""

    def publish(self, name: str) -> None:
        """Put the file written at ``temporary(name)`` into its place, whole."""

    def publish_manifest(self) -> None:
        """Have the manifest as it is now last."""

    def open(self, name: str) -> IO[bytes]:
        """Open a file for reading."""

    def remove(self, name: str) -> None:
        """Remove a file; no error if it is not there."""

    def names(self) -> list[str]:
        """The files in ``records/``, temporary ones among them."""

    def close(self) -> None:
        """Let go of the lock."""


def open_storage(output: str | Path, *, create: bool = False) -> Storage:
    """Open the place of a data set.

    Args:
        create: for writing, with a lock; else it must be there.

    Raises:
        LetopisError: it cannot be written, is not there, or another run is writing it.
    """
    if is_local(str(output)):
        return Folder(Path(output), create=create)
    return Address(str(output), create=create)


class Folder:
    """A data set in a folder."""

    def __init__(self, root: Path, *, create: bool) -> None:
        self.root, self._path = str(root), root
        self.manifest = root / MANIFEST
        self._lock: FileLock | None = None
        if create:
            self._prepare()
        elif not self.manifest.is_file():
            raise no_data_set(self.root)

    def _prepare(self) -> None:
        try:
            (self._path / RECORDS).mkdir(parents=True, exist_ok=True)
            probe = self._path / f".probe{TEMPORARY}"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise LetopisError(
                f"{self.root}: cannot be written ({error.strerror}); choose another --output"
            ) from error
        self._lock = FileLock(self._path / ".lock")
        try:
            self._lock.acquire(blocking=False)
        except Timeout:
            raise LetopisError(
                f"{self.root}: another run is writing it; wait for its end, or choose another"
            ) from None
        if not self.manifest.exists() and any((self._path / RECORDS).iterdir()):
            self.close()
            raise LetopisError(f"{self.root}: has records but no {MANIFEST}; choose another --output")

    def temporary(self, name: str) -> Path:
        path = self._path / f"{name}{TEMPORARY}"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def publish(self, name: str) -> None:
        path = self._path / name
        self.temporary(name).replace(path)
        _sync_folder(path.parent)

    def publish_manifest(self) -> None:
        """Nothing to do: SQLite has synced it."""

    def open(self, name: str) -> IO[bytes]:
        return (self._path / name).open("rb")

    def remove(self, name: str) -> None:
        (self._path / name).unlink(missing_ok=True)

    def names(self) -> list[str]:
        return sorted(f"{RECORDS}/{path.name}" for path in (self._path / RECORDS).iterdir())

    def close(self) -> None:
        if self._lock is not None:
            self._lock.release()


class Address:
    """A data set at an address of fsspec; what is being written waits in a temporary folder of this machine."""

    def __init__(self, root: str, *, create: bool) -> None:
        self.root = root.rstrip("/")
        self._files: Any = open_filesystem(root)
        self._base = self._files._strip_protocol(root).rstrip("/")
        self._work = Path(tempfile.mkdtemp(prefix="letopis-"))
        self.manifest = self._work / MANIFEST
        self._locked = False
        try:
            if create:
                self._acquire()
            if self._files.exists(self._at(MANIFEST)):
                self._files.get_file(self._at(MANIFEST), str(self.manifest))
            elif not create:
                raise no_data_set(self.root)
        except OSError as error:
            self.close()
            raise LetopisError(f"{self.root}: {error}; check the address and the right to write there") from error
        except LetopisError:
            self.close()
            raise

    def _at(self, name: str) -> str:
        return f"{self._base}/{name}"

    def _acquire(self) -> None:
        """Objects have no locks that die with their holder: a marker, to be removed by hand after a crash."""
        if self._files.exists(self._at("lock")):
            raise LetopisError(f"{self.root}: another run is writing it; if none is, remove {self.root}/lock")
        self._files.makedirs(f"{self._base}/{RECORDS}", exist_ok=True)
        self._files.pipe_file(self._at("lock"), f"{platform.node()} {os.getpid()}".encode())
        self._locked = True

    def temporary(self, name: str) -> Path:
        path = self._work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def publish(self, name: str) -> None:
        path = self.temporary(name)
        self._files.put_file(str(path), self._at(name))
        path.unlink()

    def publish_manifest(self) -> None:
        self._files.put_file(str(self.manifest), self._at(MANIFEST))

    def open(self, name: str) -> IO[bytes]:
        stream: IO[bytes] = self._files.open(self._at(name), "rb")
        return stream

    def remove(self, name: str) -> None:
        with suppress(FileNotFoundError):
            self._files.rm_file(self._at(name))

    def names(self) -> list[str]:
        found = self._files.find(self._at(RECORDS))
        return sorted(f"{RECORDS}/{name.rsplit('/', 1)[-1]}" for name in found)

    def close(self) -> None:
        if self._locked:
            self.remove("lock")
        shutil.rmtree(self._work, ignore_errors=True)


def write_file(storage: Storage, name: str, write: Callable[[IO[bytes]], None]) -> None:
    """Write a file of a data set, whole or not at all."""
    path = storage.temporary(name)
    with path.open("wb") as stream:
        write(stream)
        sync(stream)
    storage.publish(name)


def sync(stream: IO[bytes]) -> None:
    """Have what was written on the disk itself."""
    stream.flush()
    os.fsync(stream.fileno())


def no_data_set(root: str) -> LetopisError:
    """The error of a place without a data set."""
    return LetopisError(f"{root}: no data set here (no {MANIFEST}); name the folder given to --output")


def _sync_folder(folder: Path) -> None:
    """Have the rename itself on the disk; not every system lets a folder be opened."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
