"""Which format a file is in, by its name."""

from __future__ import annotations

from pathlib import PurePosixPath

FORMATS = {
    ".txt": "text", ".text": "text",
    ".html": "html", ".htm": "html", ".xhtml": "html",
    ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".csv": "csv", ".tsv": "csv",
    ".parquet": "parquet",
    ".rss": "feed", ".atom": "feed", ".xml": "feed",
    ".warc": "warc",
    ".zip": "zip",
    ".tar": "tar",
}  # fmt: skip
COMPRESSIONS = (".gz", ".zst", ".bz2", ".xz")
SHORT = {".tgz": ".tar.gz", ".tbz2": ".tar.bz2", ".txz": ".tar.xz", ".tzst": ".tar.zst"}
NAMES = tuple(dict.fromkeys(FORMATS.values()))
CONTAINERS = frozenset(["zip", "tar"])


def format_of(name: str) -> tuple[str | None, str | None]:
    """Name the format and the compression of a file, each ``None`` where there is none that is known.

    >>> format_of("news/2019.jsonl.zst")
    ('jsonl', '.zst')
    """
    path = PurePosixPath(name.lower())
    if path.suffix in SHORT:
        path = path.with_suffix(SHORT[path.suffix])
    compression = path.suffix if path.suffix in COMPRESSIONS else None
    if compression:
        path = path.with_suffix("")
    return FORMATS.get(path.suffix), compression


def known_name(name: str) -> bool:
    """True for a file that a walk over a folder takes."""
    return format_of(name)[0] is not None
