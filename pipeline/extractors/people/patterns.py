"""Cuts a run of capitalised words into names by patterns: given name + surname, surname + initials, …

Steps
    Each word is weighed once for each part it could play, from the dictionaries (``words``), the model of
    named entities and the words beside it; the choice of patterns with the best sum of weights wins.
Sources
    Weights and thresholds: chosen on the genre set and FactRuEval's devset.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from pipeline.extractors.people.declension import NOM, given_forms
from pipeline.extractors.people.names import Kind, Part, readings
from pipeline.extractors.people.posts import is_person_word
from pipeline.extractors.people.runs import PARTICLES, Unit, opens
from pipeline.extractors.people.span import PersonSpan
from pipeline.extractors.people.words import Looks, is_body, is_country, looks, looks_given
from pipeline.gazetteer import settlements
from pipeline.memo import Memo
from pipeline.page import Page

KINDS: dict[str, Kind] = {"G": "given", "P": "patronymic", "S": "surname", "I": "initial"}

# Patterns by their letters, with what the pattern itself counts. An inverted order is rarer than the usual one.
Pattern = tuple[str, str, float]
PATTERNS: tuple[Pattern, ...] = (
    ("people.full", "GPS", 0.0),  # Елена Ивановна Малицкая
    ("people.full", "SGP", -0.2),  # Стрельников Олег Викторович
    ("people.full", "GP", -0.5),  # Маргарита Зуевна
    ("people.given", "GS", 0.0),  # Роман Тютин
    ("people.given", "SG", -1.6),  # Тютин Роман
    ("people.given", "GGS", -0.5),  # Анна Мария Хуттунен
    ("people.initials", "IIS", 0.3),  # В.Н.Гатин
    ("people.initials", "SII", 0.3),  # Плюснин Р.И.
    ("people.initials", "IS", 0.0),  # С. Тырышкин
    ("people.initials", "SI", -0.5),  # Тырышкин С.
    ("people.initials", "GIS", 0.0),  # Джон Ф. Кеннеди
    ("people.model", "G", -1.5),
    ("people.model", "S", -1.5),
)
LONGEST_PATTERN = 3
PLACE_PREPOSITIONS = frozenset(("из", "из-под", "в", "во", "до", "на", "под"))
# what a single letter numbers: «зал А. Мастерская»
LETTERED = frozenset(
    ("зал", "группа", "класс", "корпус", "секция", "вариант", "категория", "блок", "витамин", "план")
)
DECLINED = re.compile(r"(?:[оеё]в|[иы]н)(?:а|у|ым|ой)$")  # a Russian surname in another case than a given name
NEVER = -99.0
ENOUGH = 3.0  # least score of a name of several words
ENOUGH_ALONE = 1.15  # of one word
AGREE = 0.5  # least weight of the best reading, for each part that declines
WELL = 1.2  # from there on the parts, and the tags, agree well
AGREED = 0.4
DISAGREE = 2.5  # for parts that cannot stand in one case and gender
WITH_INITIAL = 1.5  # least weight of a surname with an initial, be it an ordinary word: «Е. Сорока»
LONGEST = 5  # words of a foreign name
SURE, LIKELY = 0.9, 0.6  # of a given name
TITLED = 0.8  # after a word for a person: «волонтёр Ольга»
WHOLE_PAIR, WHOLE = 0.5, 1.3  # all that the model saw as one person: two words; more («Марин Ле Пен»)
CUT = 1.2  # for each end at which a name is cut out of what the model saw as one person


@dataclass(frozen=True, slots=True)
class Labels:
    """What the model said of each word: PER, LOC or ORG, and which chunk holds it."""

    label: dict[int, str]
    chunk: dict[int, int]

    @classmethod
    def of(cls, page: Page) -> Labels:
        chunks = [(i, n, c.label) for n, c in enumerate(page.chunks) for i in range(c.first, c.last)]
        return cls({i: label for i, _, label in chunks}, {i: n for i, n, _ in chunks})


@dataclass
class RunReader:
    """One run of a page, its words weighed for every part once."""

    page: Page
    run: list[Unit]
    labels: Labels

    @cached_property
    def weights(self) -> list[dict[str, float]]:
        """Weights of each word by the letter of a part."""
        found = []
        for i, unit in enumerate(self.run):
            label = self.labels.label.get(unit.first)
            opening = opens(self.page, unit.first) and not (i and self.run[i - 1].initial)
            proper = self.page.pos[unit.first] == "PROPN" and not opening
            weights = dict(zip(KINDS, weigh_all(unit.word, unit.initial, label, opening, proper), strict=True))
            if weights["S"] != NEVER and self._has_initial(i):
                weights["S"] = max(weights["S"], WITH_INITIAL)
            found.append(weights)
        return found

    def _has_initial(self, i: int) -> bool:
        """Tell whether the model saw a word and an initial beside it as one person: «Л. Бурак»."""
        first = self.run[i].first
        chunk = self.labels.chunk.get(first)
        if chunk is None or self.labels.label[first] != "PER" or self.page.feature(first, "Number") == "Plur":
            return False  # a plural begins the next sentence: «Шульц М.О. Слушателей собралось много»
        beside = [
            u for u in self.run[max(0, i - 1) : i + 2] if u.initial and self.labels.chunk.get(u.first) == chunk
        ]
        return bool(beside) and (not beside[0].first or self.page.lemmas[beside[0].first - 1] not in LETTERED)

    @cached_property
    def patterns(self) -> Sequence[Pattern]:
        """The patterns whose every part some word of the run can play."""
        kinds = {kind for weights in self.weights for kind, weight in weights.items() if weight != NEVER}
        return self.page.rules_of(_patterns_of(frozenset(kinds), min(len(self.run), LONGEST_PATTERN)))

    @cached_property
    def titled(self) -> list[float]:
        """What a word for a person before each word of the run counts."""
        return [TITLED * after_title(self.page, unit.first) for unit in self.run]

    @cached_property
    def contexts(self) -> Memo[int, float]:
        """What stands around each word of the run counts, if it is a name by itself."""
        page, run, labels = self.page, self.run, self.labels  # not ``self``: a cycle would keep the page in memory
        return Memo(lambda i: _context(page, run[i], labels))

    def names(self) -> list[PersonSpan]:
        """Return the names in the run: the choice of patterns with the best sum of weights."""
        best: list[tuple[float, list[PersonSpan]]] = [(0.0, [])]
        for end in range(1, len(self.run) + 1):
            best.append(best[end - 1])
            for start, weight, parts, rule in self._ending(end):
                if best[start][0] + weight > best[end][0]:
                    span = self._span(start, end, parts, rule)
                    best[end] = (best[start][0] + weight, [*best[start][1], span])
        return best[-1][1]

    def _ending(self, end: int) -> list[tuple[int, float, tuple[Part, ...], str]]:
        """Return the names that may end before word ``end``: where they start, weight, parts, rule."""
        found = []
        alone = self._may_stand_alone(end - 1)
        for rule, pattern, bonus in self.patterns:
            start = end - len(pattern)
            if start >= 0 and (alone or len(pattern) > 1):
                scored = self._score(start, pattern, bonus)
                if scored is not None:
                    found.append((start, scored[0], scored[1], rule))
        if end > 1 and self.page.uses("people.foreign"):
            for start in range(max(0, end - LONGEST), end - 1):
                weight = _weigh_foreign(self.page, self.run[start:end], self.labels)
                if weight:
                    found.append((start, weight, _foreign_parts(self.page, self.run[start:end]), "people.foreign"))
        return found

    def _score(self, start: int, pattern: str, bonus: float) -> tuple[float, tuple[Part, ...]] | None:
        """Score the words from ``start`` on as a pattern; ``None`` where it is not enough."""
        total = bonus + self.titled[start]
        for offset, kind in enumerate(pattern):
            weight = self.weights[start + offset][kind]
            if weight == NEVER or (pattern == "GGS" and kind == "G" and weight < 1):
                return None
            total += weight
        if self._breaks_off(start + len(pattern)):
            return None
        if pattern in ("GGS", "GS", "SG") and not _in_one_case(self.run[start].word, self.run[start + 1].word):
            return None  # «глава Владимира Андрей Шохин»
        units = self.run[start : start + len(pattern)]
        if pattern == "GGS" and is_country(units[0].word):
            return None  # «глава правительства Израиля | Биньямин Нетаньяху»
        if len(units) == 1:
            total += self.contexts[start]
        if total + AGREED * (len(units) > 1) < (ENOUGH if len(units) > 1 else ENOUGH_ALONE):
            return None
        tags = self.page.tags
        parts = tuple([Part(KINDS[k], unit.word, tags[unit.first]) for unit, k in zip(units, pattern, strict=True)])
        declined = len(pattern) - pattern.count("I")
        if declined > 1:
            fit = readings(parts)[0].weight / declined
            total -= DISAGREE * (fit < AGREE)
            if total + AGREED * (fit > WELL) < ENOUGH:
                return None
        elif total < ENOUGH and len(units) > 1:
            return None
        return total - CUT * _cuts(self.run, start, start + len(units), self.labels), parts

    def _breaks_off(self, end: int) -> bool:
        """Tell whether a name up to word ``end`` ends in a particle of a longer one: «Марин Ле | Пен»."""
        if end >= len(self.run) or self.run[end - 1].word.lower() not in PARTICLES:
            return False
        chunk = self.labels.chunk.get(self.run[end].first)
        return chunk is not None and chunk == self.labels.chunk.get(self.run[end - 1].first)

    def _may_stand_alone(self, i: int) -> bool:
        """Tell whether a word may be a name by itself: the model saw a person, or a word for one goes before."""
        return self.titled[i] > 0 or self.labels.label.get(self.run[i].first) == "PER"

    def _span(self, start: int, end: int, parts: tuple[Part, ...], rule: str) -> PersonSpan:
        page, first, last = self.page, self.run[start].first, self.run[end - 1].last
        stop = page.ends[last - 1]
        if self.run[end - 1].initial and page.words[last - 1] != "." and page.text[stop : stop + 1] == ".":
            stop += 1  # «Плюснин Р.И.. Он»: the dot of the initial, the other ends the sentence
        return PersonSpan(page.starts[first], stop, first, last, parts, rule)


@lru_cache(maxsize=20_000)
def _in_one_case(first: str, second: str) -> bool:
    """Tell whether two words may be one person's, if both are given names: «Анной Марией», not «Владимира Анна»."""
    if any(looks(word).given < SURE or looks(word).surname >= 1 for word in (first, second)):
        return True
    cases = {form.case for form in given_forms(first)}
    return any(form.case in cases for form in given_forms(second))


def promising(page: Page, run: list[Unit], labels: Labels) -> bool:
    """Tell whether a run may hold a name at all: most runs are the first word of a sentence."""
    for unit in run:
        if unit.initial or labels.label.get(unit.first) == "PER":
            return True
        given = looks_given(unit.word)
        if given and (len(run) > 1 or given >= 0.9):
            return True
    return False


@lru_cache(maxsize=1024)
def _patterns_of(kinds: frozenset[str], size: int) -> tuple[Pattern, ...]:
    """Return the patterns of at most ``size`` words whose parts are all among ``kinds``."""
    return tuple(p for p in PATTERNS if len(p[1]) <= size and kinds.issuperset(p[1]))


@lru_cache(maxsize=20_000)
def weigh_all(word: str, initial: bool, label: str | None, opening: bool, proper: bool) -> tuple[float, ...]:
    """Weigh one word for each part of a name, in the order of ``KINDS``; see ``weigh``."""
    if initial:
        return tuple(1.6 if kind == "I" else NEVER for kind in KINDS)
    return tuple(weigh(word, kind, label, opening, proper) for kind in KINDS)


def weigh(word: str, kind: str, label: str | None, opening: bool, proper: bool) -> float:
    """Weigh one word for one part of a name.

    ``opening``: its capital says little; ``proper``: the model's tag says that it is a name of something.
    """
    person = label == "PER"
    if kind == "I" or word in PARTICLES:
        return NEVER
    look = looks(word)
    if kind == "P":
        return 3.5 if look.patronymic else NEVER
    if word.isupper() and len(word) > 1 and not person and not look.given and look.surname < 1.6:
        return NEVER  # an abbreviation
    other = 1.5 if label in ("LOC", "ORG") and (look.place or look.common) else 0.5 * (label in ("LOC", "ORG"))
    if kind == "G" and look.given:
        return 3 * look.given + 0.5 * person - other
    if kind == "G":
        return 0.7 if person and not look.common else NEVER
    if opening and look.person and look.surname < 1:
        return NEVER  # «Кок Захар сварил уху»
    if label == "LOC" and look.place and look.surname < 1.6:
        return NEVER
    return _weigh_surname(look, person, opening, proper) - other


def _weigh_surname(look: Looks, person: bool, opening: bool, proper: bool) -> float:
    score = look.surname + 1.2 * person
    if look.common and look.surname < 2:
        score -= (0.4 if person else 0.0 if proper else 1.5) + 0.8 * opening
    return score


def _weigh_foreign(page: Page, units: list[Unit], labels: Labels) -> float:
    """Weigh words that the model saw as one person, whatever they look like: «Ху Цзиньтао», «Усамы бин Ладена»."""
    numbers = {labels.chunk.get(unit.first) for unit in units}
    if len(numbers) > 1 or labels.label.get(units[0].first) != "PER" or any(unit.initial for unit in units):
        return 0.0
    if _ordinary(page, units[0]) or (_ordinary(page, units[-1]) and opens(page, units[-1].first)):
        return 0.0
    if looks(units[0].word).person and not after_title(page, units[0].first) and not _named_so(page, units):
        return 0.0
    if all(looks(unit.word).place for unit in units):
        return 0.0
    if (len(units) > 2 and is_country(units[0].word)) or _begins_inside(page, units):
        return 0.0  # «глава правительства Израиля | Биньямин Нетаньяху», «Лекция | Инги Вальтер»
    chunk = page.chunks[labels.chunk[units[0].first]]
    first = chunk.first + is_body(page.words[chunk.first])  # «лидера Аль-Кайды | Усамы бин Ладена»
    whole = first == units[0].first and chunk.last == units[-1].last
    sure = len(units) > 2 and not looks(units[0].word).place
    return 1.6 * len(units) + (WHOLE if sure else WHOLE_PAIR) * whole


def _begins_inside(page: Page, units: list[Unit]) -> bool:
    """Tell whether a usual name begins after the first word of what the model saw as one person."""
    first, i = looks(units[0].word), units[0].first
    if first.given or looks_given(units[1].word) < SURE:
        return False
    if is_person_word(units[0].word.lower()) or (len(units) > 2 and DECLINED.search(page.lower[i])):
        return True  # «Фандрайзер | Илона Чудинова», «перебил Кутузова | Мавлют Айнуллин»
    begins = opens(page, i) or page.words[i - 1][-1].isdigit()
    # «16.15 Лекция | Инги Вальтер»
    return first.common and begins and all(form.case != NOM for form in given_forms(units[1].word))


def _named_so(page: Page, units: list[Unit]) -> bool:
    """Tell whether a word for a person or an animal is a given name after all: «фонда Марал Оразбердыева»."""
    first = units[0].first
    proper = page.pos[first] == "PROPN" and not opens(page, first)
    return proper and looks(units[-1].word).surname >= 1.6 and not looks(units[-1].word).common


def _ordinary(page: Page, unit: Unit) -> bool:
    return looks(unit.word).common and page.pos[unit.first] != "PROPN"


def _cuts(run: list[Unit], start: int, end: int, labels: Labels) -> int:
    """Count the ends of ``run[start:end]`` that part words which the model saw as one person."""

    def parted(i: int) -> bool:
        left, right = run[i - 1], run[i]
        one = labels.chunk.get(left.first, -1) == labels.chunk.get(right.first, -2)
        if not one or labels.label[left.first] != "PER":
            return False
        return not any(looks(u.word).common or (u.word.isupper() and not u.initial) for u in (left, right))

    return (start > 0 and parted(start)) + (end < len(run) and parted(end))


def _foreign_parts(page: Page, units: list[Unit]) -> tuple[Part, ...]:
    """The first word is taken for the given name, the others for a surname."""
    kinds: list[Kind] = ["given", *["surname"] * (len(units) - 1)]  # type: ignore[list-item]
    return tuple(Part(kind, unit.word, page.tags[unit.first]) for kind, unit in zip(kinds, units, strict=True))


def after_title(page: Page, i: int) -> bool:
    """Tell whether a word for a person stands right before token ``i``, or «по имени»."""
    if page.lower[max(0, i - 2) : i] == ["по", "имени"]:
        return True
    if not i or page.line_of[i] != page.line_of[i - 1] or page.pos[i - 1] not in ("NOUN", "PROPN", "ADJ"):
        return False
    return (page.words[i - 1][0].islower() or opens(page, i - 1)) and is_person_word(page.lemmas[i - 1])


def _among_places(page: Page, i: int) -> bool:
    """Tell whether a name of a town stands in a list of towns: «из Рославля, Десногорска и Ярцева»."""
    for mark, other in ((i - 1, i - 2), (i + 1, i + 2)):
        if 0 <= other < len(page) and page.lower[mark] in (",", "и") and page.words[other][0].isupper():
            look = looks(page.words[other])
            if look.place and look.surname < 1.6 and not look.given:
                return True
    return False


def _is_attribute(page: Page, i: int) -> bool:
    """Tell whether a surname is the adjective of a town before its noun: «Рыльский детский дом»."""
    after = i + 1
    while after < len(page.words) and page.pos[after] == "ADJ" and page.words[after][0].islower():
        after += 1
    if after >= len(page.words) or page.pos[after] != "NOUN" or not page.words[after][0].islower():
        return False
    agrees = page.feature(i, "Case") == page.feature(after, "Case")
    return agrees and bool(settlements().adjective(page.lower[i]))


def _context(page: Page, unit: Unit, labels: Labels) -> float:
    """Weigh what stands around a single word: the model must have seen a person, and no place is meant."""
    i = unit.first
    look = looks(unit.word)
    alone = unit.last >= len(page.words) or page.words[unit.last] not in ("«", '"')
    named = look.given >= LIKELY and not unit.word.isupper() and alone
    titled = named and i not in labels.label and after_title(page, i)
    if labels.label.get(i) != "PER" and not titled:
        return NEVER
    previous = page.lower[i - 1] if i else ""
    if look.place and (look.surname < 2 or opens(page, i) or previous in PLACE_PREPOSITIONS):
        return NEVER
    if (look.place and _among_places(page, i)) or _is_attribute(page, i):
        return NEVER
    if "-" in unit.word and unit.word.partition("-")[2].islower():
        return NEVER  # «Соколову-директору» is for find_repeats
    if page.feature(i, "Number") == "Plur" and not look.given:
        return NEVER  # «Ямадаевых»: a family
    score = -1.0 * (_ordinary(page, unit) and opens(page, i))
    if previous in PLACE_PREPOSITIONS:
        score -= 1.0 * (look.surname < 2 and not look.given)
    if not look.common and not look.place and not look.surname >= 1.6 and not opens(page, i):
        score += 0.3
    acts = i + 1 < len(page.words) and page.pos[i + 1] == "VERB"
    after_word = i > 0 and page.pos[i - 1] in ("NOUN", "VERB") and page.words[i - 1][0].islower()
    return score + 0.4 * (acts or after_word)
