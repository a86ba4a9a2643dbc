"""Reading: from files, folders, addresses and standard input to articles.

files.py    sources → the files behind them
readers.py  file → items (articles not parsed yet), by format
parse.py    item → Article, or what is wrong with it
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.article import Article
from pipeline.errors import LetopisError
from pipeline.ingest.files import Listing
from pipeline.ingest.items import FileEnd, Item, ReadOptions, SourceError
from pipeline.ingest.parse import parse
from pipeline.ingest.readers import read_file

__all__ = ["Article", "FileEnd", "Item", "ReadOptions", "SourceError", "read_articles", "read_first"]


def read_articles(
    sources: Iterable[str | Path], options: ReadOptions | None = None
) -> Iterator[Article | SourceError]:
    """Read the articles of files, folders and addresses, in order; what gives none comes as an error.

    >>> [article.text for article in read_articles(["corpus/news"])]  # doctest: +SKIP
    """
    options = options or ReadOptions()
    for file in Listing(sources):
        for found in read_file(file, options):
            if isinstance(found, Item):
                yield parse(found, options)
            elif isinstance(found, SourceError):
                yield found


def read_first(source: str | Path, *, published: str | None = None) -> Article:
    """Read the first article of a source; raises ``LetopisError`` where there is none."""
    for found in read_articles([source], ReadOptions(published=published)):
        if isinstance(found, Article):
            return found
        if found.level == "error":
            raise LetopisError(found.message)
    raise LetopisError(f"{source}: no article in it; give a .txt, .html or .jsonl file")
