"""Decides which candidate spans are settlements, and which of several settlements of a name is meant.

Purpose
    Second stage of ``pipeline.extractors.places``. «Киров», «Мирный», «Игра» are towns, surnames and ordinary
    words; there are five towns Советск. The text decides: the word before, the model of named entities,
    persons found, regions and other places named in it, and the size of the place.
Steps
    1. support of regions by what is certain in the text (``Support``);
    2. for each name the settlement with the best sum of size and support (``choose``);
    3. evidence for and against each span, added up (``Judge.accepts``).
Sources
    The weights were set by reading errors on the annotated texts of the genre.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from pipeline.extractors.places.spans import Hit, alone_in_quotes, before_brackets, word_before
from pipeline.gazetteer import (
    RegionEntry,
    Settlement,
    all_abbreviations,
    other_places,
    region_by_code,
    words,
)
from pipeline.page import Page
from pipeline.record import Person
from pipeline.toponyms import fold, nominatives

# towns of a city that is a region itself are spoken of as lying in the region around it
AROUND = {"RU-SPE": "RU-LEN", "RU-MOW": "RU-MOS"}
BESIDE = 10.0  # more than all else: «Железногорска (Курская область)»
ENOUGH = 2.0
WHERE = ("из", "в", "во")
LISTING = frozenset((",", "и"))
BIG, SMALL = 100_000, 5_000
NAME_TAGS = ("NOUN", "PROPN", "ADJ", "X")


@dataclass
class Support:
    """How strongly a text speaks of each region (ISO 3166-2 code), and the places chosen so far."""

    regions: Counter[str] = field(default_factory=Counter)
    chosen: dict[Settlement, None] = field(default_factory=dict)

    def of(self, place: Settlement) -> float:
        """Return the support of a settlement: by its region up to 2.5, by its federal district up to 1."""
        if not place.region:
            return 0.0
        district = _district(place.region)
        near = sum(count for code, count in self.regions.items() if _district(code) == district)
        same = self.regions[place.region] + self.regions[AROUND.get(place.region, "")]
        return min(2.5, 0.8 * same) + min(1.0, 0.25 * near)

    def main_region(self) -> str:
        """Return the region that the text speaks of most, "" where it names none."""
        return max(self.regions, key=lambda code: self.regions[code], default="")

    def count(self, places: Iterable[Settlement]) -> None:
        """Let each mention of a settlement speak for its region."""
        self.regions.update(place.region for place in places if place.region)


@cache
def _district(code: str) -> str:
    region = region_by_code().get(AROUND.get(code, code))
    return region.district if region else code


def support_of_regions(hits: Iterable[Hit[RegionEntry]]) -> Support:
    """Start from the regions that the text names."""
    support = Support()
    for hit in hits:
        codes = {entry.code for entry in hit.options if entry.code}
        for code in codes:
            support.regions[code] += 2 if len(codes) == 1 else 1
    return support


def add_certain(page: Page, support: Support, hits: Iterable[Hit[Settlement]]) -> None:
    """Let names that can only be one place speak for its region."""
    certain = {best: None for hit in hits if (best := _certain(page, hit))}
    for place in certain:
        if place.region:
            support.regions[place.region] += 1


def _certain(page: Page, hit: Hit[Settlement]) -> Settlement | None:
    """Return the one place a hit can mean: a town with no rival of a tenth of its size."""
    if word_before(page, hit.first) in words("village"):
        return None
    best, *others = sorted(hit.options, key=lambda place: -place.weight)
    if not best.major or "s" in best.also or ("w" in best.also and best.population < BIG):
        return None
    return None if any(place.town and place.population * 10 > best.population for place in others) else best


def choose(page: Page, hit: Hit[Settlement], support: Support, beside: Sequence[str]) -> Settlement:
    """Choose the settlement that a hit means; ``beside`` holds codes of regions named right beside it."""
    if len(hit.options) == 1:
        return hit.options[0]
    marker = word_before(page, hit.first)

    def score(place: Settlement) -> tuple[float, int]:
        value = place.weight + support.of(place)
        value += 3.0 * (place in support.chosen)
        value += BESIDE * (place.region in beside or AROUND.get(place.region) in beside)
        if is_marker(marker):
            value += 1.0 * (place.town == (marker in words("town")))
        return (value, -(place.geoname_id or 0))

    return max(hit.options, key=score)


@dataclass(frozen=True)
class Judge:
    """Tells whether a candidate span is a mention of a settlement; ``persons`` and ``cities`` are tokens."""

    page: Page
    support: Support
    persons: frozenset[int]
    cities: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, page: Page, support: Support, people: Iterable[Person]) -> Judge:
        """Collect the tokens that the mentions of persons take up."""
        tokens: set[int] = set()
        for person in people:
            for mention in person.mentions:
                tokens.update(range(*page.tokens_in(mention.start, mention.end)))
        return cls(page, support, frozenset(tokens))

    def accepts(self, hit: Hit[Settlement], place: Settlement) -> bool:
        """Decide by the word before, by what rules a place out, or by the sum of evidence."""
        page, before = self.page, word_before(self.page, hit.first)
        if self.is_person(hit):
            return False
        if hit.form == "adjective":
            return self._accepts_adjective(hit, place)
        if page.pos[hit.first] not in NAME_TAGS:
            return False
        if is_marker(before) and not _is_year(page, hit.first):
            return self._fits_marker(hit, place, before)
        if before in words("street") or before in words("named_after"):
            return False
        return not self._is_something_else(hit, place) and self._evidence(hit, place, before) >= ENOUGH

    def _is_something_else(self, hit: Hit[Settlement], place: Settlement) -> bool:
        """Tell whether a name is a brand, a river, letters, or only a part or an attribute of something."""
        page = self.page
        return (
            alone_in_quotes(page, hit.first, hit.last)
            or (self._is_other_place(hit, place) and not in_brackets(page, hit) and not self.in_list(hit))
            or self._begins_longer(hit)
            or self.is_attribute(hit)
            or self._is_abbreviation(hit, place)
            or _is_street(page, hit)
        )

    def _evidence(self, hit: Hit[Settlement], place: Settlement, before: str) -> float:
        """Add up what speaks for a settlement; an ordinary word needs something in its own sentence."""
        page = self.page
        model = self._model_says(hit, place, before)
        local = 1.0 * (before in words("preposition") or in_brackets(page, hit))
        local = max(local, 1.5 * self.in_list(hit))
        local += 2.0 * _is_dateline(page, hit)
        local += 1.0 * (self.follows_office(hit) and page.lower[hit.first] != fold(place.name).split()[0])
        if "w" in place.also and place.population < BIG and not local and model <= 0:
            return 0.0
        score = _plainness(place) + model + local
        score -= 0.5 * (place.population < SMALL and not self.support.regions[place.region])
        return score + 0.4 * min(2.5, self.support.of(place)) + 1.0 * (place in self.support.chosen)

    def is_person(self, hit: Hit[Settlement]) -> bool:
        """Tell whether a hit lies in a person's name."""
        return not self.persons.isdisjoint(range(hit.first, hit.last))

    def _fits_marker(self, hit: Hit[Settlement], place: Settlement, marker: str) -> bool:
        """Tell whether what the gazetteer has fits «город» or «село»; what does not is another, unlisted place."""
        if marker in words("town"):
            return place.major
        if place.region and (self.support.regions[place.region] or not self.support.main_region()):
            return True
        enough = 3_000 if len(hit.options) == 1 else 10_000
        return bool(place.region) and not place.town and place.population >= enough

    def _is_other_place(self, hit: Hit[Settlement], place: Settlement) -> bool:
        """Tell whether a name is a river, a mountain or a point of the compass sooner than this place."""
        if fold(place.name) in words("point_of_compass") or fold(place.name) in other_places():
            return True
        forms = nominatives(self.page.lower[hit.first]) if hit.last == hit.first + 1 and not place.major else ()
        return any(form in other_places() or form in words("point_of_compass") for form in forms)

    def _begins_longer(self, hit: Hit[Settlement]) -> bool:
        """Tell whether a hit is only the adjective of a name that the gazetteer lacks: «Нижнего (Услона)»."""
        page, last = self.page, hit.last
        if page.pos[last - 1] != "ADJ" or last >= len(page) or not page.words[last][0].isupper():
            return False
        chunk = page.chunk_at.get(last)
        return chunk is not None and chunk.label == "LOC" and chunk.first < last

    def _is_abbreviation(self, hit: Hit[Settlement], place: Settlement) -> bool:
        """Tell whether short capitals are letters («ВАДА») and no name; towns stand in capitals in headings."""
        word = self.page.words[hit.first]
        if not word.isupper() or len(word) > 5 or hit.last - hit.first > 1 or word in all_abbreviations():
            return False
        return not place.town

    def is_attribute(self, hit: Hit[Settlement]) -> bool:
        """Tell whether a name is an adjective here: «Грозный приговор», «Железнодорожный район»."""
        page, i = self.page, hit.last
        if page.pos[i - 1] != "ADJ":
            return False
        if page.lower[i : i + 1] == ["и"] and page.pos[i + 1 : i + 2] == ["ADJ"]:
            i += 2  # «в Южном и Восточно-Китайском морях»
        if i >= len(page) or page.line_of[i] != page.line_of[hit.last - 1]:
            return False
        if page.pos[i] not in ("NOUN", "ADJ") or not page.words[i][0].islower():
            return False
        cases = {page.feature(hit.last - 1, "Case"), page.feature(i, "Case")}
        return len(cases) == 1 or cases == {"Nom", "Acc"}

    def in_list(self, hit: Hit[Settlement]) -> bool:
        """Tell whether a hit follows a settlement in a list: «из Олы, Сусумана и Сеймчана»."""
        page, i = self.page, hit.first
        while i > 1 and page.words[i - 1][0].islower() and page.pos[i - 1] in ("ADJ", "PART", "ADV"):
            i -= 1  # «из Саратова и даже маленького Наровчата»
        if i < 2 or page.lower[i - 1] not in LISTING:
            return False
        return before_brackets(page, i - 2) in self.cities

    def follows_office(self, hit: Hit[Settlement]) -> bool:
        """Tell whether a hit stands after «глава», «мэр», «жители», which go with a place."""
        return hit.first > 0 and self.page.lemmas[hit.first - 1] in words("of_a_place")

    def _model_says(self, hit: Hit[Settlement], place: Settlement, before: str) -> float:
        """Score the label that the model of named entities gave: places for, persons against."""
        page = self.page
        doubtful = before not in WHERE and not self.in_list(hit)
        chunk = next((page.chunk_at[i] for i in range(hit.first, hit.last) if i in page.chunk_at), None)
        if chunk is None:
            return -0.5 * (not place.major or bool(place.also and doubtful))
        if chunk.label != "PER":
            return 1.5 if chunk.label == "LOC" else 0.0
        if chunk.last - chunk.first > hit.last - hit.first and not in_brackets(page, hit):
            apart = self.follows_office(hit) and not self.persons.isdisjoint(range(hit.last, chunk.last))
            return 0.0 if apart else -4.0  # «глава Минусинска | Алёна Шестопалова»
        like_surname = page.lower[hit.first].endswith(tuple(words("surname_ending"))) and not place.major
        return doubtful * (-2.5 if "s" in place.also or like_surname else -0.5)

    def _accepts_adjective(self, hit: Hit[Settlement], place: Settlement) -> bool:
        """Accept adjectives of what the text names, and of towns where they mean nothing else."""
        if place in self.support.chosen:
            return True
        word = self.page.lower[hit.first]
        if not place.major or word.startswith(tuple(words("water"))):
            return False
        if word.startswith(tuple(words("common_adjective"))):
            return False
        if place.population >= BIG:
            return True
        if not place.also or self.support.regions[place.region]:
            return True
        after = self.page.lemmas[hit.last] if hit.last < len(self.page) else ""
        return after in words("of_a_town")  # «Тутаевская районная больница»


def _is_street(page: Page, hit: Hit[Settlement]) -> bool:
    """Tell whether a genitive stands for a street named after somebody: «на Циолковского, 5», «по Жуковского»."""
    before = page.lower[hit.first - 1] if hit.first else ""
    return page.lower[hit.first].endswith(("ского", "цкого")) and before in ("на", "по", "в", "во")


def _is_dateline(page: Page, hit: Hit[Settlement]) -> bool:
    """Tell whether a name in capitals opens the article: «МИРНЫЙ. Волонтёры закончили …»."""
    line = page.line_of[hit.first]
    return (
        line < 2
        and page.lines[line][0] == hit.first
        and page.words[hit.first].isupper()
        and page.words[hit.last : hit.last + 1] in (["."], [","], ["—"], ["–"], ["/"])
    )


def is_marker(word: str) -> bool:
    """Tell whether a word says that a settlement follows: «город», «с.»."""
    return word in words("town") or word in words("village")


def _plainness(place: Settlement) -> float:
    """Score how likely the bare name is a place: size, and whether it is a word or surname as well."""
    score = 2.0 if place.major else 1.0
    if place.population >= BIG:
        return score + 0.5 - 1.5 * ("s" in place.also) - 1.5 * ("w" in place.also and place.country != "RU")
    return score - 1.0 * ("w" in place.also) - 1.0 * ("s" in place.also)


def _is_year(page: Page, i: int) -> bool:
    """Tell whether «г.» before a word belongs to a year: «в 2019 г. Киров принял»."""
    return i > 2 and page.lower[i - 1] == "." and page.lower[i - 2] == "г" and page.words[i - 3].isdigit()


def in_brackets(page: Page, hit: Hit[Settlement]) -> bool:
    """Tell whether a name stands alone in brackets, or first before a comma: «Денис Ли (Хабаровск)»."""
    before = page.words[hit.first - 1] if hit.first else ""
    after = page.words[hit.last] if hit.last < len(page) else ""
    return before == "(" and after in (")", ",")
