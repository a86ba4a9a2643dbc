"""How much a word looks like a part of a person's name, apart from any context.

Steps
    A word form is asked of OpenCorpora, the list of first names, the paradigms of surnames and the gazetteer once,
    and the answer is kept.
Leaves out
    What the model and the neighbours say: ``spans``.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any, NamedTuple

from pipeline.extractors.people.declension import fold, frequent_names, given_forms, patronymic_forms, surname_forms
from pipeline.gazetteer import countries, regions, settlements
from pipeline.morphology import parses
from pipeline.resources import read_lines

PROPER = frozenset(("Name", "Surn", "Patr", "Geox", "Orgn", "Trad", "Abbr", "Init"))

# Endings of nominatives by which a surname is known even where no dictionary holds it.
TYPICAL_SURNAME = re.compile(
    r"(?:[оеё]в|[еи]н|ын|[оеё]ва|[еи]на|ына|[сц]кий|[сц]кая|[сц]кой|енко|[аеоуия]йко|ч[еу]к|[нлрв]юк|ук|янц|"
    r"[яа]н|[дт]зе|швили|[иы]х|[кл]иа|ури|[ую]нц|[бз]а[йя]|берг|штейн|штайн|[нм]ан|ович|евич|[еи]вск)$"
)

# Abbreviated names of bodies begin so: «Росмолодёжь», «Минтруд», «Мосгордума».
BODY_PREFIXES = ("Рос", "Мин", "Гос", "Глав", "Мос", "Обл", "Спец", "Сов", "Сбер", "Газ")


class Looks(NamedTuple):
    """What a capitalised word may be: ``given`` 0 to 1, ``surname`` 0 to 2."""

    given: float
    patronymic: bool
    surname: float
    common: bool  # the dictionary knows it as an ordinary word
    person: bool  # of those, one for a person: «Император», «Модератор»
    place: bool


@cache
def word_list(name: str) -> frozenset[str]:
    """Read a list of ``resources``, one word a line."""
    return frozenset(read_lines(name))


@lru_cache(maxsize=50_000)
def looks(word: str) -> Looks:
    """Tell what a word may be in a name: «Вера» is a given name and an ordinary word."""
    lower = word.lower()
    head, _, tail = lower.partition("-")
    known = [p for p in parses(head if tail and word[len(head) + 1].islower() else lower) if p.is_known]
    ordinary = sum(p.score for p in known if _ordinary(p))
    return Looks(
        given=_given(word, ordinary, bool(known)),
        patronymic=bool(patronymic_forms(word)),
        surname=_surname(word, known),
        common=ordinary > 0.05,
        person=any("anim" in p.tag and p.tag.POS == "NOUN" and _ordinary(p) for p in known)
        and not any({"Name", "Surn"} & p.tag.grammemes for p in known),
        place=_place(word, known),
    )


def _given(word: str, ordinary: float, known: bool) -> float:
    if not given_forms(word):
        return 0.0
    frequent = any(fold(form.base) in frequent_names() for form in given_forms(word))
    if not known:
        return 1.0 if frequent else 0.9
    return (1.0 if frequent else 0.95) if ordinary < 0.3 else 0.6


def _ordinary(parse: Any) -> bool:
    """Tell whether a parse is an ordinary word; the genitive plural («дедов») is more often a surname."""
    many = parse.tag.POS == "NOUN" and parse.tag.number == "plur" and parse.word.endswith(("ов", "ев"))
    return not many and not PROPER & parse.tag.grammemes


def _surname(word: str, known: list[Any]) -> float:
    if any("Surn" in p.tag for p in known):
        return 2.0
    if any("Name" in p.tag for p in known):
        return 0.6
    if any(_ordinary(p) for p in known):
        return 0.0
    if any(
        form.weight > 0.5 and TYPICAL_SURNAME.search(fold(form.base)) for form in surname_forms(word.split("-")[-1])
    ):
        return 1.6
    if not known:
        return 0.2 if word.startswith(BODY_PREFIXES) else 1.0
    return 0.6


def _place(word: str, known: list[Any]) -> bool:
    """Tell whether a word is a place; of places called like people (Ольга) only towns count (Владимир)."""
    if given_forms(word):
        return any(place.town for place in settlements().match((word,), 0)[1])
    return any("Geox" in p.tag for p in known) or is_place(word)


@lru_cache(maxsize=50_000)
def is_place(word: str) -> bool:
    """Tell whether the gazetteer holds a form of the word as a whole name of a place."""
    return any(index.match((word,), 0)[0] == 1 for index in (settlements(), regions(), countries()))


@lru_cache(maxsize=10_000)
def is_country(word: str) -> bool:
    """Tell whether a word is a form of the whole name of a country: «Израиля», «США»."""
    index = countries()
    return 1 in (index.match((word,), 0)[0], index.match_abbreviation((word,), 0)[0])
