"""Candidate mentions of regions, countries and settlements: where a name of the gazetteer stands on a page.

Purpose
    First stage of ``pipeline.extractors.places``: spans with all that they may name. Names of regions and
    countries win over names of settlements; the longest name wins.
Leaves out
    Whether a doubtful name («Мирный», «Киров») is a settlement here, and which one: ``choice``.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from pipeline.gazetteer import (
    ADJECTIVE,
    COUNTRY,
    HEAD,
    MARKS,
    REGION,
    SETTLEMENT,
    CountryEntry,
    RegionEntry,
    Settlement,
    all_abbreviations,
    countries,
    regions,
    settlements,
    words,
)
from pipeline.morphology import parses
from pipeline.page import Page
from pipeline.record import Form
from pipeline.tokens import Trigger
from pipeline.toponyms import fold

Entry = TypeVar("Entry")

PLURAL_ENDINGS = ("ах", "ях", "ам", "ям", "ами", "ями")
LARGE = 100_000
HEADS = {"областной": "область", "краевой": "край"}
SEPARATORS = frozenset((",", "и", "или"))


class Hit(NamedTuple, Generic[Entry]):
    """Tokens ``[first, last)`` that may name any of ``options``."""

    first: int
    last: int
    options: tuple[Entry, ...]
    form: Form
    rule: str


MARKED = Trigger(lambda token: MARKS[token.lower] or token.word in all_abbreviations())


def marked(page: Page) -> list[tuple[int, int]]:
    """Return the positions where the gazetteer knows the word, with the marks of what it may begin."""
    return [(i, MARKS[page.lower[i]]) for i in page.find(MARKED)]


def find_regions(page: Page, positions: Iterable[tuple[int, int]], taken: set[int]) -> list[Hit[RegionEntry]]:
    """Find regions by name, in lists with one head («Томской и Омской областей»), and by adjective."""
    hits: list[Hit[RegionEntry]] = []
    taken = set(taken)
    for i, mark in positions:
        hit = _region_name(page, i, mark) if i not in taken else None
        found = [hit] if hit and page.uses(hit.rule) else []
        if page.uses("places.region_list"):
            if found and hit:
                found = [*_list_before(page, hit.first, page.lower[hit.first + 1 : hit.last], taken), hit]
            elif mark & HEAD:
                found = _before_head(page, i, taken)
        hits.extend(found)
        taken.update(i for hit in found for i in range(hit.first, hit.last))
    for i, mark in positions:
        if mark & ADJECTIVE and i not in taken:
            adjective = _region_ellipsis(page, i, hits) or _region_of_body(page, i) or _region_adjective(page, i)
            if adjective and page.uses(adjective.rule):
                hits.append(adjective)
    return sorted(hits, key=lambda hit: hit.first)


def _region_name(page: Page, i: int, mark: int) -> Hit[RegionEntry] | None:
    """Match a name in any case: «Республики Саха (Якутия)», «томской области», «ХМАО»."""
    length, found = regions().match_abbreviation(page.words, i)
    if not length and mark & REGION:
        length, found = regions().match(page.lower, i)
    if not length or not (page.words[i][0].isupper() or _has_head(page, i, length)):
        return None
    if length == 1 and (alone_in_quotes(page, i, i + 1) or word_before(page, i) == "над"):
        return None  # a brand; a river
    return Hit(i, i + length, tuple(dict.fromkeys(found)), "noun", "places.region_name")


def _has_head(page: Page, i: int, length: int) -> bool:
    """Tell whether a lower-case name has область, край… in it: «томской области», «республики Бурятия»."""
    if length < 2:
        return False
    if page.lower[i].startswith("респ"):
        return page.words[i + length - 1][0].isupper()
    return page.pos[i] == "ADJ" and page.lower[i + length - 1][:3] in ("обл", "кра", "рес", "окр")


def _list_before(page: Page, first: int, tail: list[str], taken: set[int]) -> list[Hit[RegionEntry]]:
    """Find the adjectives of a list before ``first`` whose head is ``tail``, over what stands in brackets.

    «Калужской, Тульской и Брянской областей», «в Томской (12), Омской (8) и Тюменской (5) областях».
    """
    found: list[Hit[RegionEntry]] = []
    j = first - 1
    while tail and j >= 1 and page.lower[j] in SEPARATORS:
        adjective = before_brackets(page, j - 1)
        hit = _headless(page, adjective, tail) if adjective >= 0 and adjective not in taken else None
        if hit is None:
            break
        found.append(hit)
        j = adjective - 1
    return found[::-1]


def _headless(page: Page, i: int, tail: list[str]) -> Hit[RegionEntry] | None:
    """Match an adjective that names a region together with a head that stands elsewhere."""
    length, entries = regions().match([page.lower[i], *tail], 0)
    if length != len(tail) + 1 or page.pos[i] not in ("ADJ", "PROPN"):
        return None
    return Hit(i, i + 1, tuple(dict.fromkeys(entries)), "noun", "places.region_list")


def _before_head(page: Page, head: int, taken: set[int]) -> list[Hit[RegionEntry]]:
    """Find a list whose last adjective is parted from its head by brackets: «и Тюменской (5) областях»."""
    last = before_brackets(page, head - 1)
    if last == head - 1 or last < 0 or last in taken:
        return []
    hit = _headless(page, last, [page.lower[head]])
    return [*_list_before(page, last, [page.lower[head]], taken), hit] if hit else []


def before_brackets(page: Page, i: int) -> int:
    """Return the position before the brackets that end at ``i``, else ``i``; -1 where nothing stands there."""
    if i < 0 or page.words[i] != ")":
        return i
    return page.bracket_ending[i].first - 1 if i in page.bracket_ending else -1


def _region_ellipsis(page: Page, i: int, before: list[Hit[RegionEntry]]) -> Hit[RegionEntry] | None:
    """Match an adjective whose область was said before: «из Томской области, десять из Омской и два из Тулы»."""
    if (
        not page.words[i][0].isupper()
        or page.pos[i] != "ADJ"
        or not i
        or page.lower[i - 1] not in words("ellipsis")
    ):
        return None
    if i + 1 < len(page) and page.pos[i + 1] in ("ADJ", "NOUN", "PROPN"):
        return None
    if not any(hit.last - hit.first > 1 and page.sentence_of[hit.first] == page.sentence_of[i] for hit in before):
        return None
    head = "область" if page.feature(i, "Gender") == "Fem" else "край"
    length, entries = regions().match([page.lower[i], head], 0)
    return Hit(i, i + 1, tuple(entries), "noun", "places.region_ellipsis") if length == 2 else None


def _region_of_body(page: Page, i: int) -> Hit[RegionEntry] | None:
    """Match an adjective of a region's body: «Пермская | краевая организация», «Костромской | областной музей»."""
    head = HEADS.get(page.lemmas[i + 1]) if i + 1 < len(page) else None
    if head is None or page.pos[i] not in ("ADJ", "PROPN", "NOUN") or page.line_of[i] != page.line_of[i + 1]:
        return None
    lemma = page.lemmas[i]
    length, entries = regions().match([lemma[:-2] + "ая" if head == "область" else lemma, head], 0)
    return Hit(i, i + 1, tuple(entries), "adjective", "places.region_of_body") if length == 2 else None


def _region_adjective(page: Page, i: int) -> Hit[RegionEntry] | None:
    """Match an adjective that means a region by itself: «татарстанские волонтёры», «Сибирский центр»."""
    found = regions().adjective(page.lower[i])
    if not found or page.pos[i] not in ("ADJ", "PROPN", "NOUN"):
        return None
    if not is_place_adjective(page, i) or (
        i + 1 < len(page) and page.lemmas[i + 1] in words("ethnic") | words("language")
    ):
        return None
    if page.words[i][0].isupper() and settlements().match(page.lower[i : i + 3], 0)[0] > 1:
        return None  # «Вятские Поляны»
    return Hit(i, i + 1, tuple(dict.fromkeys(found)), "adjective", "places.region_adjective")


def is_place_adjective(page: Page, i: int) -> bool:
    """Tell whether an adjective stands for a place itself: not for a district, street, river, language, brand."""
    j = i + 1
    while j < len(page) and page.pos[j] == "ADJ" and page.line_of[j] == page.line_of[i] and j < i + 4:
        j += 1
    if j < len(page) and (
        page.lemmas[j] in words("not_a_place") or (j == i + 1 and page.lemmas[j] in words("language"))
    ):
        return False
    return (
        word_before(page, i) not in words("street") and not _lists_districts(page, i) and not _opens_brand(page, i)
    )


def _lists_districts(page: Page, i: int) -> bool:
    """Tell whether an adjective stands in a list of districts: «из районов: Кабанского, Окинского»."""
    while i >= 2 and page.lower[i - 1] in SEPARATORS and page.pos[i - 2] == "ADJ":
        i -= 2
    before = page.lower[max(0, i - 2) : i]
    return bool(before) and (
        before[-1] in words("districts") or (before[-1] == ":" and before[0] in words("districts"))
    )


def _opens_brand(page: Page, i: int) -> bool:
    """Tell whether an adjective opens a short name in quotes that is no event or title: «Балтийский берег»."""
    pair = page.quote_at.get(i - 1)
    if pair is None or not page.words[i][0].isupper() or pair.last - i > 3:
        return False
    return not (pair.first and page.lemmas[pair.first - 1] in words("brand_title"))


def find_countries(page: Page, positions: Iterable[tuple[int, int]]) -> list[Hit[CountryEntry]]:
    """Find countries by name and by adjective."""
    hits: list[Hit[CountryEntry]] = []
    end = 0
    for i, mark in positions:
        if i < end:
            continue
        length, found = countries().match_abbreviation(page.words, i)
        if not length and mark & COUNTRY and page.words[i][0].isupper():
            length, found = countries().match(page.lower, i)
        if length and page.uses("places.country_name"):
            hits.append(Hit(i, i + length, (found[0],), "noun", "places.country_name"))
            end = i + length
        elif mark & ADJECTIVE and page.uses("places.country_adjective"):
            found = countries().adjective(page.lower[i])[:1]
            hits.extend(Hit(i, i + 1, (entry,), "adjective", "places.country_adjective") for entry in found)
    return hits


def find_settlements(page: Page, positions: Iterable[tuple[int, int]], taken: set[int]) -> list[Hit[Settlement]]:
    """Find what may be a settlement: a capitalised name, an adjective in any letter case."""
    hits: list[Hit[Settlement]] = []
    end = 0
    for i, mark in positions:
        if i < end or i in taken:
            continue
        hit = None
        if mark & SETTLEMENT:
            hit = _settlement_name(page, i, taken) if page.words[i][0].isupper() else _uncapitalised(page, i)
        adjective = _settlement_adjective(page, i) if mark & ADJECTIVE else None
        if adjective and (hit is None or (hit.last == i + 1 and reads_as_adjective(page, i))):
            hit = adjective
        if hit and page.uses(hit.rule):
            hits.append(hit)
            end = hit.last
    return hits


def _uncapitalised(page: Page, i: int) -> Hit[Settlement] | None:
    """Match a large town that somebody wrote small: «в томске», where its name is no other word."""
    if word_before(page, i) not in ("в", "во", "из", "г.", "город", "городе", "города"):
        return None
    large = [
        place for _, place in settlements().beginning(page.lower[i]) if place.population >= LARGE and place.town
    ]
    if len(large) != 1 or large[0].also or is_common_noun(page.lower[i]):
        return None
    return Hit(i, i + 1, tuple(large), "noun", "places.city_uncapitalised") if " " not in large[0].name else None


@lru_cache(maxsize=5_000)
def is_common_noun(word: str) -> bool:
    """Tell whether a form is one of an ordinary noun: «в казане» is a cauldron."""
    return any(p.tag.POS == "NOUN" and "Geox" not in p.tag and p.is_known for p in parses(word))


def _settlement_name(page: Page, i: int, taken: set[int]) -> Hit[Settlement] | None:
    capitalised = i + 1
    while capitalised < page.lines[page.line_of[i]][1] and capitalised not in taken and capitalised < i + 4:
        if not page.words[capitalised][0].isupper():
            break
        capitalised += 1
    length, found = settlements().match(page.lower[i:capitalised], 0)
    last = i + length
    if not length:
        return None
    exact = [entry for entry in found if _fits_form(page, i, entry)]
    return Hit(i, last, tuple(dict.fromkeys(exact or found)), "noun", "places.city_name")


def _fits_form(page: Page, i: int, entry: Settlement) -> bool:
    """Tell whether a name fits the form: a nominative stands as it is, «в Печорах» is no Печора."""
    if page.feature(i, "Case") == "Nom":
        return fold(entry.name).startswith(page.lower[i])
    return not page.lower[i].endswith(PLURAL_ENDINGS) or entry.name.endswith(("ы", "и"))


def _settlement_adjective(page: Page, i: int) -> Hit[Settlement] | None:
    found = settlements().adjective(page.lower[i])
    if not found or not is_place_adjective(page, i):
        return None
    return Hit(i, i + 1, tuple(dict.fromkeys(found)), "adjective", "places.city_adjective")


def reads_as_adjective(page: Page, i: int) -> bool:
    """Tell whether a word that is both a name and an adjective («Волжского») is an adjective here."""
    if i + 1 >= len(page) or page.pos[i + 1] not in ("ADJ", "NOUN", "PROPN", "X"):
        return False
    agrees = page.words[i + 1][0].islower() and page.feature(i, "Case") == page.feature(i + 1, "Case")
    return page.pos[i] == "ADJ" or (page.pos[i] == "PROPN" and page.pos[i + 1] == "NOUN" and agrees)


def word_before(page: Page, i: int) -> str:
    """Return the word before on the line in lower case, an abbreviation as it stands: «г. Киров» → «г.»."""
    if not i or page.line_of[i - 1] != page.line_of[i]:
        return ""
    if page.lower[i - 1] == "." and i > 1 and len(page.words[i - 2]) <= 5:
        return page.words[i - 2].replace("ё", "е") + "."
    return page.lower[i - 1]


def alone_in_quotes(page: Page, first: int, last: int) -> bool:
    """Tell whether a name stands alone in quotes: a brand, «Урал»."""
    pair = page.quote_at.get(first - 1)
    return pair is not None and pair.last == last
