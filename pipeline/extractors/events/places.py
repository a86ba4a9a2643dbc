"""Reads where an event was and who held it.

Steps
    ``read_city`` looks at the sentences about the event: «в Ижевске», «Омск примет», «петербургский лофт
    принимал»; ``header_city`` at a heading or dateline. ``read_organisers`` takes organisations beside
    «организатор», «провёл».
Leaves out
    Cities that people came from, several cities at once.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipeline.extractors.events.days import Passage, is_apart
from pipeline.extractors.lexicon import word_set
from pipeline.extractors.naming import is_living, is_plural, may_be
from pipeline.extractors.outline import Outline
from pipeline.page import Page
from pipeline.record import City, Organisation

HEADER_LINES = 5  # lines that may be a heading with place and date
BACK = 2  # sentences back to the city that «там» points to
HEADER_SIZE = 16  # tokens of such a line
VENUE = 6  # tokens between «в» and the city of «в детской библиотеке Городца»


class Place(NamedTuple):
    """A mention of a city: tokens ``[first, last)``, its id, whether it is an adjective."""

    first: int
    last: int
    city: str
    adjective: bool


def find_places(page: Page, cities: Iterable[City]) -> list[Place]:
    """Return the mentions of cities in text order."""
    found = []
    for city in cities:
        for mention in city.mentions:
            span = page.tokens_in(mention.start, mention.end)
            found.append(Place(*span, city.id, mention.form == "adjective"))
    return sorted(found, key=lambda place: place.first)


SEVERAL = ""  # held in several cities: the search ends without one


def read_city(page: Page, passages: Sequence[Passage], found: Sequence[Place], *, host: bool) -> str | None:
    """Return the city of the first sentence that places something there, ``None`` if none, ``SEVERAL`` if many.

    With ``host`` the city of the house or the holder («калужский приют провёл», «в томском коворкинге») will do.
    """
    for passage in passages:
        nouns = [p for p in found if passage.start <= p.first < passage.stop and not p.adjective]
        if passage.at > passage.start:
            nouns = [p for p in nouns if not _is_elsewhere(page, p, passage.at)]
        verbs = word_set("welcoming") | word_set("gathered") if host else word_set("welcoming")
        located = [p for p in nouns if _welcomes(page, p, passage, verbs)][:1]
        located = located or [p for p in nouns if _is_located(page, p, passage.start)]
        located = located or [p for p in nouns if _is_home(page, p, passage)]
        if not located and len({p.city for p in nouns}) == 1 and passage.at > passage.start:
            located = [p for p in nouns if page.lower[p.first - 1] == "до" or _opens(page, p, passage)]
        if located:
            nearest = min(located, key=lambda p: abs(p.first - passage.at))
            several = _several(page, nearest, nouns)
            return (_house(page, [passage], found) or SEVERAL) if several else nearest.city
    return _house(page, passages, found) if host else None


def _is_elsewhere(page: Page, place: Place, at: int) -> bool:
    """«прошёл форум, а в Омске открыли клуб»: another clause; «вручили приз, а здесь же, в Омске, открыли…»."""
    low, high = sorted((place.first, at))
    same = any(page.lower[k] in ("здесь", "там", "тут") and page.lower[k + 1] == "же" for k in range(low, high))
    return is_apart(page, place.first, at) and not same


def _house(page: Page, passages: Sequence[Passage], found: Sequence[Place]) -> str | None:
    """Return the city of the house or the holder: «калужский приют провёл», «в томском коворкинге»."""
    for passage in passages:
        houses = {p.city for p in found if p.adjective and _is_house(page, p, passage)}
        if len(houses) == 1:
            return houses.pop()
    return None


def pointed_city(
    page: Page, outline: Outline, passages: Sequence[Passage], found: Sequence[Place], main: str | None
) -> str | None:
    """Return the city that «там», «здесь» point to, the last one told; «в городе» means that of the ``main`` event.

    «Марафон доберётся до Кунгура. 21 мая там устроят «Кошачий чемпионат»» gives Кунгур.
    """
    for passage in passages:
        if main and any(_is_town(page, k) for k in range(passage.start + 1, passage.stop - 1)):
            return main
        if {"там", "здесь"}.isdisjoint(page.lower[passage.start : passage.stop]):
            continue
        number = outline.unit_of[passage.start]
        for start, stop in reversed(outline.units[max(0, number - BACK) : number]):
            here = [p for p in found if start <= p.first < stop and not p.adjective]
            placed = {p.city for p in here if _is_located(page, p, start) or _is_reached(page, p)}
            if placed:
                return placed.pop() if len(placed) == 1 else None
    return None


def _is_town(page: Page, k: int) -> bool:
    """«в городе шла акция»; not «в городе Омске»."""
    bare = page.lower[k] in ("городе", "селе", "поселке") and page.words[k + 1][0].islower()
    return bare and page.lower[k - 1] in ("в", "этом", "нашем")


def _is_reached(page: Page, place: Place) -> bool:
    """«марафон доберётся до Кунгура»; not «от Тюмени до Уфы»."""
    return page.lower[place.first - 1] == "до" and "от" not in page.lower[max(0, place.first - 4) : place.first]


def header_city(page: Page, outline: Outline, found: Sequence[Place]) -> str | None:
    """Return the city of a heading or dateline: «Магадан, 3 сентября 2019 г.», «16–17 октября, г. Новосибирск»."""
    for place in found:
        start, stop = outline.unit(place.first)
        late = outline.line_of[start] >= HEADER_LINES or start != outline.line(start).first
        if late or place.adjective or stop - start > HEADER_SIZE:
            continue
        numbers = any(word[0].isdigit() for word in page.words[start:stop])
        if numbers and not any(_is_finite(page, k) for k in range(start, stop)):
            return place.city
    return None


def line_city(
    page: Page, outline: Outline, passages: Sequence[Passage], found: Sequence[Place], *, strict: bool
) -> str | None:
    """Return the city that alone opens the line of a sentence: «ГОРОДЕЦ. 430 гостей пришли…», «Казань. Здесь…».

    With ``strict`` a day beside it makes it the dateline of an agency, which says nothing of the event.
    """
    for passage in passages:
        first, stop = outline.unit(outline.line(passage.start).first)
        if stop - first > 8 or stop == outline.line(first).last:
            continue
        here = [place for place in found if first <= place.first < stop and not place.adjective]
        words = sum(page.words[k][0].isalpha() for k in range(first, stop))
        if strict and any(word[0].isdigit() for word in page.words[first:stop]):
            continue
        if len(here) == 1 and here[0].first == first and words <= here[0].last - first + 2:
            return here[0].city
    return None


def is_online(page: Page, passages: Sequence[Passage]) -> bool:
    """Tell whether the sentences say that the event was held in the net: it has no city then."""
    for passage in passages:
        name = page.quote_at.get(passage.at - 1)  # «хакатон «Амур онлайн»» may meet in a hall
        for k in range(passage.start, passage.stop):
            told = page.lemmas[k] in word_set("online") or (page.lemmas[k] == "сеть" and page.lower[k - 1] == "в")
            if told and not (name and name.first < k < name.last):
                return True
    return False


def _is_located(page: Page, place: Place, start: int) -> bool:
    """«в Ижевске», «в селе Максимиха», «во Владимир», «у посёлка Хужир», «в городской библиотеке Городца»."""
    i = place.first - 1
    if i >= start and page.words[i] == ".":
        i -= 1
    houses = word_set("venues")  # «набережная» and «столовая» look like adjectives
    while i >= start and (
        page.lemmas[i] in word_set("settlement") or (page.pos[i] == "ADJ" and page.lemmas[i] not in houses)
    ):
        i -= 1
    if i >= start and page.lemmas[i] in word_set("surroundings"):
        i -= 1
    if i >= start and page.lower[i] in ("в", "во", "у", "под", "возле", "около", "близ"):
        return True
    if i > start and page.words[i] == "(":
        return _is_venue(page, i - 1, start)  # «в парке Гагарина (Самара)»
    if i > start and page.words[i] == ":":
        return page.lemmas[start] in word_set("sheet")  # «Место: Тула, ДК «Маяк»»
    named = may_be(page.words[place.first], "gent") or page.lemmas[place.first - 1] in word_set("settlement")
    named = named or page.words[place.first - 1] == "."  # «на площади Ленина г. Чебоксары»
    return named and _is_venue(page, i, start)


def _is_venue(page: Page, i: int, start: int) -> bool:
    """Tell whether the words up to token ``i`` are a house: «в детской библиотеке», «на главной площади»."""
    low, nouns = max(start, i - VENUE), [i]
    while i > low and (page.pos[i] in ("NOUN", "PROPN", "ADJ") or page.words[i] == "№" or page.words[i].isdigit()):
        i -= 1
        nouns.append(i)
    house = any(page.lemmas[k] in word_set("venues") for k in nouns)
    return house and page.lower[i] in ("в", "во", "на")


def _several(page: Page, first: Place, nouns: Sequence[Place]) -> bool:
    """«в Слюдянке, Байкальске и Танхое», «в г. Екатеринбурге и г. Первоуральске», «на Ольхоне и в Листвянке»."""
    if first.first > 1 and page.lower[first.first - 2 : first.first] in (["и", "в"], ["и", "во"]):
        return True
    j = first.last
    if j >= len(page) or page.lower[j] not in (",", "и"):
        return False
    return any(j < place.first <= j + 3 for place in nouns)


def _welcomes(page: Page, place: Place, passage: Passage, verbs: frozenset[str]) -> bool:
    """«Омск примет», «который 10–12 сентября принимала Казань», «местом встречи стал Барнаул»."""
    if not may_be(page.words[place.first], "nomn"):
        return False
    after = next((k for k in range(place.last, min(passage.stop, place.last + 8)) if _is_finite(page, k)), None)
    if after is not None and page.lemmas[after] in verbs:
        return True
    before = place.first - 1
    if before < passage.start or not _is_finite(page, before):
        return False
    became = page.lemmas[before] == "стать" and "место" in page.lemmas[passage.start : before]
    return became or page.lemmas[before] in verbs


def _opens(page: Page, place: Place, passage: Passage) -> bool:
    """«Каргополь: форум «Ремесло»», «г. Тверь. Семинар…»: a city that opens the sentence in the nominative."""
    return place.first == passage.start and may_be(page.words[place.first], "nomn")


def _is_origin(page: Page, place: Place) -> bool:
    """«гости из Томска», «до Орла»: where somebody came from or went."""
    return not place.adjective and place.first > 0 and page.lower[place.first - 1] in ("из", "от", "до")


def _is_home(page: Page, place: Place, passage: Passage) -> bool:
    """«Волонтёры Саранска присоединились к акции», «школьники Тулы убрали берег»: people of a city did it there."""
    who, start = place.first - 1, passage.start
    if who < start or not is_living(page.words[who]) or not may_be(page.words[place.first], "gent"):
        return False
    verbs = [page.lemmas[k] for k in range(start, passage.stop) if _is_finite(page, k)]
    acted = bool(verbs) and word_set("coming").isdisjoint(verbs)
    return acted and is_plural(page.words[who]) and may_be(page.words[who], "nomn")


def main_city(page: Page, passages: Sequence[Passage], found: Sequence[Place]) -> str | None:
    """Return the city that a text is about: the only one of its first lines, else the one named most often.

    The last resort for the main event of a text that says its days but puts no place beside them.
    """
    lead: set[str] = set()
    for passage in passages:
        here = {p.city for p in found if passage.start <= p.first < passage.stop and not _is_origin(page, p)}
        if len(here) == 1 and not lead:
            return here.pop()
        lead |= here
    counts = Counter(place.city for place in found).most_common(2)
    if not counts or (len(counts) == 2 and counts[0][1] == counts[1][1]):
        return None
    return counts[0][0] if not lead or counts[0][0] in lead else None


def _is_finite(page: Page, i: int) -> bool:
    return page.pos[i] == "VERB" and page.feature(i, "VerbForm") == "Fin"


def _is_house(page: Page, place: Place, passage: Passage) -> bool:
    """«в томском коворкинге», «калужский приют провёл», «принимал петербургский лофт»."""
    if not passage.start <= place.first < passage.stop:
        return False
    if place.first > passage.start and page.lower[place.first - 1] in ("в", "во"):
        return True
    if place.first > passage.start + 1 and page.lower[place.first - 2] in ("в", "на"):
        return page.lemmas[place.first - 1] in word_set("grounds")  # «на площадке тульского технопарка»
    held = not word_set("holding").isdisjoint(page.lemmas[passage.start : passage.stop])
    together = page.lower[place.first - 1] in ("с", "со") and "вместе" in page.lower[place.first - 3 : place.first]
    return held and (together or may_be(page.words[place.first], "nomn"))


Body = tuple[int, int, str]  # tokens [first, last) of a mention, the id of the organisation


def bodies_in_order(page: Page, organisations: Iterable[Organisation]) -> list[Body]:
    """Return the mentions of organisations in text order, an outer one before those inside it."""
    bodies = [(*page.tokens_in(m.start, m.end), o.id) for o in organisations for m in o.mentions]
    return sorted(bodies, key=lambda body: (body[0], -body[1]))


def _first(body: Body) -> int:
    return body[0]


def read_organisers(page: Page, passages: Sequence[Passage], bodies: Sequence[Body]) -> tuple[str, ...]:
    """Return ids of organisations in sentences that say who held the event, not of those that supported it.

    ``bodies``: the mentions of organisations, by ``bodies_in_order``.
    """
    found: dict[str, None] = {}
    for passage in passages:
        lemmas = page.lemmas[passage.start : passage.stop]
        if word_set("organising").isdisjoint(lemmas):
            continue
        support = next((k for k, word in enumerate(lemmas) if word in ("поддержка", "участие")), len(lemmas))
        end = 0
        near = [bisect_left(bodies, i, key=_first) for i in (passage.start, passage.start + support)]
        for first, last, identifier in bodies[slice(*near)]:
            if first >= end:
                found[identifier] = None
                end = last  # what lies inside another name is part of it
    return tuple(found)
