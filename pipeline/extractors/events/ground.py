"""What the rules of events look at: a page with its listed nouns, days and cities on tokens; known events.

Steps
    ``build_ground`` puts the rows of earlier extractors onto tokens once, so that every rule asks by token.
Leaves out
    The rules: names in quotes (``quoted``), phrases without them (``phrases``), what a text says of an event
    (``story``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from pipeline.extractors.events.days import DayRow, day_rows
from pipeline.extractors.events.places import Place, find_places
from pipeline.extractors.lexicon import read_words
from pipeline.extractors.naming import Head, find_heads
from pipeline.extractors.outline import Outline, build_outline
from pipeline.morphology import lemma
from pipeline.page import Page
from pipeline.record import City, Date

LEAD = 5  # lines in which the whole event of a text is named


@dataclass(frozen=True, slots=True)
class Ground:
    """What the rules look at: page, outline, listed nouns by token, days of the calendar, mentions of cities.

    ``dated`` are the numbers of the sentences that hold a day.
    """

    page: Page
    outline: Outline
    heads: dict[int, Head]
    days: list[DayRow]
    places: list[Place]
    dated: frozenset[int]

    def has_day(self, i: int) -> bool:
        """Tell whether the sentence of token ``i`` holds a day of the calendar."""
        return self.outline.unit_of[i] in self.dated


@dataclass(frozen=True, slots=True)
class Named:
    """A span ``[first, last)`` that names an event, its kind, the rule, and the token where its phrase begins.

    ``nominative`` tells that the name stands in the nominative there, as it does after an event word.
    """

    first: int
    last: int
    kind: str | None
    rule: str
    anchor: int
    quoted: bool
    nominative: bool


@cache
def known_events() -> dict[tuple[str, ...], tuple[str, str]]:
    """Read ``known_events.tsv``: the stems of a name → the name and its kind."""
    rows = (line.split("\t") for line in read_words("known_events.tsv"))
    return {tuple(stem(lemma(word.lower())) for word in name.split()): (name, kind) for name, kind in rows}


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Cut the ending, so that a wrong lemma does not part two forms of a name."""
    return word[: max(3, len(word) - 3)] if len(word) > 5 else word[: max(2, len(word) - 2)]


@cache
def known_starts() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Index the known names of several words (their stems) by the lemma of the first word."""
    index: dict[str, list[tuple[str, ...]]] = {}
    for stems, (name, _) in known_events().items():
        if len(stems) > 1:
            index.setdefault(lemma(name.split()[0].lower()), []).append(stems)
    return {first: tuple(names) for first, names in index.items()}


def build_ground(page: Page, dates: Iterable[Date], cities: Iterable[City]) -> Ground:
    """Read outline and listed nouns of a page, put its days and cities onto tokens."""
    outline, days = build_outline(page), day_rows(page, dates)
    dated = frozenset(outline.unit_of[row.first] for row in days)
    return Ground(page, outline, find_heads(page), days, find_places(page, cities), dated)
