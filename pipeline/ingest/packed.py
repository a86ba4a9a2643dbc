"""Zip and tar archives of files that are sources themselves, read member by member, nothing written to disk.

Safe against what an archive from elsewhere may hold: a member that swells without bound is stopped (see
``streams.Unpacked``), one whose name climbs out of the archive or that is no regular file is refused, and an
archive inside an archive is not opened.
"""

from __future__ import annotations

import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from io import BufferedReader
from pathlib import PurePosixPath
from typing import IO, cast

from pipeline.ingest.formats import CONTAINERS, format_of
from pipeline.ingest.readers import Found, Opened, damage, read_member
from pipeline.ingest.streams import CHUNK, Unpacked, UnreadableSource

UTF8_NAME = 0x800  # flag of a zip member whose name is UTF-8


def read_zip(opened: Opened) -> Iterator[Found]:
    """Read the members of a zip file, in its order."""
    if opened.seekable is None:
        raise UnreadableSource("a zip inside another file", "unpack it first")
    try:
        with zipfile.ZipFile(opened.seekable) as archive:
            for info in archive.infolist():
                if not info.is_dir():
                    yield from _zip_member(opened, archive, info)
    except zipfile.BadZipFile as error:
        raise UnreadableSource(f"a damaged zip ({error})", "get a whole copy") from error


def read_tar(opened: Opened) -> Iterator[Found]:
    """Read the members of a tar file, as a stream."""
    try:
        with tarfile.open(fileobj=opened.stream, mode="r|") as archive:
            for info in archive:
                if info.isdir():
                    continue
                stream = archive.extractfile(info) if info.isreg() else None
                if stream is None:
                    yield opened.error(
                        "a link or device", "pack the file itself", path=f"{opened.path}/{info.name}"
                    )
                else:
                    yield from _member(opened, info.name, stream)
    except tarfile.TarError as error:
        raise UnreadableSource(
            f"a damaged tar ({error})", "get a whole copy; what came before it is kept"
        ) from error


def _zip_member(opened: Opened, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[Found]:
    name = _name(info)
    if info.flag_bits & 1:
        yield opened.error("encrypted", "unpack it with its password", path=f"{opened.path}/{name}")
        return
    try:
        with archive.open(info) as packed:
            stream = BufferedReader(Unpacked(packed, lambda: info.compress_size), CHUNK)
            yield from _member(opened, name, cast("IO[bytes]", stream))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        yield opened.error(f"damaged ({error})", "pack it again", path=f"{opened.path}/{name}")


def _member(opened: Opened, name: str, stream: IO[bytes]) -> Iterator[Found]:
    """The items of one member; what makes it unreadable costs no other."""
    path = f"{opened.path}/{name}"
    if _climbs(name):
        yield opened.error("a name that climbs out of the archive", "pack it under a plain name", path=path)
        return
    kind, _ = format_of(name)
    if kind in CONTAINERS:
        yield opened.error("an archive inside an archive", "unpack it first", path=path)
    elif kind is not None:
        try:
            yield from read_member(Opened(opened.file, path, stream, opened.options), name)
        except UnreadableSource as error:
            yield opened.error(error.seen, error.advice, path=path, where=error.where)
        except Exception as error:
            yield opened.error(damage(error), "pack it again", path=path)


def _name(info: zipfile.ZipInfo) -> str:
    """The name of a zip member; without the mark of UTF-8, Russian Windows wrote it in CP866."""
    if info.flag_bits & UTF8_NAME or info.filename.isascii():
        return info.filename
    try:
        return info.filename.encode("cp437").decode("cp866")
    except UnicodeError:
        return info.filename


def _climbs(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or name[1:2] == ":"
