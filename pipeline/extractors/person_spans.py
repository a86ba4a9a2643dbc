"""Finds where people are named: exact spans, without title or role, with the part each word plays.

Steps
    1. Runs of capitalised words and initials on one line are cut into names by patterns (given name + surname,
       surname + initials, …): each word is weighed for the part it would play, from the dictionaries and the model
       of named entities, and the best sum wins.
    2. A single word is a name where the model says so and the word looks like one.
    3. A surname found so is found everywhere in the text, in any case.
    4. Memorial names, streets, animals and quoted names of other things are taken out.
Leaves out
    Who is who: ``people``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pipeline.extractors.declension import fold, given_forms, surname_forms
from pipeline.extractors.names import Kind, Part, readings
from pipeline.extractors.person_span import PersonSpan
from pipeline.extractors.person_vetoes import drop_others, is_other_thing
from pipeline.extractors.person_words import Looks, looks
from pipeline.extractors.posts import is_person_word
from pipeline.page import Page

TRAILING = frozenset(("кызы", "оглы", "уулу"))
PARTICLES = TRAILING | frozenset(
    (
        "аз",
        "аль",
        "ас",
        "бен",
        "бин",
        "ван",
        "де",
        "дель",
        "ден",
        "дер",
        "ди",
        "дю",
        "ибн",
        "ла",
        "ле",
        "фон",
        "эль",
    )
)
KINDS: dict[str, Kind] = {"G": "given", "P": "patronymic", "S": "surname", "I": "initial"}

# Patterns by their letters, with what the pattern itself counts. An inverted order is rarer than the usual one.
PATTERNS: tuple[tuple[str, str, float], ...] = (
    ("people.full", "GPS", 0.0),  # Елена Ивановна Малицкая
    ("people.full", "SGP", -0.2),  # Стрельников Олег Викторович
    ("people.full", "GP", -0.5),  # Маргарита Зуевна
    ("people.given", "GS", 0.0),  # Роман Тютин
    ("people.given", "SG", -1.2),  # Тютин Роман
    ("people.given", "GGS", -0.5),  # Анна Мария Хуттунен
    ("people.initials", "IIS", 0.3),  # В.Н.Гатин
    ("people.initials", "SII", 0.3),  # Плюснин Р.И.
    ("people.initials", "IS", 0.0),  # С. Тырышкин
    ("people.initials", "SI", -0.5),  # Тырышкин С.
    ("people.initials", "GIS", 0.0),  # Джон Ф. Кеннеди
    ("people.model", "G", -1.5),
    ("people.model", "S", -1.5),
)
PLACE_PREPOSITIONS = frozenset(("из", "в", "во", "до", "на", "под"))
ARABIC = re.compile(r"(?:аль|эль|ад|аз|ан|ар|ас|ат|аш)-[А-ЯЁ]")
NEVER = -99.0
OPENERS = frozenset((".", "!", "?", "…", "—", "–", "-", ":", "•"))
ENOUGH = 3.0  # least score of a name of several words
ENOUGH_ALONE = 1.15  # of one word
LONGEST = 5  # words of a foreign name
TITLED = 0.8  # after a word for a person: «волонтёр Ольга»
CUT = 1.2  # for each end at which a name is cut out of what the model saw as one person


@dataclass(frozen=True, slots=True)
class Unit:
    """A word or an initial with its dot: tokens ``[first, last)``."""

    first: int
    last: int
    word: str
    initial: bool


# -- runs -----------------------------------------------------------------------------------------------------


def find_runs(page: Page) -> Iterator[list[Unit]]:
    """Yield maximal runs of capitalised words and initials with nothing but blanks between them, on one line."""
    run: list[Unit] = []
    i = 0
    while i < len(page):
        unit = _unit(page, i, run)
        if unit is None:
            if run:
                yield run
            run = []
            i += 1
            continue
        if run and not _adjoins(page, run[-1], unit):
            yield run
            run = []
        run.append(unit)
        i = unit.last
    if run:
        yield run


def _unit(page: Page, i: int, run: list[Unit]) -> Unit | None:
    word = page.words[i]
    if not word[0].isupper() and not ARABIC.match(word):
        joins = word in PARTICLES and run and (word in TRAILING or _capital_follows(page, i))
        return Unit(i, i + 1, word, initial=False) if joins else None
    if (
        word in ("О", "Д", "O", "D")
        and i + 2 < len(page)
        and page.words[i + 1] in "'’"
        and _touches(page, i, i + 2)
    ):
        return Unit(i, i + 3, page.text[page.starts[i] : page.ends[i + 2]], initial=False)
    if len(word) <= 2 and word.isalpha():
        dot = i + 1 < len(page) and page.words[i + 1] == "." and page.starts[i + 1] == page.ends[i]
        if dot:
            return Unit(i, i + 2, word, initial=True)
        if len(word) == 1:
            after_initial = bool(run) and run[-1].initial
            return Unit(i, i + 1, word, initial=True) if after_initial else None
    if not word.replace("-", "").replace("'", "").isalpha():
        return None
    return Unit(i, i + 1, word, initial=False)


def _touches(page: Page, i: int, j: int) -> bool:
    """Tell whether the words from ``i`` to ``j`` stand together with no blank: «О’Рейли»."""
    return page.words[j][0].isupper() and all(page.ends[k] == page.starts[k + 1] for k in range(i, j))


def _capital_follows(page: Page, i: int) -> bool:
    return i + 1 < len(page) and page.words[i + 1][0].isupper() and len(page.words[i + 1]) > 1


def _adjoins(page: Page, left: Unit, right: Unit) -> bool:
    gap = page.text[page.ends[left.last - 1] : page.starts[right.first]]
    return gap.strip(" \u00a0\u2009\u202f\t") == "" and (gap != "" or left.initial)


# -- names in a run -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Labels:
    """What the model said of each word: PER, LOC or ORG, and which chunk holds it."""

    label: dict[int, str]
    chunk: dict[int, int]

    @classmethod
    def of(cls, page: Page) -> Labels:
        chunks = [(i, n, c.label) for n, c in enumerate(page.chunks) for i in range(c.first, c.last)]
        return cls({i: label for i, _, label in chunks}, {i: n for i, n, _ in chunks})


def _weigh(page: Page, unit: Unit, kind: str, label: str | None, opening: bool) -> float:
    """Weigh one word for one part of a name; ``opening``: its capital says little."""
    if unit.initial or kind == "I":
        return 1.6 if unit.initial and kind == "I" else NEVER
    word, person = unit.word, label == "PER"
    if word in PARTICLES:
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
    return _weigh_surname(look, person, opening) - other


def _weigh_surname(look: Looks, person: bool, opening: bool) -> float:
    score = look.surname + 1.2 * person
    if look.common and look.surname < 2:
        score -= (0.4 if person else 1.5) + 0.8 * opening
    return score


def find_names(page: Page, run: list[Unit], labels: Labels) -> list[PersonSpan]:
    """Cut a run into names: the choice of patterns with the best sum of weights."""
    size = len(run)
    best: list[tuple[float, list[PersonSpan]]] = [(0.0, [])]
    for end in range(1, size + 1):
        best.append(best[end - 1])
        for rule, pattern, bonus in PATTERNS:
            start = end - len(pattern)
            if start < 0 or not page.uses(rule):
                continue
            scored = _score(page, run[start:end], pattern, labels)
            enough = ENOUGH if len(pattern) > 1 else ENOUGH_ALONE
            if scored is None or scored[0] + bonus < enough:
                continue
            total = best[start][0] + scored[0] + bonus - CUT * _cuts(run, start, end, labels)
            if total > best[end][0]:
                span = _span(page, run[start:end], scored[1], rule)
                best[end] = (total, [*best[start][1], span])
        for start in range(max(0, end - LONGEST), end - 1) if page.uses("people.foreign") else ():
            weight = _weigh_foreign(page, run[start:end], labels)
            if weight and best[start][0] + weight > best[end][0]:
                parts = _foreign_parts(page, run[start:end])
                span = _span(page, run[start:end], parts, "people.foreign")
                best[end] = (best[start][0] + weight, [*best[start][1], span])
    return best[size][1]


def _weigh_foreign(page: Page, units: list[Unit], labels: Labels) -> float:
    """Weigh words that the model saw as one person, whatever they look like: «Ху Цзиньтао», «Усамы бин Ладена»."""
    numbers = {labels.chunk.get(unit.first) for unit in units}
    if len(numbers) > 1 or labels.label.get(units[0].first) != "PER" or any(unit.initial for unit in units):
        return 0.0
    if any(_ordinary(page, unit) and opens(page, unit.first) for unit in (units[0], units[-1])):
        return 0.0
    if looks(units[0].word).person:
        return 0.0
    if all(looks(unit.word).place for unit in units):
        return 0.0
    chunk = page.chunks[labels.chunk[units[0].first]]
    whole = chunk.first == units[0].first and chunk.last == units[-1].last
    return 1.6 * len(units) + 0.5 * whole


def _ordinary(page: Page, unit: Unit) -> bool:
    return looks(unit.word).common and page.pos[unit.first] != "PROPN"


def _cuts(run: list[Unit], start: int, end: int, labels: Labels) -> int:
    """Count the ends of ``run[start:end]`` that part words which the model saw as one person."""

    def parted(i: int) -> bool:
        left, right = run[i - 1], run[i]
        one = labels.chunk.get(left.first, -1) == labels.chunk.get(right.first, -2)
        odd = any(looks(u.word).common or (u.word.isupper() and not u.initial) for u in (left, right))
        return one and labels.label[left.first] == "PER" and not odd

    return (start > 0 and parted(start)) + (end < len(run) and parted(end))


def _foreign_parts(page: Page, units: list[Unit]) -> tuple[Part, ...]:
    """The first word is taken for the given name, the others for a surname."""
    kinds: list[Kind] = ["given", *["surname"] * (len(units) - 1)]  # type: ignore[list-item]
    return tuple(Part(kind, unit.word, page.tags[unit.first]) for kind, unit in zip(kinds, units, strict=True))


def _score(page: Page, units: list[Unit], pattern: str, labels: Labels) -> tuple[float, tuple[Part, ...]] | None:
    """Score units as a pattern; ``None`` where one cannot play its part or the parts do not agree."""
    total = 0.0
    for unit, kind in zip(units, pattern, strict=True):
        weight = _weigh(page, unit, kind, labels.label.get(unit.first), opens(page, unit.first))
        if weight == NEVER or (pattern == "GGS" and kind == "G" and weight < 1):
            return None
        total += weight
    parts = tuple(
        Part(KINDS[kind], unit.word, page.tags[unit.first]) for unit, kind in zip(units, pattern, strict=True)
    )
    declined = sum(kind != "I" for kind in pattern)
    if declined > 1 and readings(parts)[0].weight < 0.55 * declined:
        total -= 2.5
    if _titled(page, units[0].first):
        total += TITLED
    if len(units) == 1:
        total += _context(page, units[0], labels)
    return total, parts


def _titled(page: Page, i: int) -> bool:
    """Tell whether a word for a person stands right before token ``i``."""
    if not i or page.line_of[i] != page.line_of[i - 1] or page.pos[i - 1] not in ("NOUN", "PROPN", "ADJ"):
        return False
    return (page.words[i - 1][0].islower() or opens(page, i - 1)) and is_person_word(page.lemmas[i - 1])


def opens(page: Page, i: int) -> bool:
    """Tell whether a word begins a sentence, a line or a quote."""
    if i == 0 or page.line_of[i] != page.line_of[i - 1]:
        return True
    if i - 1 in page.quote_at:
        return True
    return page.words[i - 1] in OPENERS or page.sentence_of[i] != page.sentence_of[i - 1]


def _context(page: Page, unit: Unit, labels: Labels) -> float:
    """Weigh what stands around a single word: the model must have seen a person, and no place is meant."""
    i = unit.first
    look = looks(unit.word)
    alone = unit.last >= len(page) or page.words[unit.last] not in ("«", '"')
    titled = look.given >= 0.9 and not unit.word.isupper() and alone and i not in labels.label and _titled(page, i)
    if labels.label.get(i) != "PER" and not titled:
        return NEVER
    previous = page.lower[i - 1] if i else ""
    if look.place and (look.surname < 2 or opens(page, i) or previous in PLACE_PREPOSITIONS):
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
    acts = i + 1 < len(page) and page.pos[i + 1] == "VERB"
    after_word = i > 0 and page.pos[i - 1] in ("NOUN", "VERB") and page.words[i - 1][0].islower()
    return score + 0.4 * (acts or after_word)


def _span(page: Page, units: list[Unit], parts: tuple[Part, ...], rule: str) -> PersonSpan:
    first, last = units[0].first, units[-1].last
    return PersonSpan(page.starts[first], page.ends[last - 1], first, last, parts, rule)


# -- repeats --------------------------------------------------------------------------------------------------


def find_repeats(page: Page, found: list[PersonSpan], labels: Labels) -> Iterator[PersonSpan]:
    """Yield further mentions of the surnames and given names of ``found``, in any case."""
    taken = {i for span in found for i in range(span.first, span.last)}
    surnames, given = _known_names(found)
    for i, word in enumerate(page.words):
        if i in taken or len(word) < 2 or not word[0].isupper():
            continue
        head, _, tail = word.partition("-")
        cut = head if tail.islower() and labels.label.get(i) == "PER" else word
        look = looks(cut)
        if _names(surname_forms(cut), surnames) and _repeats(page, i, look, labels):
            kind: Kind = "surname"
        elif labels.label.get(i) == "PER" and _names(given_forms(cut), given) and _repeats_given(page, i, look):
            kind = "given"
        else:
            continue
        part = Part(kind, cut, page.tags[i])
        yield PersonSpan(page.starts[i], page.starts[i] + len(cut), i, i + 1, (part,), "people.repeat")


def _known_names(found: Iterable[PersonSpan]) -> tuple[set[str], set[str]]:
    surnames: set[str] = set()
    given: set[str] = set()
    for span in found:
        if not span.single:
            reading = readings(span.parts)[0]
            surnames.add(fold(reading.surname or ""))
            given.add(fold(reading.given or ""))
    return surnames - {""}, given - {""}


def _names(forms: Iterable[object], known: set[str]) -> bool:
    return any(fold(getattr(form, "base", "")) in known for form in forms if getattr(form, "weight", 0) > 0.2)


def _repeats(page: Page, i: int, look: Looks, labels: Labels) -> bool:
    """Tell whether a word that may be a known surname is one here, not an ordinary word or part of a name."""
    if labels.label.get(i) in ("LOC", "ORG") and (
        look.common or (look.place and page.lower[i - 1] in PLACE_PREPOSITIONS)
    ):
        return False
    return labels.label.get(i) == "PER" or not (look.common and opens(page, i))


def _repeats_given(page: Page, i: int, look: Looks) -> bool:
    """Tell whether a known given name names the person here: «Владимир» and «Вера» mean other things as well."""
    if look.place and (page.lower[i - 1] in PLACE_PREPOSITIONS or page.feature(i, "Case") != "Nom"):
        return False
    acts = i + 1 < len(page) and page.pos[i + 1] == "VERB"
    return acts or not (look.common and opens(page, i))


def _surname_after_all(found: list[PersonSpan]) -> list[PersonSpan]:
    """Take «Милош Йованович» for a surname where «Йованович» stands alone as well."""
    alone = {span.parts[0].word for span in found if span.single and span.parts[0].kind == "surname"}
    fixed = []
    for span in found:
        last = span.parts[-1]
        if len(span.parts) == 2 and last.kind == "patronymic" and last.word in alone:
            span = replace(span, parts=(span.parts[0], last._replace(kind="surname")))
        fixed.append(span)
    return fixed


def find_spans(page: Page) -> list[PersonSpan]:
    """Return the mentions of people on a page, in text order."""
    labels = Labels.of(page)
    found = [span for run in find_runs(page) for span in find_names(page, run, labels)]
    found = [span for span in found if not is_other_thing(page, span)]
    if page.uses("people.repeat"):
        found += find_repeats(page, found, labels)
    return sorted(drop_others(page, _surname_after_all(found)), key=lambda span: span.start)
