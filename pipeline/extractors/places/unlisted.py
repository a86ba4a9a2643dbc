"""Finds settlements that no gazetteer has: villages named as such, places after a preposition.

Purpose
    «в селе Максимиха», «посёлок Хорей-Вер», «из Хатассов»: the word before or the model of named entities
    says that a name is a place. The nominative is guessed from the ending and the tag, or taken from another
    mention; the region is the one beside it or the one that the text speaks of.
Leaves out
    Rivers, lakes and mountains (``other_places.txt``); what stands after «на».
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from pipeline.extractors.places.choice import Judge, is_marker
from pipeline.extractors.places.spans import Hit, alone_in_quotes, word_before
from pipeline.gazetteer import Settlement, follows, other_places, words
from pipeline.morphology import nominative, parses
from pipeline.page import Page
from pipeline.tokens import Trigger
from pipeline.toponyms import fold, nominatives, unlisted_nominative

# names put together of what an office or a company is: «Мосгоризбирком», «Афросоюз», «Энергобанк»
OFFICE = re.compile(r".{3,}(избирком|союз|банк|пром|надзор|фонд|траст|холдинг)(а|у|ом|е)?")
LATIN = re.compile(r"[A-Za-z]")


def find_unlisted(page: Page, judge: Judge, taken: set[int]) -> Iterator[Hit[Settlement]]:
    """Find names after «село», «посёлок»…, and chunks of the model that only a settlement explains."""
    spans = dict(_after_markers(page, judge, taken))
    for first, last in _places_of_model(page, judge, taken):
        if not any(i in spans or i in taken for i in range(first, last)):
            spans[first] = last
    for first, last in sorted(spans.items()):
        yield Hit(first, last, (Settlement(unlisted_name(page, first, last), "RU", ""),), "noun", "places.unlisted")


def _after_markers(page: Page, judge: Judge, taken: set[int]) -> Iterator[tuple[int, int]]:
    """Find names after a word for a village, and their neighbours in a list («посёлков Калья и Черёмухово»)."""
    for marker in page.find(MARKER):
        i = marker + 1 + (page.lower[marker + 1 : marker + 2] == ["."])
        if i >= len(page) or i in taken or not _is_name(page, i, judge):
            continue
        before = word_before(page, i)
        unsure = before in words("town") and (not _may_name(page, i, judge) or _is_other_place(page, i, i + 1))
        if unsure or not is_marker(before):
            continue
        last = name_end(page, i, taken)
        yield i, last
        while last + 1 < len(page) and page.lower[last] in (",", "и") and page.lower[i - 1][-1:] in "вхи":
            first = last + 1
            if first in taken or not _is_name(page, first, judge):
                break
            last = name_end(page, first, taken)
            yield first, last


@cache
def _marker_words() -> frozenset[str]:
    return frozenset(marker.rstrip(".") for marker in words("town") | words("village"))


MARKER = Trigger(lambda token: token.lower in _marker_words())


def _places_of_model(page: Page, judge: Judge, taken: set[int]) -> Iterator[tuple[int, int]]:
    """Find places of the model of named entities that stand where settlements do."""
    for chunk in page.chunks:
        first, last = chunk.first, chunk.last
        if chunk.label != "LOC" or last - first > 2 or any(i in taken for i in range(first, last)):
            continue
        if not _may_name(page, last - 1, judge) or not _is_name(page, first, judge):
            continue
        hit: Hit[Settlement] = Hit(first, last, (), "noun", "places.unlisted")
        if _stands_as_settlement(page, hit, judge, taken) and not _is_other_place(page, first, last):
            yield first, last


def _stands_as_settlement(page: Page, hit: Hit[Settlement], judge: Judge, taken: set[int]) -> bool:
    i = hit.first
    while i > 1 and page.pos[i - 1] == "ADJ" and page.words[i - 1][0].islower():
        i -= 1
    return word_before(page, i) in words("preposition") or judge.follows_office(hit) or judge.in_list(hit)


def _is_other_place(page: Page, first: int, last: int) -> bool:
    names = {name for i in range(first, last) for name in nominatives(page.lower[i])}
    return not names.isdisjoint(other_places()) or not names.isdisjoint(words("point_of_compass"))


def _is_name(page: Page, i: int, judge: Judge) -> bool:
    word = page.words[i]
    return word[0].isupper() and len(word) > 2 and i not in judge.persons and not LATIN.search(word)


def _may_name(page: Page, i: int, judge: Judge) -> bool:
    word = page.words[i]
    if not word[0].isupper() or len(word) < 3 or word.isupper() or i in judge.persons:
        return False
    return not any(is_word(part) for part in word.lower().split("-"))


@lru_cache(maxsize=20_000)
def is_word(word: str) -> bool:
    """Tell whether a word is no name of a place: an ordinary word, or the name of an office («Росрегистрация»)."""
    known = [p for p in parses(word) if p.is_known]
    if known:
        return not any("Geox" in p.tag for p in known) and not word.endswith(("ово", "ево", "ино", "ыно"))
    if OFFICE.fullmatch(word):
        return True
    rest = re.sub(r"^(рос|гос|мин|обл|край|гор|глав|спец)", "", word)
    return len(rest) > 5 and rest != word and parses(rest)[0].is_known


def name_end(page: Page, first: int, taken: set[int]) -> int:
    """Return the end of a name: one word, or an adjective and its noun («Верхний Цей») that is no other place."""
    last = first + 1
    if page.pos[first] == "ADJ" and last < len(page) and last not in taken and page.words[last][0].isupper():
        last += page.line_of[first] == page.line_of[last] and page.pos[last] in ("NOUN", "PROPN", "ADJ")
    return last


def unlisted_name(page: Page, first: int, last: int) -> str:
    """Return the nominative: as it stands after «село», else undone by the tags of the model."""
    parts = page.words[first:last]
    if word_before(page, first) in words("village"):
        return " ".join(parts)
    if last - first > 1 or page.pos[first] == "ADJ":
        parts = nominative(parts, page.pos[first:last], page.tags[first:last])
    if page.pos[last - 1] != "ADJ":
        parts[-1] = _noun(page, first, last - 1)
    return " ".join(parts)


def _noun(page: Page, first: int, i: int) -> str:
    case, gender, number = (page.feature(i, name) or "" for name in ("Case", "Gender", "Number"))
    if case == "Nom" and first and page.lemmas[first - 1] in words("of_a_place"):
        # «староста Замульты»: the model often misreads a name that it does not know
        case, gender = "Gen", "Fem" if page.words[i].endswith(("ы", "и")) else "Masc"
    return unlisted_nominative(page.words[i], case, gender, number)


def repeated(page: Page, places: Iterable[Settlement], judge: Judge, taken: set[int]) -> Iterator[Hit[Settlement]]:
    """Find other mentions of places found in this text: every form of a name found once is the name."""
    names: dict[str, list[tuple[list[str], Settlement]]] = {}
    for place in places:
        first, *rest = fold(place.name).split()
        names.setdefault(first, []).append((rest, place))
    taken = taken | judge.persons | _long_persons(page)
    letters = {name[0] for name in names}  # no case changes the first letter
    for i in page.capitals:
        if page.lower[i][0] not in letters or i in taken:
            continue
        found = [
            (len(rest), place)
            for name in nominatives(page.lower[i])
            if name in names
            for rest, place in names[name]
            if follows(page.lower, i + 1, rest) and not taken & set(range(i, i + 1 + len(rest)))
        ]
        if found:
            length, place = max(found, key=lambda pair: pair[0])
            hit = Hit(i, i + 1 + length, (place,), "noun", "places.repeated")
            if _may_repeat(page, hit, judge):
                taken.update(range(hit.first, hit.last))
                yield hit


def _may_repeat(page: Page, hit: Hit[Settlement], judge: Judge) -> bool:
    """Tell whether a form of a name found before is no street, memorial name, attribute or brand."""
    before = word_before(page, hit.first)
    if before in words("street") or before in words("named_after"):
        return False
    return not judge.is_attribute(hit) and not alone_in_quotes(page, hit.first, hit.last)


def _long_persons(page: Page) -> set[int]:
    """Return the tokens of persons that the model gave more than one word."""
    return {i for c in page.chunks if c.label == "PER" and c.last > c.first + 1 for i in range(c.first, c.last)}
