"""Word lists of events and session topics, read from ``resources/`` once per process."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def read_words(name: str) -> tuple[str, ...]:
    """Return the lines of a word list of ``resources/`` without comments."""
    text = files("pipeline").joinpath("resources", name).read_text(encoding="utf-8")
    return tuple(line.rstrip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


@cache
def word_set(name: str) -> frozenset[str]:
    """Return a set of ``event_lexicon.tsv`` by its name; raises ``KeyError`` for an unknown one."""
    return _lexicon()[name]


@cache
def _lexicon() -> dict[str, frozenset[str]]:
    rows = (line.split("\t") for line in read_words("event_lexicon.tsv"))
    return {row[0]: frozenset(row[1].split()) for row in rows}
