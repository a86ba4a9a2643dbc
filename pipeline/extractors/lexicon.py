"""Word lists of events and session topics, read from ``resources/`` once per process."""

from __future__ import annotations

from functools import cache

from pipeline.resources import read_lines, read_rows


@cache
def read_words(name: str) -> tuple[str, ...]:
    """Return the lines of a word list of ``resources/`` without comments."""
    return tuple(read_lines(name))


@cache
def word_set(name: str) -> frozenset[str]:
    """Return a set of ``event_lexicon.tsv`` by its name; raises ``KeyError`` for an unknown one."""
    return _lexicon()[name]


@cache
def _lexicon() -> dict[str, frozenset[str]]:
    return {row[0]: frozenset(row[1].split()) for row in read_rows("event_lexicon.tsv")}
