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
from pipeline.morphology import known_parses
from pipeline.resources import read_lines, read_rows

PROPER = frozenset(("Name", "Surn", "Patr", "Geox", "Orgn", "Trad", "Abbr", "Init"))

# Endings of nominatives by which a surname is known even where no dictionary holds it.
TYPICAL_SURNAME = re.compile(
    r"(?:[оеё]в|[еи]н|ын|[оеё]ва|[еи]на|ына|[сц]кий|[сц]кая|[сц]кой|енко|[аеоуия]йко|ч[еу]к|[нлрв]юк|ук|янц|"
    r"[яа]н|[дт]зе|швили|[иы]х|[кл]иа|ури|[ую]нц|[бз]а[йя]|берг|штейн|штайн|[нм]ан|ович|евич|[еи]вск)$"
)

VOWELS = "аеиойуыьэюя"  # in which the cases of a word differ

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
    known = _known(word)
    ordinary = _ordinary_share(known)
    return Looks(
        given=looks_given(word),
        patronymic=bool(patronymic_forms(word)),
        surname=_surname(word, known),
        common=ordinary > 0.05,
        person=any({"anim", "NOUN"} <= p.tag.grammemes and _ordinary(p) for p in known)
        and not any({"Name", "Surn"} & p.tag.grammemes for p in known),
        place=_place(word, known),
    )


@lru_cache(maxsize=50_000)
def looks_given(word: str) -> float:
    """Tell how much a word looks like a given name, 0 to 1: the first question asked of a capitalised word."""
    forms = given_forms(word)
    if not forms:
        return 0.0
    frequent = any(fold(form.base) in frequent_names() for form in forms)
    known = _known(word)
    if not known:
        return 1.0 if frequent else 0.9
    return (1.0 if frequent else 0.95) if _ordinary_share(known) < 0.3 else 0.6


def _known(word: str) -> tuple[Any, ...]:
    """Return the dictionary's parses of a word, or of the name in «Соколову-директору»."""
    lower = word.lower()
    head, _, tail = lower.partition("-")
    return known_parses(head if tail and word[len(head) + 1].islower() else lower)


def _ordinary_share(known: tuple[Any, ...]) -> float:
    """Return how likely the parses of an ordinary word are together."""
    return float(sum(p.score for p in known if _ordinary(p)))


def _ordinary(parse: Any) -> bool:
    """Tell whether a parse is an ordinary word; the genitive plural («дедов») is more often a surname."""
    grammemes = parse.tag.grammemes
    many = {"NOUN", "plur"} <= grammemes and parse.word.endswith(("ов", "ев"))
    return not many and not PROPER & grammemes


def _surname(word: str, known: tuple[Any, ...]) -> float:
    if any("Surn" in p.tag.grammemes for p in known):
        return 2.0
    if any("Name" in p.tag.grammemes for p in known):
        return 0.6
    if any(_ordinary(p) for p in known):
        return 0.0
    if any(
        form.weight > 0.5 and TYPICAL_SURNAME.search(fold(form.base)) for form in surname_forms(word.split("-")[-1])
    ):
        return 1.6
    if not known:
        return _unknown_surname(word)
    return 0.6


def _unknown_surname(word: str) -> float:
    """An unknown word may be a surname; hardly «Росмолодёжь», whose end is a word of the dictionary."""
    prefix = next((p for p in BODY_PREFIXES if word.startswith(p)), None)
    if prefix is None:
        return 1.0
    rest = word[len(prefix) :].lower()
    return -5.0 if len(rest) > 4 and any(p.tag.POS == "NOUN" for p in known_parses(rest)) else 0.2


def _place(word: str, known: tuple[Any, ...]) -> bool:
    """Tell whether a word is a place; of places called like people (Ольга) only towns count (Владимир)."""
    if given_forms(word):
        return any(place.town for place in settlements().match((word,), 0)[1])
    return any("Geox" in p.tag.grammemes for p in known) or is_place(word)


@lru_cache(maxsize=50_000)
def is_place(word: str) -> bool:
    """Tell whether the gazetteer holds a form of the word as a whole name of a place."""
    return any(index.match((word,), 0)[0] == 1 for index in (settlements(), regions(), countries()))


@lru_cache(maxsize=10_000)
def is_country(word: str) -> bool:
    """Tell whether a word is a form of the whole name of a country: «Израиля», «США»."""
    index = countries()
    return 1 in (index.match((word,), 0)[0], index.match_abbreviation((word,), 0)[0])


@lru_cache(maxsize=20_000)
def is_body(word: str) -> bool:
    """Tell whether a word is a form of the whole name of a known body, and no name of people: «Аль-Кайды»."""
    stem = fold(word.lower()).rstrip(VOWELS)
    return stem in _body_stems() and not looks_given(word)


@cache
def _body_stems() -> frozenset[str]:
    names = (
        name for row in read_rows("known_bodies.tsv") for name in (row[0], *row[2:]) if name and " " not in name
    )
    return frozenset(fold(name.lower()).rstrip(VOWELS) for name in names if not name.isupper())
