"""Letopis: structured facts from an archive of Russian NGO news.

>>> import pipeline
>>> record = pipeline.extract("26 сентября в Томске прошёл форум.", published="2024-10-01")
>>> record.cities[0].name
'Томск'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline._version import __version__

if TYPE_CHECKING:
    from pipeline.archive.api import Archive
    from pipeline.archive.results import read_records
    from pipeline.article import Article
    from pipeline.extraction import extract, extract_all
    from pipeline.nlp import load
    from pipeline.record import Record

_HOMES = {
    "Archive": "pipeline.archive.api",
    "Article": "pipeline.article",
    "Record": "pipeline.record",
    "extract": "pipeline.extraction",
    "extract_all": "pipeline.extraction",
    "load": "pipeline.nlp",
    "read_records": "pipeline.archive.results",
}

__all__ = ["Archive", "Article", "Record", "__version__", "extract", "extract_all", "load", "read_records"]


def __getattr__(name: str) -> Any:
    """Import a public name at its first use, so that importing the package costs nothing."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'pipeline' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
