"""The gazetteer: regions of Russia and settlements by the forms their names take in texts.

Purpose
    Extractors ask, word by word, what a form may name: a dictionary look-up per candidate nominative.
Steps
    The tables of ``resources`` are read at the first question; ``regions`` and ``settlements`` return an index
    each, keyed by the first word of a name.
Leaves out
    Choosing between equal names (Киров, Советск): ``pipeline.extractors.places`` does, from the text.
Sources
    See the headers of regions.tsv, cities.tsv (GeoNames, CC BY 4.0), countries.tsv.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from math import log10
from typing import Generic, NamedTuple, TypeVar

from pipeline.memo import Memo
from pipeline.resources import read_lines, read_table
from pipeline.toponyms import PLURAL_HEADS, adjective_stem, fold, nominatives

Entry = TypeVar("Entry")


class RegionEntry(NamedTuple):
    """A subject of the Russian Federation, a federal district or a macro-region."""

    name: str
    code: str
    kind: str
    district: str


class Settlement(NamedTuple):
    """A settlement; ``region`` is the ISO 3166-2 code, ``also`` says what else its name may be (w, s)."""

    name: str
    country: str
    region: str
    geoname_id: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    population: int = 0
    town: bool = False
    also: str = ""

    @property
    def major(self) -> bool:
        """Tell whether it is a town of Russia or a large city abroad."""
        return self.town or (self.population >= 100_000 and self.country != "RU")

    @property
    def weight(self) -> float:
        """How likely a text means this one, by size alone: the logarithm of its population."""
        return log10(max(self.population, 100)) + 0.5 * self.town


@dataclass(slots=True)
class Index(Generic[Entry]):
    """Entries by their names in texts: by the first word of the name, and by the stem of an adjective.

    ``abbreviations`` are names that never decline and stand in capitals (НАО, РТ): keyed as they are written.
    """

    names: dict[str, list[tuple[tuple[str, ...], Entry]]] = field(default_factory=dict)
    abbreviations: dict[str, list[tuple[tuple[str, ...], Entry]]] = field(default_factory=dict)
    adjectives: dict[str, list[Entry]] = field(default_factory=dict)
    _beginnings: Memo[str, tuple[tuple[tuple[str, ...], Entry], ...]] = field(init=False)

    def __post_init__(self) -> None:
        self._beginnings = Memo(self._beginning)

    def add(self, name: str, entry: Entry) -> None:
        """Add a name in the nominative."""
        words = split_name(name)
        if name.isupper():
            self.abbreviations.setdefault(words[0], []).append((tuple(words[1:]), entry))
        else:
            first, *rest = map(fold, words)
            self.names.setdefault(first, []).append((tuple(rest), entry))

    def add_adjectives(self, adjectives: Sequence[str], entry: Entry) -> None:
        """Add adjectives, masculine nominative."""
        for adjective in adjectives:
            stem = adjective_stem(fold(adjective))
            if stem:
                self.adjectives.setdefault(stem, []).append(entry)

    def beginning(self, word: str) -> tuple[tuple[tuple[str, ...], Entry], ...]:
        """Return the names (what follows their first word, entry) that may begin with a form, longest first."""
        return self._beginnings[word]

    def _beginning(self, word: str) -> tuple[tuple[tuple[str, ...], Entry], ...]:
        names = [name for nominative in nominatives(word) for name in self.names.get(nominative, ())]
        return tuple(sorted(names, key=lambda name: -len(name[0])))

    def match(self, words: Sequence[str], i: int) -> tuple[int, list[Entry]]:
        """Find the longest name at ``words[i]`` (lower case, any case): its length and what it may name."""
        length, found = 0, []
        for rest, entry in self.beginning(words[i]):
            if len(rest) + 1 < length:
                break
            if not rest or follows(words, i + 1, rest):
                length = len(rest) + 1
                found.append(entry)
        return length, found

    def match_abbreviation(self, words: Sequence[str], i: int) -> tuple[int, list[Entry]]:
        """Find an abbreviation at ``words[i]``, written as it is."""
        for rest, entry in self.abbreviations.get(words[i], ()):
            if tuple(words[i + 1 : i + 1 + len(rest)]) == rest:
                return len(rest) + 1, [entry]
        return 0, []

    def adjective(self, word: str) -> list[Entry]:
        """Return what an adjective in any form (lower case) may be derived from: «томского»."""
        stem = adjective_stem(word)
        return self.adjectives.get(stem, []) if stem else []


class CountryEntry(NamedTuple):
    """A country, ``code`` by ISO 3166-1 alpha-2."""

    name: str
    code: str


def split_name(name: str) -> list[str]:
    """Split a name into words as the tokenizer does: «Республика Саха (Якутия)» → 5 words."""
    return re.findall(r"\w[\w-]*|[^\w\s]", name)


def follows(words: Sequence[str], i: int, rest: Sequence[str]) -> bool:
    """Tell whether the words from ``i`` on are forms of ``rest``."""
    return i + len(rest) <= len(words) and all(wanted in nominatives(words[i + k]) for k, wanted in enumerate(rest))


def _values(cell: str) -> list[str]:
    return [value.strip() for value in cell.split(";") if value.strip()]


@cache
def regions() -> Index[RegionEntry]:
    """Read the regions with their official and other names."""
    index: Index[RegionEntry] = Index()
    for row in read_table("regions.tsv"):
        entry = RegionEntry(row["name"], row["code"], row["kind"], row["district"])
        for name in [row["name"], *_values(row["names"])]:
            for variant in dict.fromkeys(_variants(name)):
                index.add(variant, entry)
        index.add_adjectives(_values(row["adjectives"]), entry)
    return index


def _variants(name: str) -> list[str]:
    """Return how else a name is written: «Томская обл.», «Осетия-Алания»."""
    variants = [name, name.replace(" — ", "-")]
    if name.endswith(" область"):
        variants += [name.replace(" область", " обл."), name.replace(" область", " обл")]
    if name.startswith("Республика "):
        variants.append(name.replace("Республика ", "Респ. "))
    return variants


@cache
def region_by_code() -> dict[str, RegionEntry]:
    """Map ISO 3166-2 codes to the subjects of the Russian Federation."""
    entries = (entry for names in regions().names.values() for _, entry in names)
    return {entry.code: entry for entry in entries if entry.code}


@cache
def settlements() -> Index[Settlement]:
    """Read the settlements with their other names and adjectives."""
    index: Index[Settlement] = Index()
    by_name: dict[tuple[str, str], Settlement] = {}
    for row in read_table("cities.tsv"):
        entry = _settlement(row)
        index.add(entry.name, entry)
        by_name.setdefault((entry.name, entry.region), entry)
        if row["adjectives"]:
            index.add_adjectives(row["adjectives"].split(";"), entry)
    for row in read_table("city_names.tsv"):
        index.add(row["alias"], by_name[row["city"], row["region"]])
    return index


def _settlement(row: dict[str, str]) -> Settlement:
    def number(cell: str) -> float | None:
        return float(cell) if cell else None

    return Settlement(
        name=row["name"],
        country=row["country"],
        region=row["region"],
        geoname_id=int(row["geoname_id"]) if row["geoname_id"] else None,
        latitude=number(row["latitude"]),
        longitude=number(row["longitude"]),
        population=int(row["population"] or 0),
        town=row["kind"] == "t",
        also=row["also"],
    )


@cache
def countries() -> Index[CountryEntry]:
    """Read the countries with their other names and adjectives."""
    index: Index[CountryEntry] = Index()
    for row in read_table("countries.tsv"):
        entry = CountryEntry(row["name"], row["code"])
        for name in [row["name"], *_values(row["names"])]:
            index.add(name, entry)
        index.add_adjectives(_values(row["adjectives"]), entry)
    return index


@cache
def words(use: str) -> frozenset[str]:
    """Read a list of ``place_words.tsv``: ``words("town")`` holds «город», «г.»…"""
    return frozenset(
        word for row in read_table("place_words.tsv") if row["use"] == use for word in row["words"].split()
    )


@cache
def all_abbreviations() -> frozenset[str]:
    """Return the first words of all abbreviations, as they are written."""
    return frozenset().union(regions().abbreviations, settlements().abbreviations, countries().abbreviations)


@cache
def other_places() -> frozenset[str]:
    """Read the names of rivers, mountains, regions abroad… that are no settlements, folded."""
    return frozenset(fold(line) for line in read_lines("other_places.txt"))


REGION, COUNTRY, SETTLEMENT, ADJECTIVE, HEAD = 1, 2, 4, 8, 16


def marks(word: str) -> int:
    """Say what a word (lower case) may begin: a sum of REGION, COUNTRY, SETTLEMENT; 0 for most words.

    ADJECTIVE stands for an adjective of any of them, HEAD for the plural head of a list of regions («областях»).
    """
    names = nominatives(word)
    indexes = ((REGION, regions()), (COUNTRY, countries()), (SETTLEMENT, settlements()))
    mark = sum(kind for kind, index in indexes if any(name in index.names for name in names))
    stem = adjective_stem(word)
    if stem and any(stem in index.adjectives for index in (regions(), countries(), settlements())):
        mark += ADJECTIVE
    return mark + HEAD * (word in PLURAL_HEADS)


MARKS = Memo(marks)
