"""The archive as one database: build it, ask it, look at it.

>>> from pipeline.archive import Archive, read_records
>>> Archive("archive.db").people(region="Сибирь", limit=10)      # doctest: +SKIP
>>> names = [p.name for r in read_records("results") for p in r.people]   # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.archive.api import Archive
    from pipeline.archive.build import build_index
    from pipeline.archive.results import read_records

_HOMES = {
    "Archive": "pipeline.archive.api",
    "build_index": "pipeline.archive.build",
    "read_records": "pipeline.archive.results",
}

__all__ = ["Archive", "build_index", "read_records"]


def __getattr__(name: str) -> Any:
    """Import a public name at its first use."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'pipeline.archive' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
